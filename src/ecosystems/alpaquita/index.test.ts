import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { alpaquitaOsv } from './feed.ts';

function affected(ecosystem: string, introduced: string, fixed: string): object {
  return {
    package: { ecosystem, name: 'binutils', purl: 'pkg:apk/alpaquita/binutils?arch=source' },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced }, { fixed }] }],
  };
}

const documents = {
  'BELL-CVE-2022-4285.json': JSON.stringify({
    id: 'BELL-CVE-2022-4285',
    upstream: ['CVE-2022-4285'],
    affected: [
      affected('Alpaquita:23', '2.39-r2', '2.40-r2'),
      affected('Alpaquita:stream', '2.39-r2', '2.40-r5'),
      affected('BellSoft Hardened Containers:23', '2.39-r2', '2.40-r3'),
    ],
  }),
};

describe('an image of BellSoft', () => {
  it.each([
    ['alpaquita', '23', '2.40-r1', ['2.40-r2']],
    ['alpaquita', '23', '2.40-r2', []],
    ['alpaquita', '23', '2.38-r9', []],
    ['alpaquita', 'stream', '2.40-r2', ['2.40-r5']],
    ['alpaquita', '25', '2.40-r1', []],
    ['bellsoft-hardened-containers', '23', '2.40-r2', ['2.40-r3']],
    ['alpine', '23', '2.40-r1', []],
  ])('%s %s with version %s is mended by %j', async (id, version, installed, fixes) => {
    const lines = foundIn(
      await scanJudged({
        release: `ID=${id}\nID_LIKE=alpine\nVERSION_ID=${version}\n`,
        apks: [{ name: 'binutils-libs', source: 'binutils', version: installed }],
        feed: alpaquitaOsv,
        documents,
      }),
    );

    expect(lines).toEqual(fixes.map((fix) => `binutils-libs ${installed} CVE-2022-4285 ${fix}`));
  });
});

describe('alpaquitaOsv', () => {
  it.skipIf(!hasShared)('pitfall 12: reads every record; those that were withdrawn leave nothing', async () => {
    const { upserts, notes, removed } = await readFiles(alpaquitaOsv, {
      'all.ndjson': readShared('feeds/osv/Alpaquita/all.ndjson.zst'),
    });
    const namespaces = new Set(upserts.flatMap((advisory) => advisory.affected.map(({ namespace }) => namespace)));

    expect({ upserts: upserts.length, removed: removed.length, notes: notes.length }).toEqual({
      upserts: 16_989 - 4588,
      removed: 4588,
      notes: 0,
    });
    expect([...namespaces].toSorted()).toEqual([
      'alpaquita:23',
      'alpaquita:25',
      'alpaquita:stream',
      'bellsoft-hardened-containers:23',
      'bellsoft-hardened-containers:25',
      'bellsoft-hardened-containers:stream',
    ]);
  });
});
