import { describe, expect, it } from 'vitest';
import { suseOval } from '../../src/ecosystems/suse/feed.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { ovalXml } from '../support/oval-xml.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';

/** `id namespace package version-or-state`. */
function ours(advisories: readonly Advisory[]): string[] {
  return advisories.flatMap(({ id, affected }) =>
    affected.map((row) => `${id} ${row.namespace} ${row.package} ${row.ranges[0]?.fixed ?? row.state}`),
  );
}

interface Criterion {
  readonly type: string;
  readonly version?: {
    readonly vulnerable: boolean;
    readonly package: { readonly binary: { readonly name: string } };
    readonly affected?: { readonly range: readonly Readonly<Record<string, string>>[] };
  };
}

interface Criteria {
  readonly operator: string;
  readonly criterias?: readonly Criteria[];
  readonly criterions?: readonly Criterion[];
}

interface Golden {
  readonly id: string;
  readonly detections?: readonly {
    readonly ecosystem: string;
    readonly conditions: readonly { readonly criteria: Criteria }[];
  }[];
}

/** Releases of the golden by their release package: what images of a server have. Others are products beside it. */
function namespaceOf(ecosystem: string, name: string, version: string): string | undefined {
  const [line = '', release = ''] = ecosystem.split(':');
  if (ecosystem === 'opensuse.tumbleweed') return 'opensuse-tumbleweed';
  if (line.startsWith('opensuse')) return `${line.replaceAll('.', '-')}:${release}`;
  if (/^(?:SLE-Micro|SUSE-MicroOS)-release$/.test(name))
    return line === 'suse.linux.enterprise.micro' ? `sle-micro:${version}` : undefined;
  if (name === 'SL-Micro-release') return line === 'suse.linux.micro' ? `sl-micro:${version}` : undefined;
  return /^(?:sles|sles-ltss|sles-bcl|SLES_BCL|sle-sdk|sle-module-.*)-release$/.test(name)
    ? `suse:${version}`
    : undefined;
}

/** Walks the criteria of vuls-data-update: what is not vulnerable is a release, what is vulnerable a package. */
function ofVuls({ id, detections = [] }: Golden): string[] {
  const lines = new Set<string>();
  for (const { ecosystem, conditions } of detections) {
    const releasesIn = (part: Criteria): string[] | undefined => {
      const leaves = part.criterions ?? [];
      if (leaves.length === 0 || (part.criterias ?? []).length > 0) return undefined;
      if (leaves.some(({ version }) => version?.vulnerable !== false)) return undefined;
      return leaves.flatMap((leaf) => releaseOf(leaf) ?? []);
    };
    const releaseOf = ({ version }: Criterion): string | undefined => {
      const [range] = version?.affected?.range ?? [];
      return namespaceOf(ecosystem, version?.package.binary.name ?? '', range?.['eq'] ?? range?.['ge'] ?? '');
    };
    const walk = (part: Criteria, above: readonly string[]): void => {
      const leaves = part.criterions ?? [];
      const groups = (part.criterias ?? []).map((child) => [child, releasesIn(child)] as const);
      const told = [
        ...leaves.filter(({ version }) => version?.vulnerable === false).flatMap((leaf) => releaseOf(leaf) ?? []),
        ...groups.flatMap(([, releases]) => releases ?? []),
      ];
      const releases = part.operator === 'AND' && told.length > 0 ? told : above;
      for (const { version } of leaves) {
        if (version?.vulnerable !== true) continue;
        const [range] = version.affected?.range ?? [];
        // A kernel that a live patch is for.
        if (range?.['eq'] !== undefined) continue;
        for (const release of releases) {
          lines.add(`${id} ${release} ${version.package.binary.name} ${range?.['lt'] ?? 'affected'}`);
        }
      }
      for (const [child, found] of groups) if (found === undefined) walk(child, releases);
    };
    for (const { criteria } of conditions) walk(criteria, []);
  }
  return [...lines];
}

describe.skipIf(!hasShared)('samples of SUSE: vuls-data-update', () => {
  const files = hasShared ? sampleFiles('suse', 'vuls-data-update') : new Map<string, Buffer>();
  const fixtures = 'extract/suse/oval/testdata/fixtures';
  const folders = [
    ...new Set(
      [...files.keys()].flatMap(
        (path) => new RegExp(`^(${fixtures}/.+/vulnerability)/definitions/`).exec(path)?.[1] ?? [],
      ),
    ),
  ];

  it('says what the goldens say of 15 documents', async () => {
    const documents = folders.map((folder) => {
      const name = folder
        .slice(fixtures.length + 1)
        .replace('/vulnerability', '')
        .replaceAll('/', '.');
      return [`${name}.xml`, ovalXml(files, folder)] as const;
    });
    const { upserts, notes } = await readFiles(suseOval, Object.fromEntries(documents));
    const goldens = [...files]
      .filter(([path]) => path.startsWith('extract/suse/oval/testdata/golden/data/'))
      .map(([, text]) => JSON.parse(text.toString()) as Golden);

    const theirs: readonly Reason[] = [
      [
        (said, own) => /-0$/.test(said) && own.has(said.replace(/-0$/, '')),
        'the fix of a live patch has a release too many',
      ],
    ];
    const mine: readonly Reason[] = [[/ not-affected$/, 'statements that something is not affected are kept']];
    const { equal, unexplained, ...counts } = differencesOf(goldens.flatMap(ofVuls), ours(upserts), theirs, mine);

    expect(unexplained).toEqual([]);
    expect([folders.length, goldens.length]).toEqual([15, 14]);
    expect(notes).toEqual(['suse.linux.enterprise.11.xml.gz: CVE-2009-3547 has no criteria']);
    expect({ equal, ...counts }).toEqual({
      equal: 250,
      theirs: { [theirs[0]?.[1] ?? '']: 13 },
      ours: { [mine[0]?.[1] ?? '']: 49 },
    });
  });
});
