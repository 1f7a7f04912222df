import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../test/support/image.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { MemorySource, readBytes } from '../formats/byte-source.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { RegistryLayer } from '../image/registry-layer.ts';
import { TarLayer } from '../image/tar-layer.ts';
import type { Limits } from '../limits.ts';
import { silent } from '../log.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { Appetite } from '../model/file.ts';
import type { Problem } from '../model/problem.ts';
import { linkedFiles } from '../packages/linked-files.ts';
import { FolderLayerCache } from '../reading/layer-cache-folder.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

/** What an analyzer was shown: of bodies at any place, as much as could be read in the end. */
interface Shown {
  readonly path: string;
  readonly bytes: number;
  readonly truncated: boolean;
}

/** An analyzer of `wanted-*`, found behind links too. Its facts tell which paths it was shown. */
function probe(appetite: Appetite, paths: readonly string[] = ['wanted']) {
  const shown: Shown[] = [];
  const analyzer: Analyzer = {
    name: 'probe',
    version: 1,
    wants: ({ path }) => (paths.includes(path) ? appetite : Appetite.None),
    open: () => {
      const read: { path: string; content: number; body: ByteSource | undefined; truncated: boolean }[] = [];
      return {
        read: ({ path, content, body, truncated }) => read.push({ path, content: content.length, body, truncated }),
        close: () => {
          for (const { path, content, body, truncated } of read) {
            const bytes = body === undefined ? content : readBytes(body, 0, Math.min(body.size, 1 << 24)).length;
            shown.push({ path, bytes, truncated });
          }
          return read.map(({ path }) => ({ kind: 'release', path, text: '' }));
        },
      };
    },
    missing: (view) => linkedFiles(view, paths),
  };
  return { analyzer, shown };
}

interface Run {
  readonly first: readonly Problem[];
  readonly second: readonly Problem[];
  readonly facts: readonly { readonly layer: number; readonly path: string }[];
}

async function run(
  image: OpenedImage,
  analyzer: Analyzer,
  { temporary = tmpdir(), cache, ...limits }: Partial<Limits> & { temporary?: string; cache?: FolderLayerCache } = {},
): Promise<Run> {
  const context = { ...layersContext(limits), temporary };
  const layers = await readLayers(image, [analyzer], context, { ...(cache && { cache }) });
  const { view } = await assembleImage(image, layers, [analyzer], [], context);
  const first = layers.flatMap(({ problems }) => problems);
  const usual = ['packages.none', 'distribution.unknown'];
  return {
    first,
    second: view.problems.filter((problem) => !first.includes(problem) && !usual.includes(problem.code)),
    facts: view.facts('release').map(({ layer, fact }) => ({ layer, path: fact.path })),
  };
}

const compressed = (entries: readonly TarEntry[]): LayerContent =>
  new TarLayer(new MemorySource(gzipSync(tar(entries))));

function imageWith(...contents: LayerContent[]): OpenedImage {
  const image = imageOf(...contents.map(() => []));
  const layers = contents.map(({ size, askedBy }, index) => ({
    index,
    size,
    ...(askedBy !== undefined && { digest: askedBy }),
  }));
  return { ...image, info: { ...image.info, layers }, layers: contents };
}

const link: TarEntry = { path: 'wanted', type: 'symlink', linkTarget: 'elsewhere' };

describe.each([
  ['can be read at any place', (entries: readonly TarEntry[]) => imageOf(entries)],
  ['is compressed', (entries: readonly TarEntry[]) => imageWith(compressed(entries))],
])('a file behind a link in a layer that %s', (_, made) => {
  it.each([
    ['whole', Appetite.Body, {}],
    ['in its beginning', Appetite.Head, {}],
    ['at any place', Appetite.Random, {}],
    ['whole, beyond the limit', Appetite.Body, { bodyBytes: 1000 }],
    ['at any place, beyond the limit', Appetite.Random, { randomBytes: 1000 }],
  ] satisfies [string, Appetite, Partial<Limits>][])(
    'is read as one under its own name: %s',
    async (__, appetite, limits) => {
      const content = noise(9000);
      const [there, here] = [probe(appetite), probe(appetite)];

      const behind = await run(made([{ path: 'elsewhere', content }, link]), there.analyzer, limits);
      const named = await run(made([{ path: 'wanted', content }]), here.analyzer, limits);

      expect(there.shown).toEqual(here.shown);
      expect(there.shown).toHaveLength(1);
      // A body that comes in pieces is cut by the room for all of them in the first pass, and by its own in the second.
      const plain = (problems: readonly Problem[]) => problems.map(({ code, layer, path }) => ({ code, layer, path }));
      expect(plain(behind.second)).toEqual(plain(named.first));
      expect(behind.second).toHaveLength(Object.keys(limits).length);
    },
  );

  it('is not read when it is sparse, as one under its own name is not', async () => {
    const sparse = (path: string): TarEntry => ({
      path,
      typeFlag: 'S',
      format: 'gnu',
      patch: [[483, '00000100000\0']],
    });
    const { analyzer, shown } = probe(Appetite.Body);

    const { second } = await run(made([sparse('elsewhere'), link]), analyzer);

    expect(second).toMatchObject([{ code: 'file.sparse', layer: 0, path: 'wanted' }]);
    expect(shown).toEqual([]);
  });

  it('costs no more than itself when the analyzer fails on it', async () => {
    const { analyzer } = probe(Appetite.Body);
    const failing: Analyzer = {
      ...analyzer,
      open: () => ({
        read: () => {
          throw new Error('fault');
        },
        close: () => [{ kind: 'release', path: 'kept', text: '' }],
      }),
    };

    const { second, facts } = await run(made([{ path: 'elsewhere' }, link]), failing);

    expect(second).toMatchObject([{ code: 'analyzer.failed', message: 'probe failed: Error: fault', layer: 0 }]);
    expect(facts.map(({ path }) => path)).toContain('kept');
  });
});

describe('what cannot be kept', () => {
  it.each([
    ['the first', [{ path: 'wanted', content: noise(5_000_000) }]],
    ['the second', [{ path: 'elsewhere', content: noise(5_000_000) }, link]],
  ])('is said with the reason, and not shown as if it were empty: in %s pass', async (_, entries) => {
    const { analyzer, shown } = probe(Appetite.Random);

    const { first, second } = await run(imageWith(compressed(entries)), analyzer, { temporary: '/dev/null/none' });

    expect([...first, ...second]).toMatchObject([
      {
        code: 'file.too-large',
        message: expect.stringContaining('wanted was not kept whole: cannot make a temporary file in /dev/null/none'),
        layer: 0,
        path: 'wanted',
      },
    ]);
    expect(shown).toEqual([]);
  });

  /** Zeros that take no memory, between the bytes of an archive. */
  class Sparse implements ByteSource {
    readonly size: number;
    readonly #parts: readonly { readonly start: number; readonly bytes: Buffer }[];

    constructor(size: number, parts: readonly { readonly start: number; readonly bytes: Buffer }[]) {
      this.size = size;
      this.#parts = parts;
    }

    read(target: Uint8Array, position: number): number {
      const length = Math.max(0, Math.min(target.length, this.size - position));
      target.fill(0, 0, length);
      for (const { start, bytes } of this.#parts) {
        for (let i = Math.max(0, position - start); i < bytes.length && start + i < position + length; i++) {
          target[start + i - position] = bytes[i] as number;
        }
      }
      return length;
    }

    slice(start: number, length: number): ByteSource {
      return new Sparse(
        Math.min(length, this.size - start),
        this.#parts.map((part) => ({ ...part, start: part.start - start })),
      );
    }
  }

  it('is told with the limit that it does not fit, and leaves room for the rest', async () => {
    const size = 600 * 1024 * 1024;
    const small = tar([
      { path: 'small', content: 'x' },
      { path: 'one', type: 'symlink', linkTarget: 'large' },
      { path: 'two', type: 'symlink', linkTarget: 'small' },
    ]);
    // Its header alone: the body are zeros.
    const large = tar([{ path: 'large', patch: [[124, `${size.toString(8).padStart(11, '0')}\0`]] }]).subarray(0, 512);
    const bytes = new Sparse(512 + size + small.length, [
      { start: 0, bytes: large },
      { start: 512 + size, bytes: small },
    ]);
    const { analyzer, shown } = probe(Appetite.Random, ['one', 'two']);

    const { second } = await run(imageWith(new TarLayer(bytes)), analyzer);

    expect(second).toEqual([
      {
        code: 'layer.limit',
        message: 'large behind links could not be read: what links lead to has more than 536870912 bytes together',
        layer: 0,
        path: 'one',
      },
    ]);
    expect(shown.map(({ path }) => path)).toEqual(['two']);
  });

  it('is counted beyond so many problems', async () => {
    const paths = Array.from({ length: 9 }, (_, i) => `wanted-${i}`);
    const { analyzer } = probe(Appetite.Body, paths);
    const entries = paths.flatMap((path): TarEntry[] => [
      { path: `large-${path}`, content: 'xx' },
      { path, type: 'symlink', linkTarget: `large-${path}` },
    ]);

    const { second } = await run(imageOf(entries), analyzer, { bodyBytes: 1, problems: 4 });

    expect(second.map(({ code }) => code)).toEqual([...Array(4).fill('file.too-large'), 'layer.limit']);
    expect(second.at(-1)?.message).toBe('5 more problems of files behind links');
  });
});

describe('a layer that is fetched once more', () => {
  const entries: TarEntry[] = [{ path: 'elsewhere', content: 'good' }, link];
  const good = gzipSync(tar(entries));
  const other = gzipSync(tar([{ path: 'elsewhere', content: 'evil' }, link]));

  /** A registry's layer: what comes at each fetch. */
  const fetched = (...answers: readonly Uint8Array[]): RegistryLayer => {
    let count = 0;
    return new RegistryLayer({
      size: good.length,
      digest: sha256(good),
      open: async function* () {
        yield answers[Math.min(count++, answers.length - 1)] as Uint8Array;
      },
    });
  };

  it.each([Appetite.Body, Appetite.Random])('is believed when its digest is right', async (appetite) => {
    const { analyzer, shown } = probe(appetite);

    const { second, facts } = await run(imageWith(fetched(good, good)), analyzer);

    expect(second).toEqual([]);
    expect(shown).toEqual([{ path: 'wanted', bytes: 4, truncated: false }]);
    expect(facts).toEqual([{ layer: 0, path: 'wanted' }]);
  });

  it.each([Appetite.Body, Appetite.Random])('is thrown away when it has another digest', async (appetite) => {
    const { analyzer, shown } = probe(appetite);

    const { first, second, facts } = await run(imageWith(fetched(good, other)), analyzer);

    expect(first).toEqual([]);
    expect(second).toMatchObject([
      {
        code: 'image.digest-mismatch',
        message: expect.stringContaining(`is listed as ${sha256(good)}, but what was fetched`),
        layer: 0,
        path: 'wanted',
      },
    ]);
    expect([shown, facts]).toEqual([[], []]);
  });

  it('is not believed where the cache knows the layer', async () => {
    const { analyzer, shown } = probe(Appetite.Body);
    const cache = new FolderLayerCache(path.join(temporaryFolder(), 'layers'), { bytes: 1e9, age: 1e9 }, silent);
    await run(imageWith(fetched(good)), analyzer, { cache });
    expect(shown.splice(0)).toHaveLength(1);

    const { first, second, facts } = await run(imageWith(fetched(other)), analyzer, { cache });

    expect(first).toEqual([]);
    expect(second.map(({ code }) => code)).toEqual(['image.digest-mismatch']);
    expect([shown, facts]).toEqual([[], []]);
  });

  it('is not fetched where its digest cannot be checked', async () => {
    const { analyzer, shown } = probe(Appetite.Body);
    const asked: string[] = [];
    const content = new RegistryLayer({
      size: good.length,
      digest: `sha512:${'0'.repeat(128)}`,
      open: async function* () {
        asked.push('fetched');
        yield good;
      },
    });

    const { second } = await run(imageWith(content), analyzer);

    expect(second).toMatchObject([{ code: 'image.digest-mismatch', path: 'wanted' }]);
    expect(asked).toHaveLength(1);
    expect(shown).toEqual([]);
  });

  it('is thrown away when it ends in the middle', async () => {
    const { analyzer, shown } = probe(Appetite.Body);

    const { second } = await run(imageWith(fetched(good, good.subarray(0, good.length - 9))), analyzer);

    expect(second).toMatchObject([{ code: 'file.unreadable', message: expect.stringMatching(/: .*end/) }]);
    expect(shown).toEqual([]);
  });

  it('does not harm what other layers told', async () => {
    const { analyzer } = probe(Appetite.Body, ['wanted', 'wanted-too']);
    const sound = compressed([
      { path: 'sound', content: 'x' },
      { path: 'wanted-too', type: 'symlink', linkTarget: 'sound' },
    ]);

    const { facts } = await run(imageWith(fetched(good, other), sound), analyzer);

    expect(facts).toEqual([{ layer: 1, path: 'wanted-too' }]);
  });
});
