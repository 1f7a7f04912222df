import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { chainguardSecdb, minimosSecdb, wolfiSecdb } from './index.ts';

const documents = {
  'security.json': JSON.stringify({
    packages: [
      {
        pkg: {
          name: 'openssl',
          secfixes: { '3.1.1-r0': ['CVE-2023-1111'], '3.1.4-r1': ['CVE-2023-2222'], '0': ['CVE-2023-3333'] },
        },
      },
    ],
  }),
};

async function found(version: string, id = 'wolfi'): Promise<readonly string[]> {
  const release = `ID=${id}\nNAME="Wolfi"\nPRETTY_NAME="Wolfi"\nVERSION_ID="20230201"\n`;
  return foundIn(
    await scanJudged({
      release,
      apks: [{ name: 'libssl3', source: 'openssl', version }],
      feed: wolfiSecdb,
      documents,
    }),
  );
}

describe('an image of Wolfi', () => {
  it.each<[string, string, readonly string[]]>([
    ['below both fixes', '3.1.0-r2', ['CVE-2023-1111', 'CVE-2023-2222']],
    ['between the fixes', '3.1.4-r0', ['CVE-2023-2222']],
    ['at the fix', '3.1.4-r1', []],
  ])('has findings of a package %s', async (_, version, ids) => {
    expect((await found(version)).map((line) => line.split(' ')[2])).toEqual(ids);
  });

  it('is not what another distribution is judged by', async () => {
    expect(await found('3.1.0-r2', 'postmarketos')).toEqual([]);
  });
});

describe('an image of a distribution that is made as Wolfi is', () => {
  it.each([
    ['chainguard', chainguardSecdb],
    ['chainguard', wolfiSecdb],
    ['minimos', minimosSecdb],
  ])('%s is judged by $name', async (id, feed) => {
    expect(
      foundIn(
        await scanJudged({
          release: `ID=${id}\nVERSION_ID="20230214"\n`,
          apks: [{ name: 'libssl3', source: 'openssl', version: '3.1.4-r0' }],
          feed,
          documents,
        }),
      ),
    ).toEqual(['libssl3 3.1.4-r0 CVE-2023-2222 3.1.4-r1']);
  });

  it('is not judged by the list of another one', async () => {
    const apks = [{ name: 'libssl3', source: 'openssl', version: '3.1.4-r0' }];
    const release = 'ID=wolfi\nVERSION_ID="20230214"\n';

    expect(foundIn(await scanJudged({ release, apks, feed: chainguardSecdb, documents }))).toEqual([]);
  });
});

describe('wolfiSecdb', () => {
  it.skipIf(!hasShared)('pitfall 8: counts the ids of the real document, and makes no range of version 0', async () => {
    const document = readShared('feeds/wolfi-secdb/security.json.zst');
    const entries = (JSON.parse(document.toString()) as { packages: { pkg: { secfixes: Record<string, string[]> } }[] })
      .packages;
    let [fixed, never] = [0, 0];
    for (const { pkg } of entries)
      for (const [version, ids] of Object.entries(pkg.secfixes)) {
        if (version === '0') never += ids.length;
        else fixed += ids.length;
      }

    const { upserts, notes } = await readFiles(wolfiSecdb, { 'security.json': document });
    const rows = upserts.flatMap(({ affected }) => affected);
    const ranges = rows.flatMap((row) => row.ranges);

    // The figures of the data.
    expect([entries.length, fixed, never]).toEqual([1228, 27_924, 4007]);
    const statements = rows.filter(({ state }) => state === 'not-affected');
    expect({
      records: upserts.length,
      ranges: ranges.length,
      statements: statements.length,
      notes: notes.length,
    }).toEqual({ records: 27_924 + 4007, ranges: 27_924, statements: 4007, notes: 0 });
    expect(ranges.filter((range) => range.fixed === '0')).toEqual([]);
    expect(new Set(upserts.map(({ key }) => key)).size).toBe(upserts.length);
  });
});
