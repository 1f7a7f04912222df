import { describe, expect, it } from 'vitest';
import { ubuntuOsv } from '../../src/ecosystems/ubuntu/feed.ts';
import { pocketOf } from '../../src/ecosystems/ubuntu/pockets.ts';
import { ubuntuTracker } from '../../src/ecosystems/ubuntu/tracker-feed.ts';
import { readUbuntuTracker } from '../../src/formats/ubuntu-cve-tracker.ts';
import type { Advisory, Affected } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { clairCases } from './clair.ts';
import { differencesOf, type Reason } from './differences.ts';

const json = <T>(content: Buffer): T => JSON.parse(content.toString()) as T;
const cveOf = ({ id }: Pick<Advisory, 'id'>): string => id.replace(/^UBUNTU-/, '');

function below(files: ReadonlyMap<string, Buffer>, folder: string): Record<string, Buffer> {
  return Object.fromEntries(
    [...files].flatMap(([path, content]) => (path.startsWith(folder) ? [[path.slice(folder.length), content]] : [])),
  );
}

/** `CVE ubuntu:22.04 package version`, or the state in place of the version where none is to be had. */
function said(upserts: readonly Advisory[], wordOf = (row: Affected): string => row.state): string[] {
  return upserts.flatMap((advisory) =>
    advisory.affected.map((row) => {
      const what = row.state === 'fixed' ? row.ranges[0]?.fixed : wordOf(row);
      return `${cveOf(advisory)} ${row.namespace} ${row.package} ${what}`;
    }),
  );
}

/** The form that a converter keeps a file of the tracker in. */
interface TrackerItem {
  readonly candidate: string;
  readonly packages?: Readonly<
    Record<string, { readonly releases: Readonly<Record<string, { readonly status: string; readonly note?: string }>> }>
  >;
}

/** What it was read from, line by line. */
function trackerText({ candidate, packages = {} }: TrackerItem): string {
  const lines = Object.entries(packages).flatMap(([name, { releases }]) =>
    Object.entries(releases).map(
      ([release, { status, note }]) => `${release}_${name}: ${status}${note === undefined ? '' : ` (${note})`}`,
    ),
  );
  return `Candidate: ${candidate}\n${lines.join('\n')}\n`;
}

interface Extracted {
  readonly id: string;
  readonly detections?: readonly {
    readonly conditions: readonly {
      readonly tag: string;
      readonly criteria: {
        readonly criterions: readonly {
          readonly version: {
            readonly fix_status: { readonly class: string; readonly vendor?: string };
            readonly package: { readonly source: { readonly name: string } };
            readonly affected?: { readonly fixed: readonly string[] };
          };
        }[];
      };
    }[];
  }[];
}

interface OsvItem {
  readonly id: string;
  readonly upstream?: readonly string[];
  readonly affected: readonly {
    readonly package: { readonly ecosystem: string; readonly name: string };
    readonly ranges: readonly { readonly events: readonly { readonly fixed?: string }[] }[];
  }[];
}

/** `Ubuntu:Pro:16.04:LTS` is `ubuntu-pro:16.04`. */
function osvFacts({ id, affected }: OsvItem): string[] {
  return affected.map(({ package: { ecosystem, name }, ranges }) => {
    const namespace = ecosystem.replace(':LTS', '').replace('Ubuntu:Pro', 'ubuntu-pro').replace('Ubuntu', 'ubuntu');
    const fixed = ranges.flatMap(({ events }) => events.flatMap((event) => event.fixed ?? []));
    return `${id.replace(/^UBUNTU-/i, '')} ${namespace} ${name} ${fixed[0] ?? 'unfixed'}`;
  });
}

const unfixed = (): string => 'unfixed';

describe.skipIf(!hasShared)('samples of Ubuntu', () => {
  it.each<[string, readonly string[]]>([
    ['blank_lines_in_description', ['CVE-2017-5192 ubuntu:14.04 salt end-of-life']],
    [
      'empty_status_upstream',
      [
        'CVE-2007-0255 ubuntu:6.06 xine-ui end-of-life',
        'CVE-2007-0255 ubuntu:6.10 xine-ui affected',
        'CVE-2007-0255 ubuntu:15.10 xine-ui end-of-life',
        'CVE-2007-0255 ubuntu:16.04 xine-ui affected',
      ],
    ],
    [
      'include_pending',
      [
        'CVE-2020-0009 ubuntu:16.04 linux-oem end-of-life',
        'CVE-2020-0009 ubuntu:18.04 linux-oem 4.15.0-1080.90',
        'CVE-2020-0009 ubuntu:19.10 linux-oem affected',
      ],
    ],
    [
      'line_break_between_patches',
      [
        'CVE-2017-7702 ubuntu:12.04 wireshark end-of-life',
        'CVE-2017-7702 ubuntu:16.04 wireshark 2.6.3-1~ubuntu16.04.1',
        'CVE-2017-7702 ubuntu:16.10 wireshark 2.2.6+g32dac6a-2ubuntu0.16.10',
        'CVE-2017-7702 ubuntu:18.04 wireshark 2.6.3-1~ubuntu18.04.1',
        'CVE-2017-7702 ubuntu:14.04 wireshark will-not-fix',
        'CVE-2017-7702 ubuntu-pro:14.04 wireshark 2.6.3-1~ubuntu14.04.1',
      ],
    ],
    [
      'more_than_one_package_patches',
      [
        'CVE-2017-9228 ubuntu:17.10 libonig end-of-life',
        'CVE-2017-9228 ubuntu:18.04 libonig 6.3.0-1',
        'CVE-2017-9228 ubuntu:17.04 php7.0 7.0.22-0ubuntu0.17.04.1',
        'CVE-2017-9228 ubuntu:12.04 php5 will-not-fix',
        'CVE-2017-9228 ubuntu-pro:12.04 php5 5.3.10-1ubuntu3.28',
      ],
    ],
    [
      'multiple_upstreams',
      [
        'CVE-2020-0556 ubuntu:14.04 bluez end-of-life',
        'CVE-2020-0556 ubuntu:16.04 bluez 5.37-0ubuntu5.3',
        'CVE-2020-0556 ubuntu:18.04 bluez 5.48-0ubuntu3.4',
        'CVE-2020-0556 ubuntu:19.10 bluez 5.50-0ubuntu5.1',
      ],
    ],
    [
      'no_space_before_status',
      [
        'CVE-2019-15903 ubuntu:14.04 vnc4 end-of-life',
        'CVE-2019-15903 ubuntu:16.04 vnc4 affected',
        'CVE-2019-15903 ubuntu:18.04 vnc4 affected',
        'CVE-2019-15903 ubuntu:19.04 vnc4 not-affected',
        'CVE-2019-15903 ubuntu:19.10 vnc4 not-affected',
        'CVE-2019-15903 ubuntu-pro:14.04 vnc4 affected',
      ],
    ],
    ['notes_with_continuation_lines', []],
    [
      'patches_with_status',
      [
        'CVE-2020-9925 ubuntu:14.04 qtwebkit-opensource-src end-of-life',
        'CVE-2020-9925 ubuntu:16.04 qtwebkit-opensource-src under-investigation',
        'CVE-2020-9925 ubuntu:18.04 qtwebkit-opensource-src under-investigation',
        'CVE-2020-9925 ubuntu:20.04 qtwebkit-opensource-src under-investigation',
      ],
    ],
    [
      'tags_field_parsing',
      ['CVE-2022-22965 ubuntu:22.04 libspring-java affected', 'CVE-2022-22965 ubuntu:24.04 libspring-java affected'],
    ],
  ])('vuln-list-update: %s', async (name, expected) => {
    const content = sampleFiles('ubuntu', 'vuln-list-update').get(`ubuntu/testdata/${name}`)!;

    const { upserts, notes } = await readFiles(ubuntuTracker, { [`active/${readUbuntuTracker(content).id}`]: content });

    expect(said(upserts)).toEqual(expected);
    expect(notes).toEqual([]);
  });

  it('vuls-data-update: what its goldens make of the tracker', async () => {
    const files = sampleFiles('ubuntu', 'vuls-data-update');
    const folder = 'extract/ubuntu/tracker/testdata/';
    const inputs = Object.entries(below(files, `${folder}fixtures/`)).map(
      ([path, content]) => [path.replace(/\d+\/|\.json$/g, ''), trackerText(json(content))] as const,
    );
    const { upserts, notes } = await readFiles(ubuntuTracker, Object.fromEntries(inputs));
    const golden = Object.values(below(files, `${folder}golden/data/`)).flatMap((content) => {
      const { id, detections = [] } = json<Extracted>(content);
      return detections.flatMap(({ conditions }) =>
        conditions.flatMap(({ tag, criteria }) => {
          const pocket = pocketOf(tag.slice(0, tag.lastIndexOf('_')));
          const namespace = typeof pocket === 'object' ? pocket.namespace : tag;
          return criteria.criterions.map(({ version: { fix_status: status, package: pkg, affected } }) => {
            const vendor = status.vendor?.replace(/^ignored.*\b(?:end of|out of)\b.*/, 'end-of-life').split(':', 1)[0];
            const what =
              affected?.fixed[0] ??
              { ignored: 'will-not-fix', 'needs-triage': 'under-investigation' }[vendor ?? ''] ??
              vendor;
            return `${id} ${namespace} ${pkg.source.name} ${what}`;
          });
        }),
      );
    });

    const theirs: readonly Reason[] = [
      [/ ubuntu:\d\d\.04 bind9 end-of-life$/, 'Ubuntu Pro found the same code not affected, before support ended too'],
    ];
    const ours: readonly Reason[] = [
      [/ ubuntu:\d\d\.04 bind9 not-affected$/, 'Ubuntu Pro found the same code not affected, before support ended too'],
      [/ ubuntu:(?:6|7)\./, 'of a release that the converter does not know'],
    ];
    const { equal, unexplained, ...counts } = differencesOf(golden, said(upserts), theirs, ours);
    expect({ equal, counts, unexplained }).toEqual({
      equal: 43,
      counts: { theirs: { [theirs[0]![1]]: 3 }, ours: { [ours[0]![1]]: 3, [ours[1]![1]]: 3 } },
      unexplained: [],
    });
    expect(notes).toEqual([]);
  });

  it('vunnel: its goldens of OSV', async () => {
    const files = sampleFiles('ubuntu', 'vunnel');
    const folder = 'ubuntu/test-fixtures/';
    const { upserts, removed } = await readFiles(ubuntuOsv, below(files, `${folder}osv/`));
    const golden = Object.entries(below(files, `${folder}snapshots/`)).flatMap(([path, content]) =>
      path.startsWith('ubuntu-') ? osvFacts(json<{ item: OsvItem }>(content).item) : [],
    );
    const theirs: readonly Reason[] = [
      [/^CVE-(?:2013-2208|2020-36325) /, 'pitfall 12: the record is withdrawn, and its golden says so too'],
    ];

    const { equal, unexplained, ...counts } = differencesOf(golden, said(upserts, unfixed), theirs, []);
    expect({ equal, counts, unexplained }).toEqual({
      equal: 44,
      counts: { theirs: { [theirs[0]![1]]: 3 }, ours: {} },
      unexplained: [],
    });
    expect(removed).toEqual(['UBUNTU-CVE-2013-2208', 'UBUNTU-CVE-2020-36325']);
    expect(upserts.find(({ id }) => id === 'UBUNTU-CVE-2021-3782')?.related).toEqual(['USN-5614-1', 'USN-5614-2']);
  });

  it('vunnel, pitfall 5: the cases of ESM', async () => {
    const files = sampleFiles('ubuntu', 'vunnel');
    const { upserts } = await readFiles(ubuntuOsv, below(files, 'ubuntu/test-fixtures/osv-esm-cases/'));

    const rows = upserts.flatMap((advisory) => advisory.affected.map((row) => ({ ...row, id: cveOf(advisory) })));
    const netty = rows.filter((row) => row.package === 'netty' && row.namespace.endsWith(':18.04'));
    expect(netty).toMatchObject([
      {
        namespace: 'ubuntu:18.04',
        state: 'will-not-fix',
        ranges: [{ fixed: '1:4.1.7-4ubuntu0.1+esm3' }],
        note: 'fixed with Ubuntu Pro in 1:4.1.7-4ubuntu0.1+esm3',
      },
      { namespace: 'ubuntu-pro:18.04', state: 'fixed', ranges: [{ fixed: '1:4.1.7-4ubuntu0.1+esm3' }] },
    ]);
    // A version of Pro that does not say so: it is safe in an image that does not look attached, too.
    expect(
      rows.filter((row) => row.package === 'unzip').map(({ namespace, state }) => `${namespace} ${state}`),
    ).toEqual(['ubuntu:16.04 fixed', 'ubuntu:14.04 will-not-fix', 'ubuntu-pro:14.04 fixed']);
  });

  it('says what Clair says of its case', async () => {
    const one = clairCases('ubuntu')[0]!;
    const { upserts, notes } = await readFiles(ubuntuTracker, { 'active/CVE-2015-4471': one.content });

    for (const { name, severity, description, fixed_in_contains: fixes } of one.vulnerabilities) {
      expect(upserts).toMatchObject([{ id: name, severity: severity.toLowerCase(), description }]);
      for (const { namespace, feature, version } of fixes) {
        expect(said(upserts)).toContain(
          `${name} ${namespace} ${feature} ${version === '#MAXV#' ? 'affected' : version}`,
        );
      }
    }
    for (const release of one.unknown_releases_contains ?? []) {
      expect(notes).toContainEqual(expect.stringContaining(JSON.stringify(release)));
    }
  });
});
