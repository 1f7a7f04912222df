import { expect, it } from 'vitest';
import { walkLayer } from '../../test/support/opened-sources.ts';
import type { CountBytes } from '../formats/squashfs/codec.ts';
import type { SquashfsNode } from '../formats/squashfs/inode.ts';
import type { NamedNode } from '../formats/squashfs/squashfs.ts';
import { defaultLimits } from '../limits.ts';
import { SquashfsLayer } from './squashfs-layer.ts';

const GiB = 1024 ** 3;

/** A root with files, of which each has a hole of so many bytes and then one word. */
class HoleySystem {
  readonly #holes: readonly number[];
  readonly #count: CountBytes;

  constructor(holes: readonly number[], count: CountBytes) {
    this.#holes = holes;
    this.#count = count;
  }

  root(): SquashfsNode {
    return { inode: 1, type: 'directory', size: 0, mode: 0, uid: 0, gid: 0 };
  }

  *entries(): Generator<NamedNode> {
    for (const [i, hole] of this.#holes.entries()) {
      const node: SquashfsNode = { ...this.root(), inode: i + 2, type: 'file', size: hole };
      yield { name: String(i), node: () => node };
    }
  }

  *body({ size }: SquashfsNode): Generator<Buffer> {
    if (size > 0) this.#count(size, 'hole');
    this.#count(4);
    yield Buffer.from('word');
  }
}

it.each([
  ['that are no bomb are read', [1 * GiB, 2 * GiB, 0], {}, []],
  ['end the file that they are too many with, and no other', [3 * GiB, 2 * GiB, 0], {}, ['file.unreadable 1']],
  ['are within the bytes of a layer', [1 * GiB, 1, 0], { layerBytes: 1 * GiB + 8 }, []],
  ['are not past the bytes of a layer', [1 * GiB, 1, 0], { layerBytes: 1 * GiB - 1 }, ['file.unreadable 0']],
])('holes %s', async (_, holes, limits, expected) => {
  const layer = new SquashfsLayer(512, (count) => new HoleySystem(holes, count));

  const { problems, digests } = await walkLayer(layer, { ...defaultLimits, ...limits });

  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
  expect([...digests.keys()]).toContain('2');
});
