import { describe, expect, it } from 'vitest';
import { archTracker } from '../../src/ecosystems/arch/feed.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';

/** `AVG CVE PACKAGE FIX`, without a CVE `-`. */
function facts(upserts: readonly Advisory[]): string[] {
  return upserts
    .flatMap(({ id, aliases, affected }) =>
      (aliases.length > 0 ? aliases : ['-']).flatMap((cve) =>
        affected.map((row) => `${id} ${cve} ${row.package} ${row.ranges[0]?.fixed ?? row.state}`),
      ),
    )
    .toSorted();
}

interface Group {
  readonly name: string;
  readonly packages: readonly string[];
  readonly issues: readonly string[];
  readonly fixed: string;
}

describe.skipIf(!hasShared)('samples of Arch Linux', () => {
  it.each([
    ['vuln-list-update', 'arch/testdata/archlinux.json', /^arch\/testdata\/golden\//],
    ['vuls-data-update', 'fetch/arch/testdata/fixtures/advisory.json', /^fetch\/arch\/testdata\/golden\//],
  ] as const)('%s: the groups of its goldens', async (project, input, pattern) => {
    const files = sampleFiles('arch', project);
    const { upserts, notes } = await readFiles(archTracker, { 'all.json': files.get(input) ?? '' });
    const goldens = [...files]
      .filter(([path]) => pattern.test(path))
      .map(([, text]) => JSON.parse(text.toString()) as Group);

    expect(goldens).toHaveLength(2);
    expect(facts(upserts)).toEqual(
      goldens
        .flatMap(({ name, packages, issues, fixed }) =>
          issues.flatMap((cve) => packages.map((pkg) => `${name} ${cve} ${pkg} ${fixed}`)),
        )
        .toSorted(),
    );
    expect(notes).toEqual([]);
  });

  it('vunnel: the packages, fixes, CVEs and severities of its snapshots', async () => {
    const files = sampleFiles('arch', 'vunnel');
    const input = files.get('arch/test-fixtures/input/arch-advisories/all.json') ?? '';
    const { upserts } = await readFiles(archTracker, { 'all.json': input });
    const goldens = [...files]
      .filter(([path]) => path.includes('/snapshots/'))
      .map(
        ([, text]) =>
          (
            JSON.parse(text.toString()) as {
              item: {
                Vulnerability: {
                  Name: string;
                  Severity: string;
                  FixedIn: { Name: string; Version: string }[];
                  Metadata: { CVE?: { Name: string }[] };
                };
              };
            }
          ).item.Vulnerability,
      );

    expect(goldens).toHaveLength(5);
    expect(facts(upserts)).toEqual(
      goldens
        .flatMap(({ Name, FixedIn, Metadata }) =>
          (Metadata.CVE ?? [{ Name: '-' }]).flatMap((cve) =>
            // What has no fix is called `None`.
            FixedIn.map((fix) => `${Name} ${cve.Name} ${fix.Name} ${fix.Version.replace(/^None$/, 'affected')}`),
          ),
        )
        .toSorted(),
    );
    expect(upserts.map(({ id, severity }) => `${id} ${severity}`).toSorted()).toEqual(
      goldens.map(({ Name, Severity }) => `${Name} ${Severity.toLowerCase()}`).toSorted(),
    );
  });
});
