import { describe, expect, it } from 'vitest';
import { chainguardSecdb } from '../../src/ecosystems/wolfi/index.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { rangeFacts } from './osv-facts.ts';

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
});
