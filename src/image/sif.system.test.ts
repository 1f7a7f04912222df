import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  comparable,
  expectFlipsAreBorne,
  hasProgram,
  readAll,
  variedRoot,
} from '../../test/support/file-system-images.ts';
import { layer, ociFiles } from '../../test/support/image.ts';
import { openLocal, walkLayer } from '../../test/support/opened-sources.ts';
import { partition, sif } from '../../test/support/sif.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';

const noTools = !hasProgram('mksquashfs') && 'mksquashfs is not installed';
const [SQUASHFS, EXT3, ENCRYPTED] = [1, 2, 5];
const [PRIMARY, OVERLAY] = [2, 4];

const definition = { type: 0x4001, bytes: Buffer.from('Bootstrap: docker\n') };
const squashed = (root: string): Buffer => {
  const file = path.join(temporaryFolder(), 'i');
  execFileSync('mksquashfs', [root, file, '-noappend', '-quiet', '-no-progress'], { stdio: 'ignore' });
  return readFileSync(file);
};

describe.skipIf(noTools)(`a SIF file${noTools ? ` (${noTools})` : ''}`, () => {
  it('has what its partition has, stated or not', async () => {
    const root = variedRoot();
    const bytes = sif([definition, { type: 0x4004, bytes: squashed(root), extra: partition(SQUASHFS, PRIMARY) }]);
    const file = writeTemporary('image.sif', bytes);

    const read = await readAll(file);

    expect(read.problems).toEqual([]);
    expect(comparable(read)).toEqual(comparable(await readAll(root)));
    expect(comparable(await readAll(`sif:${file}`))).toEqual(comparable(read));
    const source = await openLocal(file);
    expect(source.images[0]!.info).toMatchObject({ platform: 'linux/amd64', hasConfig: false });
    source.close();
  });

  it('with flipped bytes ends with a report or an error of the source', async () => {
    const partitionOf = squashed(path.dirname(writeTemporary('a', 'a')));
    const bytes = sif([{ type: 0x4004, bytes: partitionOf, extra: partition(SQUASHFS, PRIMARY) }]);

    await expectFlipsAreBorne(bytes.subarray(0, bytes.length - 4096), 'sif', 100);
  });

  it('that ends within its partition is not read as a whole one', async () => {
    const bytes = sif([{ type: 0x4004, bytes: squashed(variedRoot()), extra: partition(SQUASHFS, PRIMARY) }]);

    for (const cut of [0.3, 0.6, 0.9].map((part) => Math.floor(bytes.length * part))) {
      await expect(readAll(writeTemporary('cut.sif', bytes.subarray(0, cut)))).rejects.toMatchObject({
        code: 'source.unreadable',
      });
    }
  });

  it('names partitions that are not read', async () => {
    const bytes = sif([
      { type: 0x4004, bytes: squashed(variedRoot()), extra: partition(SQUASHFS, PRIMARY) },
      { type: 0x4004, bytes: Buffer.alloc(5000), extra: partition(EXT3, OVERLAY) },
    ]);

    const { problems } = await readAll(writeTemporary('overlay.sif', bytes));

    expect(problems).toEqual([
      { code: 'image.layer-missing', message: 'a further partition (overlay, ext3) was not read' },
    ]);
  });
});

describe('a SIF file that cannot be read', () => {
  it.each([
    ['is cut within its header', sif([definition]).subarray(0, 100), 'source.unreadable'],
    ['has no system', sif([definition]), 'source.not-an-image'],
    [
      'is encrypted',
      sif([{ type: 0x4004, bytes: Buffer.alloc(9000), extra: partition(ENCRYPTED, PRIMARY) }]),
      'source.unsupported',
    ],
    [
      'holds another file system',
      sif([{ type: 0x4004, bytes: Buffer.alloc(9000), extra: partition(EXT3, PRIMARY) }]),
      'source.unsupported',
    ],
  ])('%s', async (_, bytes, code) => {
    await expect(readAll(writeTemporary('x.sif', bytes))).rejects.toMatchObject({ code });
  });

  it('states another platform than was asked for', async () => {
    const bytes = sif([{ type: 0x4004, bytes: Buffer.alloc(9000), extra: partition(SQUASHFS, PRIMARY) }]);

    await expect(openLocal(writeTemporary('x.sif', bytes), { platform: 'linux/arm64' })).rejects.toMatchObject({
      code: 'source.platform',
    });
  });
});

it('an OCI image in a SIF file is read by its manifest', async () => {
  const files = ociFiles({ layers: [layer([{ path: 'a', content: 'a' }]), layer([{ path: 'b', content: 'b' }])] });
  const parts = [...files].flatMap(([name, content]) => {
    const bytes = content as Buffer;
    if (name === 'index.json') return [{ type: 0x400a, bytes }];
    const digest = /^blobs\/(.*)\/(.*)$/.exec(name);
    return digest === null ? [] : [{ type: 0x400b, bytes, extra: Buffer.from(`${digest[1]}:${digest[2]}`) }];
  });
  const source = await openLocal(writeTemporary('oci.sif', sif(parts)));

  const [image] = source.images;
  expect(image!.problems).toEqual([]);
  const paths = await Promise.all(image!.layers.map(async (one) => (await walkLayer(one!)).headers.map((h) => h.path)));
  expect(paths).toEqual([['a'], ['b']]);
  source.close();
});

it.each([
  ['random bytes', Buffer.alloc(5000, 0xff)],
  ['a byte', Buffer.from('x')],
])('"sif:" before a file that is none says so: %s', async (_, bytes) => {
  const file = writeTemporary('none.sif', bytes);

  await expect(openLocal(`sif:${file}`)).rejects.toMatchObject({
    code: 'source.not-an-image',
    message: expect.stringContaining('is no SIF file'),
  });
});
