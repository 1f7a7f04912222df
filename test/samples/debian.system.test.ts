import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { debianTracker } from '../../src/ecosystems/debian/feed.ts';
import { type DebianNotice, readDebianNotices } from '../../src/formats/debian-notices.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { tarMembers } from '../support/tar-members.ts';
import { clairCases } from './clair.ts';
import { differencesOf, type Reason } from './differences.ts';

const json = <T>(content: Buffer): T => JSON.parse(content.toString()) as T;

/** Ours: `CVE debian:12 package version-or-state severity`. */
function said(upserts: readonly Advisory[]): string[] {
  return upserts.flatMap(({ id, severity, affected }) =>
    affected.map((row) =>
      [id, row.namespace, row.package, row.ranges[0]?.fixed ?? row.state, row.severity ?? severity].join(' '),
    ),
  );
}

interface VunnelItem {
  readonly Vulnerability: {
    readonly Name: string;
    readonly NamespaceName: string;
    readonly Severity: string;
    readonly FixedIn: readonly {
      readonly Name: string;
      readonly Version: string;
      readonly VendorAdvisory: { readonly AdvisorySummary: readonly { readonly ID: string }[] };
    }[];
  };
}

interface SalsaNotice {
  readonly header: { readonly name: string };
  readonly annotations: readonly {
    readonly type: string;
    readonly bugs?: readonly string[];
    readonly release?: string;
    readonly package?: string;
    readonly kind?: string;
    readonly version?: string;
  }[];
}

/** What a notice says: `DSA-1-1 CVE-2020-0001`, `DSA-1-1 bookworm package version`. */
function noticeWords({ id, cves, fixes }: Pick<DebianNotice, 'id' | 'cves' | 'fixes'>): string[] {
  return [
    ...cves.map((cve) => `${id} ${cve}`),
    ...fixes.map((fix) => `${id} ${fix.codename} ${fix.package} ${fix.version}`),
  ];
}

async function noticesIn(list: Buffer): Promise<{ words: string[]; skipped: string[] }> {
  const words: string[] = [];
  const skipped: string[] = [];
  const chunks = (async function* () {
    yield list;
  })();
  for await (const item of readDebianNotices(chunks)) {
    if ('skipped' in item) skipped.push(item.skipped);
    else words.push(...noticeWords(item));
  }
  return { words, skipped };
}

describe.skipIf(!hasShared)('samples of Debian', () => {
  it('vunnel: its 43 goldens', async () => {
    const files = sampleFiles('debian', 'vunnel');
    const folder = 'debian/test-fixtures/';
    const { upserts, notes } = await readFiles(debianTracker, {
      'debian.json': files.get(`${folder}input/debian.json`)!,
      DSA: files.get(`${folder}input/DSA`)!,
    });
    const snapshots = [...files].filter(([path]) => path.startsWith(`${folder}snapshots/`));
    const golden = snapshots.flatMap(([path, content]) => {
      const { Vulnerability: item } = json<{ item: VunnelItem }>(content).item;
      const severity = item.Severity.toLowerCase();
      if (item.FixedIn.length === 0) return [`${item.Name} ${item.NamespaceName} - - ${severity} ${path}`];
      return item.FixedIn.map(({ Name, Version }) => {
        // `0`: never affected; `None`: no fix, and of chromium, the only one here, there will be none.
        const what = Version === '0' ? 'not-affected' : Version === 'None' ? 'end-of-life' : Version;
        return `${item.Name} ${item.NamespaceName} ${Name} ${what} ${severity}`;
      });
    });
    const theirs: readonly Reason[] = [
      [/ debian:7 - - /, 'of a database that an older version of the converter left behind, not of the tracker'],
      [/ 389_directory_server /, 'of that database too: the tracker names no such package'],
    ];

    const { equal, unexplained, ...counts } = differencesOf(golden, said(upserts), theirs, []);
    expect({ snapshots: snapshots.length, equal, counts, unexplained }).toEqual({
      snapshots: 43,
      equal: 25,
      counts: { theirs: { [theirs[0]![1]]: 17, [theirs[1]![1]]: 1 }, ours: {} },
      unexplained: [],
    });
    // `releases` is an empty list there, as the tracker writes what it says nothing of.
    expect(notes).toEqual(['chromium-browser CVE-2022-0358: no releases']);
  });

  it('vunnel: the notice that a golden names', async () => {
    const files = sampleFiles('debian', 'vunnel');
    const folder = 'debian/test-fixtures/';
    const { upserts } = await readFiles(debianTracker, {
      'debian.json': files.get(`${folder}input/debian.json`)!,
      DSA: files.get(`${folder}input/DSA`)!,
    });
    const golden = [...files].flatMap(([path, content]) => {
      if (!path.startsWith(`${folder}snapshots/`)) return [];
      const { Vulnerability: item } = json<{ item: VunnelItem }>(content).item;
      return item.FixedIn.flatMap((fix) => fix.VendorAdvisory.AdvisorySummary.map(({ ID }) => `${item.Name} ${ID}`));
    });

    const own = upserts.flatMap(({ id, related = [] }) => related.map((notice) => `${id} ${notice}`));
    expect(own).toEqual(golden);
    expect(own).toEqual(['CVE-2025-53603 DSA-5970-1']);
  });

  it('vuls-data-update: what its goldens say of the lists of notices', async () => {
    const files = sampleFiles('debian', 'vuls-data-update');
    const folder = 'fetch/debian/tracker/salsa/testdata/';
    const archive = tarMembers(gunzipSync(files.get(`${folder}fixtures/security-tracker-master.tar.gz`)!));
    const own: string[] = [];
    for (const name of ['DSA', 'DLA', 'DTSA']) {
      own.push(...(await noticesIn(archive.get(`security-tracker-master/data/${name}/list`)!)).words);
    }
    const golden = [...files].flatMap(([path, content]) => {
      if (!/golden\/D\w+\/D/.test(path) || !path.startsWith(folder)) return [];
      const { header, annotations } = json<SalsaNotice>(content);
      const fixes = annotations.filter(({ kind }) => kind === 'fixed');
      return noticeWords({
        id: header.name,
        cves: annotations.flatMap(({ bugs = [] }) => bugs),
        fixes: fixes.map((fix) => ({ codename: fix.release!, package: fix.package!, version: fix.version! })),
      });
    });

    expect(differencesOf(golden, own, [], [])).toEqual({ equal: 38, theirs: {}, ours: {}, unexplained: [] });
  });

  it('vuln-list-update: a malformed notice is left out, with what it says', async () => {
    const files = sampleFiles('debian', 'vuln-list-update');
    const { words, skipped } = await noticesIn(files.get('debian/tracker/testdata/happy/data/DLA/list')!);

    expect(words).toContain('DLA-2711-1 stretch thunderbird 1:78.12.0-1~deb9u1');
    expect(skipped).toEqual(['"[19 Jul 2021] MALFORMED HEADER" is no notice']);
  });

  it('says what Clair says of its case', async () => {
    const { content, vulnerabilities } = clairCases('debian')[0]!;
    const { upserts } = await readFiles(debianTracker, { 'a.json': content });
    const golden = vulnerabilities.flatMap(({ name, fixed_in_contains: fixes }) =>
      fixes.map(({ namespace, feature, version }) => {
        const what = version === '#MAXV#' ? 'affected' : version === '#MINV#' ? 'not-affected' : version;
        return `${name} ${namespace} ${feature} ${what}`;
      }),
    );
    const own = said(upserts).map((words) => words.split(' ').slice(0, 4).join(' '));

    expect(own.toSorted()).toEqual(golden.toSorted());
    // Clair keeps one severity for a vulnerability, the highest; ours stand with each package and release.
    const severities = new Map<string, Set<string>>();
    for (const words of said(upserts)) {
      const [id = '', , , , severity = ''] = words.split(' ');
      severities.set(id, (severities.get(id) ?? new Set()).add(severity));
    }
    for (const { name, severity } of vulnerabilities) expect(severities.get(name)).toContain(severity.toLowerCase());
  });
});
