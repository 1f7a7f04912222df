import type { Advisory, AdvisoryHit, AdvisorySource, AdvisoryState, Affected } from '../../src/model/advisory.ts';
import type { Check } from '../../src/model/check.ts';
import type { Distribution } from '../../src/model/distribution.ts';
import type { Ecosystem } from '../../src/model/ecosystem.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { ImageInfo, LayerInfo } from '../../src/model/image.ts';
import type { Package } from '../../src/model/package.ts';
import type { Problem } from '../../src/model/problem.ts';
import { formatPurl } from '../../src/model/purl.ts';
import { VersionError, type VersionScheme } from '../../src/model/version-scheme.ts';
import type { ImageView } from '../../src/model/view.ts';

export const debian12: Distribution = {
  id: 'debian',
  version: '12',
  name: 'Debian GNU/Linux 12 (bookworm)',
  codename: 'bookworm',
  endOfLife: '2028-06-30',
};

/** A package of `debian:12`, unless told otherwise. */
export function makePackage(name: string, version: string, more: Partial<Package> = {}): Package {
  const type = more.type ?? 'deb';
  const base: Package = {
    name,
    version,
    type,
    purl: formatPurl(type, type === 'deb' ? 'debian' : undefined, name, version),
    licences: [],
    layer: { index: 0 },
    locations: ['var/lib/dpkg/status'],
    presence: 'present',
    ...(type === 'deb' ? { distribution: 'debian:12' } : {}),
  };
  return { ...base, ...more };
}

export function makeLayers(...instructions: readonly string[]): readonly LayerInfo[] {
  return instructions.map((instruction, index) => ({
    index,
    digest: `sha256:${String(index).repeat(64)}`,
    diffId: `sha256:${'abcdef'.charAt(index % 6).repeat(64)}`,
    size: (index + 1) * 1_000_000,
    instruction,
    historyIndex: index,
  }));
}

export interface ViewParts extends Partial<Omit<ImageView, 'image' | 'facts'>> {
  readonly image?: Partial<ImageInfo>;
  readonly facts?: readonly { readonly layer: number; readonly fact: Fact }[];
}

/** The view of a small image: what is not told is empty, and no path leads anywhere. */
export function makeView(parts: ViewParts = {}): ImageView {
  const { image, facts = [], ...rest } = parts;
  const layers = image?.layers ?? makeLayers('ADD file:0f1e2d in /');
  return {
    releaseFiles: [],
    packages: [],
    inventory: layers.map(({ index }) => ({ layer: index, added: [], changed: [], removed: [] })),
    databases: [],
    contradictions: [],
    problems: [],
    resolve: () => ({ found: false, reason: 'absent' }),
    hiddenBy: () => undefined,
    ownerOf: () => undefined,
    bringerOf: () => undefined,
    each: () => undefined,
    changes: () => [],
    efficiency: () => ({ score: 1, wasted: 0, bytes: 0, userBytes: 0, paths: [] }),
    list: () => [],
    ...rest,
    image: {
      reference: 'example:1',
      names: ['example:1'],
      history: layers.map(({ index, instruction }) => ({ index, instruction: instruction ?? '', layerIndex: index })),
      config: {},
      ...image,
      layers,
    },
    facts: (kind) => facts.filter((entry) => entry.fact.kind === kind) as never,
  };
}

/** Everything that a check says of an image on a day. */
export async function judgeWith(check: Check, view: ImageView, now: string): Promise<readonly (Finding | Problem)[]> {
  const said: (Finding | Problem)[] = [];
  for await (const item of check.judge.judge(view, { now: new Date(now) })) said.push(item);
  return said;
}

/** A record of a feed; the first row is of `debian:12` unless told otherwise. */
export function makeAdvisory(
  id: string,
  affected: readonly (Partial<Affected> & Pick<Affected, 'package'>)[],
  more: Partial<Advisory> = {},
): Advisory {
  return {
    key: more.key ?? id,
    id,
    aliases: [],
    severity: 'unknown',
    urls: [`https://advisories.example/${id}`],
    ...more,
    affected: affected.map((row) => ({
      namespace: 'debian:12',
      nameKind: 'source',
      state: 'fixed' satisfies AdvisoryState,
      ranges: [],
      ...row,
    })),
  };
}

export interface AdvisoryList extends AdvisorySource {
  /** How often `lookUp` was called. */
  readonly lookUps: number;
}

/** The same source with enrichments, by feed; `asked` has the names of every question. */
export function enriched(
  source: AdvisorySource,
  feeds: Readonly<Record<string, readonly Enrichment[]>>,
): AdvisorySource & { readonly asked: (readonly string[])[] } {
  const hits = Object.entries(feeds).flatMap(([feed, list]) => list.map((enrichment) => ({ feed, enrichment })));
  const asked: (readonly string[])[] = [];
  return {
    ...source,
    asked,
    enrich(names) {
      asked.push(names);
      return names.map((name) => hits.filter(({ enrichment }) => enrichment.name === name));
    },
  };
}

/** A source of advisories made of plain records, by feed. */
export function advisoriesOf(feeds: Readonly<Record<string, readonly Advisory[]>>): AdvisoryList {
  const hits: AdvisoryHit[] = Object.entries(feeds).flatMap(([feed, records]) =>
    records.flatMap(({ affected, ...advisory }) => affected.map((row) => ({ feed, advisory, affected: row }))),
  );
  const byKey = Map.groupBy(hits, ({ affected }) => `${affected.namespace}\0${affected.package}`);
  let lookUps = 0;
  return {
    get lookUps() {
      return lookUps;
    },
    lookUp(keys) {
      lookUps++;
      return keys.map((key) => byKey.get(`${key.namespace}\0${key.package}`) ?? []);
    },
    byId: (id) =>
      hits.filter(({ advisory }) => [advisory.id, ...advisory.aliases, ...(advisory.related ?? [])].includes(id)),
    hasNamespace: (namespace) => hits.some(({ affected }) => affected.namespace === namespace),
    status: () => ({
      generation: 7,
      builtAt: '2026-08-20T00:00:00Z',
      feeds: Object.entries(feeds).map(([name, records]) => ({
        name,
        updatedAt: '2026-08-20T00:00:00Z',
        records: records.length,
      })),
      starter: false,
    }),
  };
}

/** Numbers between dots; everything else is no version. Small enough that a test's verdicts can be seen at a glance. */
export const dotted: VersionScheme = {
  id: 'dotted',
  compare(a, b) {
    return decide(numbersOf(a), numbersOf(b)).result;
  },
  explain(a, b) {
    const { at, result } = decide(numbersOf(a), numbersOf(b));
    const part = `number ${at + 1}`;
    return [{ part, left: a.split('.')[at] ?? '', right: b.split('.')[at] ?? '', result, why: 'numbers' }];
  },
};

function numbersOf(version: string): readonly number[] {
  if (!/^\d+(\.\d+)*$/.test(version)) throw new VersionError('dotted', version, 'numbers between dots are expected');
  return version.split('.').map(Number);
}

function decide(a: readonly number[], b: readonly number[]): { at: number; result: -1 | 0 | 1 } {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return { at, result: difference < 0 ? -1 : 1 };
  }
  return { at: 0, result: 0 };
}

/** A distribution whose packages are `deb`, with versions in dotted order. */
export const debianLike: Ecosystem = {
  id: 'debian',
  displayName: 'Debian',
  types: ['deb'],
  analyzers: [],
  feeds: [],
  detect: () => undefined,
  namespaces: (_, distribution) => (distribution === undefined ? [] : [`${distribution.id}:${distribution.version}`]),
  versions: () => dotted,
};

/** A language whose packages are `npm`, with versions in dotted order. */
export const nodeLike: Ecosystem = {
  id: 'node',
  displayName: 'Node.js',
  types: ['npm'],
  analyzers: [],
  feeds: [],
  namespaces: () => ['npm'],
  versions: () => dotted,
};
