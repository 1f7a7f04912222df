import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redhatRepositoryCpe } from '../../src/ecosystems/redhat/repository-cpe.ts';
import { redhatVex } from '../../src/ecosystems/redhat/vex-feed.ts';
import { readCsaf } from '../../src/formats/csaf/read.ts';
import type { Advisory, Affected } from '../../src/model/advisory.ts';
import { readFiles, updateFrom } from '../support/feed-events.ts';
import { type FeedMirror, startFeedMirror } from '../support/feed-mirror.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { tar } from '../support/tar.ts';
import { differencesOf, type Reason } from './differences.ts';

const files = hasShared ? sampleFiles('redhat', 'vuls-data-update') : new Map<string, Buffer>();

/** The files below a folder, by their path in it. */
function below(folder: string, of: ReadonlyMap<string, Buffer> = files): ReadonlyMap<string, Buffer> {
  return new Map(
    [...of].flatMap(([path, content]) => (path.startsWith(folder) ? [[path.slice(folder.length), content]] : [])),
  );
}

/** One thing that is said: `CVE rhel:9 module name kind what place architectures`. */
type Tuple = string;

/** What is said of a package, before the architectures of all that say the same are known. */
interface Said {
  readonly head: string;
  readonly architectures: readonly string[];
}

function tuplesOf(said: Iterable<Said>): readonly Tuple[] {
  const all = new Map<string, Set<string>>();
  for (const { head, architectures } of said) {
    const known = all.get(head) ?? new Set();
    all.set(head, known);
    for (const one of architectures) known.add(one);
  }
  return [...all].map(([head, known]) => {
    const everywhere = ['aarch64', 'ppc64le', 's390x', 'x86_64'].every((one) => known.has(one));
    const words = known.size === 0 || known.has('noarch') || everywhere ? 'all' : [...known].sort().join(',');
    return `${head} ${words}`;
  });
}

/** Ours: a fixed version is said apart from every other one. */
function* saidBy({ id, affected }: Pick<Advisory, 'id' | 'affected'>, name = id): Generator<Said> {
  for (const row of affected) {
    const what = row.state === 'fixed' ? row.ranges.map(({ fixed }) => fixed!) : [wordOf(row)];
    for (const one of what) {
      const place = row.only?.repositories === undefined ? 'release' : 'other';
      const module = row.only?.module ?? '-';
      yield {
        head: [name, row.namespace, module, row.package, row.nameKind, one, row.state === 'fixed' ? place : '*'].join(
          ' ',
        ),
        architectures: row.only?.architectures ?? ['noarch'],
      };
    }
  }
}

function wordOf({ state, note }: Affected): string {
  return state === 'not-affected' ? state : (note ?? 'Affected').replaceAll(' ', '-');
}

interface GoldenCriteria {
  readonly criterias?: readonly GoldenCriteria[];
  readonly criterions?: readonly { readonly version: GoldenVersion }[];
  /** Content sets, of the criteria as a whole. */
  readonly repositories?: readonly string[];
}
interface GoldenVersion {
  readonly fix_status: { readonly class: string; readonly vendor?: string };
  readonly package: {
    readonly type: 'source' | 'binary';
    readonly source?: { readonly name: string };
    readonly binary?: { readonly name: string; readonly architectures?: readonly string[] };
  };
  readonly affected?: { readonly fixed?: readonly string[] };
}
interface Golden {
  readonly id: string;
  readonly detections?: readonly {
    readonly ecosystem: string;
    readonly conditions: readonly { readonly criteria: GoldenCriteria }[];
  }[];
}

/** Theirs: `redhat:9` is `rhel:9`, `redis:6::redis` a package of a module, `0:1-1` a version without an epoch. */
function* saidByGolden(
  golden: Golden,
  products: ReadonlyMap<string, readonly string[]>,
  kindOf = (version: GoldenVersion): string => version.package.type,
): Generator<Said> {
  function* walk(criteria: GoldenCriteria, ecosystem: string, above?: readonly string[]): Generator<Said> {
    const repositories = criteria.repositories ?? above;
    for (const { version } of criteria.criterions ?? []) {
      const { source, binary } = version.package;
      const names = (source?.name ?? binary?.name ?? '').split('::');
      const name = names.pop();
      const isFixed = version.fix_status.class === 'fixed';
      const what = isFixed
        ? version.affected?.fixed?.[0]?.replace(/^0:/, '')
        : (version.fix_status.vendor ?? '').replaceAll(' ', '-');
      yield {
        head: [
          golden.id,
          ecosystem.replace('redhat', 'rhel'),
          names[0] ?? '-',
          name,
          kindOf(version),
          what,
          isFixed ? placeOf(repositories, products) : '*',
        ].join(' '),
        architectures: binary?.architectures ?? [],
      };
    }
    for (const inner of criteria.criterias ?? []) yield* walk(inner, ecosystem, repositories);
  }
  for (const { ecosystem, conditions } of golden.detections ?? []) {
    for (const { criteria } of conditions) yield* walk(criteria, ecosystem);
  }
}

/** The product that a criteria is about: the one that all of its content sets are of. */
function placeOf(
  repositories: readonly string[] | undefined,
  products: ReadonlyMap<string, readonly string[]>,
): string {
  if (repositories === undefined) return 'other';
  const sets = repositories.map((name) => new Set(products.get(name)));
  const common = [...sets[0]!].filter((cpe) => sets.every((set) => set.has(cpe)));
  return common.some((cpe) => /:redhat:(?:enterprise_linux|rhel_els):/.test(cpe)) ? 'release' : 'other';
}

function productsIn(map: Buffer): ReadonlyMap<string, readonly string[]> {
  const { data } = JSON.parse(map.toString()) as { data: Record<string, { cpes: string[] }> };
  return new Map(Object.entries(data).map(([name, { cpes }]) => [name, cpes]));
}

const json = <T>(content: Buffer): T => JSON.parse(content.toString()) as T;

/** What is said of the source of a package counts for the package. */
function isSaidOfSource(said: Tuple, own: ReadonlySet<Tuple>): boolean {
  const [cve, namespace, module, name = '', kind, ...rest] = said.split(' ');
  if (kind !== 'binary') return false;
  for (let end = name.length; end > 0; end = name.lastIndexOf('-', end - 1)) {
    if (own.has([cve, namespace, module, name.slice(0, end), 'source', ...rest].join(' '))) return true;
  }
  return false;
}

/** Where a fix of the release itself is known, what another minor release says without a version gives way to it. */
function isFixedInRelease(said: Tuple, own: ReadonlySet<Tuple>): boolean {
  const [cve, namespace, module, name, kind, what, place] = said.split(' ');
  if (place !== '*' || what === 'not-affected') return false;
  const subject = `${[cve, namespace, module, name, kind].join(' ')} `;
  return [...own].some((one) => one.startsWith(subject) && one.split(' ')[6] === 'release');
}

/** What the golden has and we do not. */
const theirsAlone: readonly Reason[] = [
  [/ \S+-debug(?:info|source)(?:-\S+)? binary /, 'debugging symbols: nothing of them runs'],
  [isSaidOfSource, 'the same is said of the source, by which the package is looked up'],
  [isFixedInRelease, 'a minor release of the same product has a fix, which the version tells'],
  [/ 3\.9-\d{19}\.[0-9a-f]{8} /, 'a build that stands for a whole module is no version of a package'],
  [/ redhat-ds:\d+ 389-ds-base source /, 'neither the product nor a build tells the release'],
  [/ rhel:4 /, 'no image of this release is recognised'],
];

/** What we have and the golden does not. */
const oursAlone: readonly Reason[] = [
  [/ not-affected \* all$/, 'the golden keeps nothing of what is not affected'],
  [
    / (?:python3\.11 source 3\.11\.2-2\.el9_2\.6|python3\.9 source 3\.9\.16-1\.el9_2\.8) other all$/,
    'the golden passes over builds that are named by their source',
  ],
  [
    / rh-dotnet60-dotnet source 6\.0\.126-1\.el7_9 other all$/,
    'the golden passes over builds that are named by their source',
  ],
];

describe.skipIf(!hasShared)('VEX documents', () => {
  const forms = [
    {
      form: 'v1',
      kindOf: (version: GoldenVersion): string => version.package.type,
      expected: {
        equal: 255,
        theirs: {
          'debugging symbols: nothing of them runs': 121,
          'the same is said of the source, by which the package is looked up': 64,
          'neither the product nor a build tells the release': 2,
        },
        ours: { 'the golden keeps nothing of what is not affected': 37 },
      },
    },
    {
      // The newer form names builds without an architecture: we take them for sources, the golden for packages.
      form: 'v2',
      kindOf: (): string => 'source',
      expected: {
        equal: 34,
        theirs: {
          'a minor release of the same product has a fix, which the version tells': 3,
          'a build that stands for a whole module is no version of a package': 5,
          'no image of this release is recognised': 2,
        },
        ours: {
          'the golden keeps nothing of what is not affected': 11,
          'the golden passes over builds that are named by their source': 3,
        },
      },
    },
  ];

  it.each(forms)('say what a public converter makes of them ($form)', async ({ form, kindOf, expected }) => {
    const folder = `extract/redhat/vex/${form}/testdata/`;
    const inputs = below(`${folder}fixtures/vex/`);
    const products = productsIn(files.get(`${folder}fixtures/repository2cpe/repository-to-cpe.json`)!);
    const { upserts } = await readFiles(redhatVex, Object.fromEntries(inputs));
    const our = tuplesOf(upserts.flatMap((advisory) => [...saidBy(advisory)]));
    const their = tuplesOf(
      [...below(`${folder}golden/data/`)]
        // Some goldens have no input here.
        .filter(([path]) => inputs.has(path))
        .flatMap(([, content]) => [...saidByGolden(json<Golden>(content), products, kindOf)]),
    );

    expect(differencesOf(their, our, theirsAlone, oursAlone)).toEqual({ ...expected, unexplained: [] });
  });

  it.each(['v1', 'v2'])('have severities and vectors as the converter gives them (%s)', async (form) => {
    const folder = `extract/redhat/vex/${form}/testdata/`;
    const inputs = below(`${folder}fixtures/vex/`);
    const { upserts } = await readFiles(redhatVex, Object.fromEntries(inputs));
    const words: Record<string, string> = { Low: 'low', Moderate: 'medium', Important: 'high', Critical: 'critical' };
    let compared = 0;
    for (const advisory of upserts) {
      const golden = files.get(`${folder}golden/data/${advisory.id.slice(4, 8)}/${advisory.id}.json`);
      const contents = json<GoldenContents>(golden!).vulnerabilities ?? [];
      const severities = contents.flatMap(({ content }) => content.severity ?? []);
      const vectors = severities.flatMap((one) => one.cvss_v31?.vector ?? one.cvss_v30?.vector ?? []);
      const stated = severities.flatMap(({ vendor }) => (vendor === undefined ? [] : [words[vendor]]));
      const ours = [advisory.severity, ...advisory.affected.map(({ severity }) => severity ?? advisory.severity)];

      expect([...new Set(advisory.cvss?.map(({ vector }) => vector))], advisory.id).toEqual([...new Set(vectors)]);
      expect([...new Set(stated)], advisory.id).toEqual(expect.arrayContaining([...new Set(ours)]));
      compared++;
    }
    expect(compared).toBe(form === 'v1' ? 9 : 7);
  });

  it('leave out a module without a stream, and say so', async () => {
    const inputs = below('extract/redhat/vex/v2/testdata/fixtures/vex_rpmmod_error/');

    expect(await readFiles(redhatVex, Object.fromEntries(inputs))).toMatchObject({
      upserts: [],
      notes: ['2026/CVE-2026-88888.json: 1 products are left out (module-without-stream)'],
    });
  });

  it('of other images of Red Hat say what they say of the release alone', async () => {
    const inputs = below('hummingbird/test-fixtures/input/advisories/', sampleFiles('redhat', 'vunnel'));
    const { upserts, notes } = await readFiles(redhatVex, Object.fromEntries(inputs));

    // Products of hardened images name no release; rhel-9:foo is in no product tree.
    expect(upserts.flatMap((advisory) => [...saidBy(advisory)].map(({ head }) => head))).toEqual([
      'CVE-2026-12345 rhel:9 - otherpkg binary Affected *',
    ]);
    expect(notes).toEqual([]);
  });
});

interface GoldenContents {
  readonly vulnerabilities?: readonly {
    readonly content: {
      readonly severity?: readonly {
        readonly vendor?: string;
        readonly cvss_v31?: { readonly vector: string };
        readonly cvss_v30?: { readonly vector: string };
      }[];
    };
  }[];
}

describe.skipIf(!hasShared)('the directory of VEX documents', () => {
  let mirror: FeedMirror;
  beforeEach(async () => {
    mirror = await startFeedMirror();
  });
  afterEach(() => mirror.close());

  const current = (run: { upserts: readonly Advisory[]; removed: readonly string[] }): string[] =>
    [...new Set(run.upserts.map(({ id }) => id))].filter((id) => !run.removed.includes(id)).sort();

  it('is read as a public converter reads it', async () => {
    const fixtures = below('fetch/redhat/vex/v1/testdata/fixtures/');
    for (const [path, content] of fixtures) mirror.set(`redhat-vex/${path}`, content);
    const run = await updateFrom(mirror, redhatVex);
    const goldens = below('fetch/redhat/vex/v1/testdata/golden/');

    // CVE-2023-6237 is in the archive and was deleted; CVE-2023-6240 is listed as changed, and not there.
    expect(current(run)).toEqual([...goldens.keys()].map((path) => path.slice(5, -5)).sort());
    expect(run.removed).toContain('CVE-2023-6237');
    expect(run.notes).toContain('2023/cve-2023-6240.json is listed as changed, but not there');
    // The document that was fetched singly stands in place of that of the archive.
    const golden = readCsaf(goldens.get('2023/CVE-2023-6212.json')!);
    expect(run.upserts.findLast(({ id }) => id === 'CVE-2023-6212')?.modified).toBe(golden.modified);
    expect((await updateFrom(mirror, redhatVex, run.state)).upserts).toEqual([]);
  });

  it('is read where the name of the archive has no day', async () => {
    for (const [path, content] of below('fetch/redhat/vex/v2/testdata/fixtures/')) {
      mirror.set(`redhat-vex/${path}`, content);
    }
    for (const list of ['changes', 'deletions']) {
      mirror.set(`redhat-vex/${list}.csv`, '"2020/cve-2020-0001.json","2020-01-01T00:00:00+00:00"\n');
    }
    const goldens = below('fetch/redhat/vex/v2/testdata/golden/');

    expect(current(await updateFrom(mirror, redhatVex))).toEqual([...goldens.keys()].map((path) => path.slice(5, -5)));
  });

  it('is refused where the archive is none', async () => {
    const server = below('rhel/test-fixtures/csaf/server/', sampleFiles('redhat', 'vunnel'));
    for (const [path, content] of server) mirror.set(`redhat-vex/${path}`, content);

    await expect(updateFrom(mirror, redhatVex)).rejects.toThrow(/^the archive is damaged/);
  });

  it('is asked for what changed, as another converter asks', async () => {
    const scenarios = below('redhat/csaf/testdata/', sampleFiles('redhat', 'vuln-list-update'));
    const serve = (name: string): void => {
      for (const [path, content] of txtar(scenarios.get(name)!)) mirror.set(`redhat-vex/${path}`, content || '\n');
    };
    const archive = [...txtar(scenarios.get('archive.txtar')!)].map(([path, content]) => ({ path, content }));
    mirror.set('redhat-vex/csaf_vex_2025-12-06.tar.zst', zstdCompressSync(tar(archive)));
    serve('first_run.txtar');
    const first = await updateFrom(mirror, redhatVex);
    const asked = mirror.requests.map(({ path }) => path.slice('redhat-vex/'.length));
    serve('delta_deletions.txtar');
    const second = await updateFrom(mirror, redhatVex, first.state);

    expect(asked).toContain('2024/cve-2024-0002.json');
    expect(first.removed).toContain('CVE-2024-0003');
    expect(second.removed).toContain('CVE-2024-0001');
    expect(second.replaced).toEqual([]);
  });
});

describe.skipIf(!hasShared)('the map of content sets', () => {
  it.each([
    ['fetch/redhat/repository2cpe/testdata/fixtures/', 'fetch/redhat/repository2cpe/testdata/golden/'],
    ['extract/redhat/csaf/testdata/fixtures/repository2cpe/', 'extract/redhat/csaf/testdata/fixtures/repository2cpe/'],
  ])('of %s has every set with its products', async (input, golden) => {
    const { enrichments, notes } = await readFiles(redhatRepositoryCpe, Object.fromEntries(below(input)));
    const expected = productsIn(files.get(`${golden}repository-to-cpe.json`)!);

    expect(new Map(enrichments.map(({ name, cpes }) => [name.slice('repo:'.length), cpes]))).toEqual(
      new Map([...expected].flatMap(([name, cpes]) => (cpes.length === 0 ? [] : [[name, cpes.toSorted()]]))),
    );
    expect(notes).toHaveLength([...expected.values()].filter((cpes) => cpes.length === 0).length);
  });
});

/** Files of a text: `-- NAME --` before each (golang.org/x/tools/txtar). */
function* txtar(text: Buffer): Generator<[name: string, content: string]> {
  const parts = text.toString().split(/^-- (.+) --\n/m);
  for (let at = 1; at < parts.length; at += 2) yield [parts[at]!, parts[at + 1] ?? ''];
}
