import type { FeedAdvisory } from '../src/store/advisory-shelf.ts';
import type { PackageVersion } from '../src/store/package-version.ts';
import type { Store } from '../src/store/store.ts';
import { randomNumbers } from './random.ts';

/** Releases with sources of their own; each record names a source in all four of them. */
const releases = ['10', '11', '12', '13'].map((version) => `debian:${version}`);
const SOURCES = 4000;
/** Binary packages of a source. */
const BINARIES = 2;

const letters = 'etaoinshrdlucmfwypvbgkjqxz';
const vocabulary = ((): readonly string[] => {
  const random = randomNumbers(3);
  // The first letters, which are the frequent ones, more often: so that it can be compressed about as far as English.
  const letter = (): string => letters[Math.min(random(26), random(26))]!;
  return Array.from({ length: 3000 }, () => Array.from({ length: 2 + random(9) }, letter).join(''));
})();

function sentence(words: number, random: (below: number) => number): string {
  const word = (): string => vocabulary[Math.min(random(3000), random(3000), random(3000))]!;
  return `${Array.from({ length: words }, word).join(' ')}.`;
}

/** Records with so many ranges in all. Every tenth is not fixed yet, and half of them have scores. */
export function* syntheticRecords(ranges: number): Generator<FeedAdvisory> {
  const random = randomNumbers(7);
  for (let n = 0; n < ranges / releases.length; n++) {
    const id = `CVE-${2010 + (n % 16)}-${100_000 + n}`;
    // A few packages have very many vulnerabilities, as in life.
    const source = `source-${n % 20 === 0 ? random(20) : random(SOURCES)}`;
    const fixed = random(60);
    yield {
      feed: 'bench',
      advisory: {
        key: id,
        id,
        aliases: [],
        severity: (['low', 'medium', 'high', 'critical'] as const)[n % 4]!,
        ...(n % 2 === 0 && {
          cvss: [{ version: '3.1', source: 'nvd', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8 }],
        }),
        urls: [`https://tracker.example/${id}`],
        description: `In ${source}, ${sentence(15 + random(60), random)}`,
        affected: releases.map((namespace, index) => ({
          namespace,
          package: source,
          nameKind: 'source',
          ...(n % 10 === 9
            ? { state: 'affected', ranges: [] }
            : { state: 'fixed', ranges: [{ fixed: `1.${fixed + index}-1` }] }),
        })),
      },
    };
  }
}

/** What is installed in one image: packages of one release, most of them up to date. */
function packagesOf(image: number, count: number): PackageVersion[] {
  const random = randomNumbers(image + 1000);
  const namespace = releases[image % releases.length]!;
  const first = random(SOURCES - count);
  return Array.from({ length: count }, (_, n) => {
    const source = n < 20 ? n : first + Math.floor(n / BINARIES);
    const version = `1.${52 + random(8)}-1`;
    return { namespace, name: `lib${source}-${n}`, version, source: { name: `source-${source}`, version } };
  });
}

/** Images of a base, a middle and a top layer with so many packages together. Returns the names of the top layers. */
export async function insertLayers(store: Store, images: number, packages: number): Promise<string[]> {
  const tops: string[] = [];
  for (let image = 0; image < images; image++) {
    const all = packagesOf(image, packages);
    let parent: string | undefined;
    for (const share of [0.2, 0.6, 1]) {
      const name = `sha256:${image}-${share}`;
      await store.layers.insert({
        name,
        ...(parent !== undefined && { parent }),
        namespace: { name: all[0]!.namespace, versionFormat: 'dpkg' },
        engineVersion: 3,
        packages: all.slice(0, packages * share),
        namespaces: [],
      });
      parent = name;
    }
    tops.push(parent!);
  }
  return tops;
}

/** Layers with one package each, which nothing affects yet. */
export async function insertProbes(store: Store, probes: number): Promise<void> {
  for (let n = 0; n < probes; n++) {
    await store.layers.insert({
      name: `probe-${n}`,
      namespace: { name: 'debian:12', versionFormat: 'dpkg' },
      engineVersion: 3,
      packages: [{ namespace: 'debian:12', name: `probe-${n}`, version: '1.0-1' }],
      namespaces: [],
    });
  }
}
