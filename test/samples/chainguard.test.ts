import { describe, expect, it } from 'vitest';
import { chainguardOsv, chainguardSecdb } from '../../src/ecosystems/chainguard/feed.ts';
import { wolfiOsv } from '../../src/ecosystems/wolfi/feed.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { osvGoldenFacts, rangeFacts } from './osv-facts.ts';

interface Secdb {
  readonly packages: readonly { pkg: { name: string; secfixes: Readonly<Record<string, readonly string[]>> } }[];
}

describe.skipIf(!hasShared)('samples of Chainguard', () => {
  const files = hasShared ? sampleFiles('chainguard', 'vuls-data-update') : new Map<string, Buffer>();

  it('vuls-data-update: the fixes of its golden of secdb', async () => {
    const { upserts, notes } = await readFiles(chainguardSecdb, {
      'security.json': files.get('fetch/chainguard/secdb/testdata/fixtures/happy/security.json') ?? '',
    });
    const golden = JSON.parse(
      String(files.get('fetch/chainguard/secdb/testdata/golden/actions-runner-controller-fips.json')),
    ) as Secdb;
    const expected = golden.packages.flatMap(({ pkg }) =>
      Object.entries(pkg.secfixes).flatMap(([version, ids]) =>
        ids.map((id) => `${id} chainguard ${pkg.name} 0..${version}`),
      ),
    );

    expect(rangeFacts(upserts)).toEqual(expected.toSorted());
    expect(expected).toHaveLength(40);
    expect(notes).toEqual([]);
  });

  it.each([
    ['Chainguard', chainguardOsv],
    ['Wolfi', wolfiOsv],
  ] as const)('vuls-data-update: the entries for %s of its golden of OSV', async (ecosystem, feed) => {
    const { upserts, notes } = await readFiles(feed, {
      'all.zip': files.get('fetch/chainguard/osv/testdata/fixtures/all.zip') ?? '',
    });
    const golden = JSON.parse(String(files.get('fetch/chainguard/osv/testdata/golden/2024/CGA-2c2h-8fj5-55vx.json')));
    const namespaceOf = (name: string) => (name === ecosystem ? ecosystem.toLowerCase() : undefined);

    expect(rangeFacts(upserts)).toEqual(osvGoldenFacts(golden, namespaceOf));
    expect(rangeFacts(upserts)).toHaveLength(2);
    expect(upserts.map(({ aliases }) => aliases)).toEqual([['CVE-2024-34156']]);
    expect(notes).toEqual([]);
  });
});
