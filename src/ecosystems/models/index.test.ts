import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanOne } from '../../../test/support/scan.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import type { PackageFact } from '../../model/fact.ts';
import { modelBlobs } from './blobs.ts';
import { modelFiles } from './files.ts';

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** The header of a file in GGUF without tensors; values are texts. */
function gguf(values: Readonly<Record<string, string>>, count = Object.keys(values).length): Buffer {
  const pairs = Object.entries(values).flatMap(([key, value]) => [text(key), u32(8), text(value)]);
  return Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(count), ...pairs, Buffer.alloc(16)]);
}

function safetensors(header: string, length = Buffer.byteLength(header)): Buffer {
  return Buffer.concat([u64(length), Buffer.from(header), Buffer.alloc(16)]);
}

const field = (number: number, value: string): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), Buffer.from(value)]);
/** A model in ONNX of two fields and a graph of nothing. */
const onnx = (...fields: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([8, 9]), ...fields, Buffer.from([0x3a, 0])]);

async function read(path: string, content: Buffer) {
  const { facts, problems } = await readLayerWith(modelFiles, [{ path, content }]);
  const told = (facts as PackageFact[]).map(({ package: one }) => `${one.type} ${one.name}@${one.version}`);
  return { told, problems, licences: (facts as PackageFact[]).flatMap(({ package: one }) => one.licences ?? []) };
}

const commit = '0123456789abcdef0123456789abcdef01234567';

describe('model-files', () => {
  it.each([
    [
      'srv/a.gguf',
      gguf({ 'general.architecture': 'llama', 'general.name': 'Hull 7B', 'general.version': 'v0.2' }),
      'generic Hull 7B@v0.2',
    ],
    ['srv/Hull-7B-Q4_K_M.gguf', gguf({ 'general.architecture': 'llama' }), 'generic Hull-7B-Q4_K_M@'],
    [
      'srv/a.gguf',
      gguf({ 'general.name': 'x', 'general.repo_url': 'https://huggingface.co/boats/hull' }),
      'huggingface boats/hull@',
    ],
    ['srv/hull/model-00001-of-00003.safetensors', safetensors('{"__metadata__":{"format":"pt"}}'), 'generic hull@'],
    ['srv/hull.safetensors', safetensors('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'), 'generic hull@'],
    [
      'srv/a.safetensors',
      safetensors('{ "__metadata__" : {"modelspec.title":"Hull } \\" XL","modelspec.version":"1.0"},"w":{}}'),
      'generic Hull } " XL@1.0',
    ],
    [
      `root/.cache/huggingface/hub/models--boats--hull-7b/snapshots/${commit}/model.safetensors`,
      safetensors('{}'),
      `huggingface boats/hull-7b@${commit}`,
    ],
    ['srv/hull/model.onnx', onnx(field(2, 'pytorch'), field(3, '2.1')), 'generic hull@'],
    [
      'srv/a.onnx',
      onnx(field(2, 'tf'), field(4, 'com.example.hull'), Buffer.from([40, 3])),
      'generic com.example.hull@3',
    ],
  ] as const)('%s is %#', async (path, content, expected) => {
    expect(await read(path, content)).toMatchObject({ told: [expected], problems: [] });
  });

  it('tells the licence', async () => {
    const { licences } = await read('a.gguf', gguf({ 'general.license': 'apache-2.0' }));
    expect(licences).toEqual(['apache-2.0']);
  });

  it.each([
    ['a.gguf', Buffer.from('GGML and more bytes than ten, but no header')],
    ['a.gguf', Buffer.concat([Buffer.from('GGUF'), u32(9), Buffer.alloc(40)])],
    ['a.safetensors', safetensors('{}', 2 ** 40)],
    ['a.safetensors', Buffer.concat([u64(2n ** 64n - 1n), Buffer.from('{}{}{}')])],
    ['a.safetensors', safetensors('[1,2]')],
    ['a.onnx', Buffer.from('<html><body>not found</body></html>')],
    ['a.onnx', Buffer.alloc(64, 0xff)],
  ])('%s that is none is a problem (%#)', async (path, content) => {
    const { told, problems } = await read(path, content);
    expect(told).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file.format', path }]);
  });

  it('takes what says more than it has for what it has', async () => {
    const named = gguf({ 'general.name': 'Hull' }, 2 ** 40);
    const endless = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(2n ** 64n - 1n), u64(2n ** 63n)]);
    const lists = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(1), text('a'), u32(9), u32(8), u64(2 ** 50)]);
    expect((await read('a.gguf', named)).told).toEqual(['generic Hull@']);
    expect((await read('b.gguf', endless)).told).toEqual(['generic b@']);
    expect((await read('c.gguf', lists)).told).toEqual(['generic c@']);
  });

  it('cut at every length says nothing else', async () => {
    const whole = gguf({ 'general.name': 'Hull', 'general.version': '1' });
    for (let length = 10; length < whole.length; length++) {
      const { told, problems } = await read('a.gguf', whole.subarray(0, length));
      expect(told.length + problems.length).toBe(1);
      for (const one of told) expect(one).toMatch(/^generic (?:a|Hull)@1?$/);
    }
  });
});

describe('model-blobs', () => {
  const hub = 'root/.cache/huggingface/hub/models--boats--hull-7b';
  const blob = (letter: string): string => `${hub}/blobs/${letter.repeat(64)}`;
  const link = (name: string, letter: string, up = '../../'): TarEntry => ({
    path: `${hub}/snapshots/${commit}/${name}`,
    type: 'symlink',
    linkTarget: `${up}blobs/${letter.repeat(64)}`,
  });

  async function readBlobs(files: readonly TarEntry[]) {
    const { facts, problems } = await readLayerWith(modelBlobs, files);
    const told = (facts as PackageFact[]).map(
      ({ path, package: one }) => `${path} ${one.type} ${one.name}@${one.version}`,
    );
    return { told: told.sort(), problems };
  }

  it('are listed by their first bytes, and named by the links to them', async () => {
    const { told, problems } = await readBlobs([
      { path: blob('a'), content: safetensors('{"__metadata__":{"format":"pt"}}') },
      { path: blob('b'), content: gguf({ 'general.name': 'Hull' }) },
      { path: blob('c'), content: onnx(field(2, 'pytorch')) },
      { path: blob('d'), content: '{"architectures": ["Hull"]}' },
      { path: blob('e'), content: onnx(field(2, 'no model')) },
      { path: blob('f'), content: safetensors('{}') },
      link('model.safetensors', 'a'),
      link('hull.gguf', 'b'),
      link('onnx/model.onnx', 'c', '../../../'),
      link('config.json', 'd'),
    ]);

    expect(told).toEqual([
      `${blob('a')} huggingface boats/hull-7b@${commit}`,
      `${blob('b')} huggingface boats/hull-7b@${commit}`,
      `${blob('c')} huggingface boats/hull-7b@${commit}`,
      `${blob('f')} huggingface boats/hull-7b@`,
    ]);
    expect(problems).toEqual([]);
  });

  it('of Ollama are named by what they say of themselves', async () => {
    const folder = 'root/.ollama/models/blobs';
    const { told } = await readBlobs([
      {
        path: `${folder}/sha256-${'a'.repeat(64)}`,
        content: gguf({ 'general.name': 'Hull', 'general.version': '1.0' }),
      },
      { path: `${folder}/sha256-${'b'.repeat(64)}`, content: '{"stop": ["<end>"]}' },
      { path: `${folder}/notes.gguf.txt`, content: gguf({ 'general.name': 'Note' }) },
      { path: `root/oci/blobs/sha256/${'a'.repeat(64)}`, content: gguf({ 'general.name': 'Layer' }) },
    ]);

    expect(told).toEqual([`${folder}/sha256-${'a'.repeat(64)} generic Hull@1.0`]);
  });

  it('that are not what the links to them say are a problem', async () => {
    const { told, problems } = await readBlobs([
      { path: blob('a'), content: 'version https://git-lfs.github.com/spec/v1' },
      link('model.safetensors', 'a'),
      link('other.gguf', 'b'),
    ]);

    expect(told).toEqual([]);
    expect(problems.map(({ code, path }) => `${code} ${path?.split('/').pop()}`)).toEqual([
      'file.format model.safetensors',
    ]);
  });
});

it('models of an image are listed, and said to be watched by nobody', async () => {
  const files = [{ path: 'srv/hull.gguf', content: gguf({ 'general.name': 'Hull', 'general.version': '1.0' }) }];
  const image = writeTemporary('models.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages, problems } = await scanOne(image, {
    advisories: { supply: async () => ({ source: advisoriesOf({}), problems: [] }) },
  });

  expect(packages).toMatchObject([{ purl: 'pkg:generic/Hull@1.0', locations: ['srv/hull.gguf'] }]);
  expect(problems.map(({ code }) => code)).toContain('packages.without-feed');
});
