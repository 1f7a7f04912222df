import { afterEach, describe, expect, it } from 'vitest';
import { examine } from '../../test/support/examine.ts';
import { type FakeAnswer, type FakeEngine, inspectAnswer, startFakeEngine } from '../../test/support/fake-engine.ts';
import { type DockerArchiveOptions, dockerArchive, layer, sha256 } from '../../test/support/image.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { testContext } from '../../test/support/scan.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import { SourceError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { connectEngine } from '../net/container-engine/engine.ts';
import { EngineError } from '../net/container-engine/engine-error.ts';
import { readLayers } from '../reading/read-layers.ts';
import { openEngineImage } from './container-engine.ts';
import { openImage } from './open.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';

const engines: FakeEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

const base = debianLayer();
/** Its os-release is a link into the layer below: what it leads to is only known once all layers are. */
const upper = layer([
  { path: 'etc/os-release', type: 'symlink', linkTarget: '../opt/release' },
  { path: 'root/.aws/credentials', content: '[default]\naws_access_key_id = none\n' },
]);
const below = layer([{ path: 'opt/release', content: 'ID=debian\nVERSION_ID="12"\n' }]);
const layers = [base, below, upper];
const content: DockerArchiveOptions = {
  layers,
  config: { Env: ['A=b'], User: 'nobody' },
  history: [
    { created_by: 'ADD base / # buildkit' },
    { created_by: 'ENV A=b', empty_layer: true },
    { created_by: 'COPY below /' },
    { created_by: 'COPY upper /' },
  ],
};

interface ServedOptions extends Partial<DockerArchiveOptions> {
  /** Instead of the archive. */
  readonly exported?: FakeAnswer;
  readonly inspect?: Readonly<Record<string, unknown>>;
  /** What the engine says of the history. */
  readonly told?: FakeAnswer;
}

interface Served {
  readonly engine: FakeEngine;
  readonly archive: string;
  /** Exports that were asked for. */
  exports(): number;
  open(options?: {
    readonly platform?: string;
    readonly limits?: Partial<Limits>;
    readonly descriptionOnly?: true;
  }): Promise<OpenedSource>;
}

function openOptions(limits: Partial<Limits> = {}, platform?: string): OpenOptions {
  const context = testContext();
  return { ...context, limits: { ...context.limits, ...limits }, ...(platform !== undefined && { platform }) };
}

/** An engine that has one image, and the file of its archive. */
async function served({ exported, inspect, told: history, ...options }: ServedOptions = {}): Promise<Served> {
  const image: DockerArchiveOptions = { ...content, ...options };
  let config = Buffer.alloc(0);
  const archive = dockerArchive({
    ...image,
    edit: (files) => {
      const manifest = files.get('manifest.json') as Uint8Array;
      const name = (JSON.parse(Buffer.from(manifest).toString()) as [{ Config: string }])[0].Config;
      config = Buffer.from((files.get(name) as Uint8Array | undefined) ?? '{}');
      // Docker writes the members in the order of their names, so that the manifest comes after the layers.
      const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
      files.clear();
      for (const [key, value] of sorted) files.set(key, value);
      options.edit?.(files);
    },
  });
  const id = sha256(config);
  const description = { ...inspectAnswer(id, config, ['example:latest']), ...inspect };
  const answer: FakeAnswer = exported ?? { body: archive };
  const engine = await startFakeEngine({
    answers: {
      '/images/example:latest/json': { json: description },
      '/images/example:latest/get': answer,
      [`/images/${id}/get`]: answer,
      ...(history !== undefined && { [`/images/${id}/history`]: history }),
    },
  });
  engines.push(engine);
  return {
    engine,
    archive: writeTemporary('image.tar', archive),
    exports: () => engine.requests.filter((request) => request.endsWith('/get')).length,
    open: async ({ platform, limits, descriptionOnly } = {}) =>
      await openEngineImage(
        'example:latest',
        await connectEngine('docker', engine),
        { ...openOptions(limits, platform), ...(descriptionOnly && { descriptionOnly }) },
        'docker:example:latest',
      ),
  };
}

/** What the archive of the same image gives; only the reference differs. */
async function fromArchive(archive: string): ReturnType<typeof examine> {
  const examined = await examine(await openImage(archive, openOptions()));
  return {
    ...examined,
    info: { ...examined.info, reference: 'docker:example:latest' },
    problems: examined.problems.map((problem) => ({
      ...problem,
      message: problem.message.replace('the archive: ', 'the export: '),
    })),
  };
}

describe('openEngineImage', () => {
  it.each([
    ['three entries', { json: [{ Id: 'c' }, { Id: 'b' }, { Id: 'a' }] }, 3],
    ['nothing', undefined, undefined],
    ['something else', { json: { message: 'no' } }, undefined],
    ['an error', { json: { message: 'no' }, status: 500 }, undefined],
  ] as const)('says how long the history is, where only the description is read: %s', async (_, told, expected) => {
    const { open, exports } = await served(told === undefined ? {} : { told });
    const opened = await open({ descriptionOnly: true });

    expect(opened.images.map(({ historyLength }) => historyLength)).toEqual([expected]);
    expect(exports()).toBe(0);
    opened.close();
  });

  it.each([
    ['Docker 25 and later', { layout: 'blobs' }, 2],
    ['Docker before 25', { layout: 'legacy' }, 1],
    ['Podman', { layout: 'podman' }, 2],
    ["Docker's containerd store, with compressed layers", { layout: 'blobs', compression: 'gzip' }, 1],
    ['a store with layers of both kinds', { layout: 'blobs', compression: ['gzip', 'none', 'zstd'] }, 2],
    ['Docker, the same layer twice', { layout: 'blobs', layers: [...layers, below] }, 2],
    ['Docker before 25, the same layer twice', { layout: 'legacy', layers: [...layers, below] }, 1],
    ['Podman, the same layer twice', { layout: 'podman', layers: [...layers, below], repeatedLayers: 'same-name' }, 2],
    ['another platform', { layout: 'blobs', platform: 'linux/arm/v7' }, 2],
    ['an image without a name', { layout: 'blobs', repoTags: [] }, 2],
    ['a missing layer', { layout: 'blobs', dropLayers: [2] }, 1],
    ['a history that does not fit', { layout: 'podman', history: [{ created_by: 'ADD one' }] }, 2],
  ] as const)('finds what the archive has: %s', async (_, options, exports) => {
    const { archive, open, exports: asked } = await served(options as ServedOptions);
    const examined = await examine(await open());
    expect(examined).toEqual(await fromArchive(archive));
    expect(examined.info.layers.length).toBeGreaterThan(2);
    // The second one is for the file that the link leads to.
    expect(asked()).toBe(exports);
  });

  it('says before the stream what the engine says, and after it what the export says', async () => {
    const { open } = await served({ layout: 'blobs' });
    const source = await open();
    const [image] = source.images;
    expect(image?.info).toMatchObject({ platform: 'linux/amd64', config: { User: 'nobody' }, history: [] });
    expect(image?.info.layers.map(({ diffId }) => diffId)).toEqual(layers.map(sha256));
    const order: number[] = [];
    for await (const { layer: number, content } of image!.stream!()) {
      order.push(number);
      expect(content.size).toBe(layers[number]!.length);
    }
    expect(order.toSorted()).toEqual([0, 1, 2]);
    expect(image?.info.history).toHaveLength(4);
    expect(image?.info.layers.map(({ size, digest }) => [size, digest])).toEqual(
      layers.map((bytes) => [bytes.length, sha256(bytes)]),
    );
    source.close();
    source.close();
  });

  it.each([
    ['podman', 1],
    ['legacy', 0],
  ] as const)('brings layers once more in one export at the most: %s', async (layout, more) => {
    const { open, exports } = await served({ layout, layers: [...layers, below], repeatedLayers: 'same-name' });
    const source = await open();
    const [image] = source.images;
    const visitor = (paths: string[]) => ({
      member: (header: { path: string }) => paths.push(header.path) * 0,
      content: () => {},
      problem: (code: string) => expect.unreachable(code),
    });
    for await (const { content } of image!.stream!()) await content.walk(visitor([]), openOptions());
    expect(exports()).toBe(1);

    const brought: [number, string[]][] = [];
    for await (const { layer: number, content } of image!.again!([1, 2])) {
      const paths: string[] = [];
      await content.walk(visitor(paths), openOptions());
      brought.push([number, paths]);
    }
    source.close();

    expect(brought.sort(([a], [b]) => a - b)).toEqual([
      [1, ['opt/release']],
      [2, ['etc/os-release', 'root/.aws/credentials']],
    ]);
    expect(exports()).toBe(1 + more);
  });

  it('is exported once more for files behind links in all of its layers', async () => {
    const status = (name: string): TarEntry => ({
      path: `opt/${name}`,
      content: `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n`,
    });
    const link = (name: string): TarEntry => ({
      path: `var/lib/dpkg/status.d/${name}`,
      type: 'symlink',
      linkTarget: `/opt/${name}`,
    });
    const names = ['one', 'two', 'three'];
    const { open, exports } = await served({
      layout: 'podman',
      layers: [base, ...names.map((name) => layer([status(name)])), layer(names.map(link))],
      history: [],
    });

    const { packages } = await examine(await open());

    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(exports()).toBe(2);
  });

  it('says which limit a layer did not fit, and asks for it no second time', async () => {
    const { open, exports } = await served({ layout: 'podman' });
    const context = testContext();
    const limits = { ...context.limits, imageBytes: base.length + below.length + 512 };
    const source = await open();

    const read = await readLayers(source.images[0]!, [], { ...context, limits });
    source.close();

    expect(read.map(({ problems }) => problems.map(({ code }) => code))).toEqual([[], [], ['layer.limit']]);
    expect(read[2]?.problems[0]?.message).toContain(`it has ${upper.length} bytes`);
    expect(exports()).toBe(1);
  });

  it('is exported once where the configuration does not tell the layers', async () => {
    const { open, exports } = await served({
      layout: 'podman',
      layers: [base, below],
      history: [],
      edit: (files) => {
        for (const name of files.keys()) if (/^[0-9a-f]{64}\.json$/.test(name)) files.delete(name);
      },
    });

    const { packages, problems } = await examine(await open());

    expect(packages.length).toBeGreaterThan(3);
    expect(problems.map(({ code }) => code)).toContain('image.config-unreadable');
    expect(exports()).toBe(1);
  });

  it('is read as it was described where the configuration tells other layers', async () => {
    const { open, exports } = await served({
      layout: 'podman',
      inspect: { RootFS: { Layers: layers.map(sha256) } },
      diffIds: layers.map((_, i) => sha256(`not layer ${i}`)),
    });

    const { packages, problems } = await examine(await open());

    expect(packages.length).toBeGreaterThan(3);
    expect(problems.map(({ code }) => code)).toContain('image.ambiguous');
    // One more for the link.
    expect(exports()).toBe(2);
  });

  it('checks digests where that is asked for', async () => {
    const { open } = await served({
      layout: 'blobs',
      wrongDigests: [1],
      diffIds: [sha256(base), sha256('not layer 1'), sha256(upper)],
    });
    expect((await examine(await open())).problems.map(({ code }) => code)).not.toContain('image.digest-mismatch');
    const { problems } = await examine(await open(), { verify: true });
    expect(problems.filter(({ code }) => code === 'image.digest-mismatch')).toMatchObject([{ layer: 1 }, { layer: 1 }]);
  });

  it.each([
    ['linux/amd64', undefined],
    ['linux/arm64', 'has no variant for linux/arm64. Available: linux/amd64'],
  ])('with --platform %s', async (platform, words) => {
    const { open } = await served();
    if (words === undefined) (await open({ platform })).close();
    else await expect(open({ platform })).rejects.toThrow(words);
  });

  it('refuses more layers than may be', async () => {
    const { open } = await served();
    await expect(open({ limits: { layers: 2 } })).rejects.toMatchObject({ code: 'source.limit' });
  });

  it('hands on that the engine does not have the image', async () => {
    const { engine } = await served();
    const opening = openEngineImage('other', await connectEngine('docker', engine), openOptions());
    await expect(opening).rejects.toMatchObject({ failure: 'absent', code: 'source.not-found' });
  });
});

/** The first part of the export, up to the middle of the last layer that is in it. */
function cut(archive: Buffer): Buffer {
  return archive.subarray(0, archive.indexOf('root/.aws/credentials') + 100);
}

describe('an export that goes wrong', () => {
  const archive = dockerArchive({ ...content, layout: 'podman' });

  it('ends the scan when the engine dies in the middle of it', async () => {
    const { open } = await served({ layout: 'podman', exported: { breaksAfter: cut(archive) } });
    await expect(examine(await open())).rejects.toThrow(EngineError);
    await expect(examine(await open())).rejects.toThrow(/engine at unix:\S+ ended the connection in the middle/);
  });

  it.each([
    ['in a layer', cut(archive)],
    ['between two members', archive.subarray(0, 512 + base.length)],
  ])('ends the scan with the words of the engine that fails %s', async (_, bytes) => {
    const words = '{"errorDetail":{"message":"disk is on fire"},"error":"disk is on fire"}\r\n';
    const { open } = await served({ layout: 'podman', exported: { body: Buffer.concat([bytes, Buffer.from(words)]) } });
    await expect(examine(await open())).rejects.toThrow(/stopped in the middle of the export: disk is on fire$/);
  });

  it('keeps what came when the archive ends early', async () => {
    const { open } = await served({ layout: 'podman', exported: { body: cut(archive) } });
    const { packages, problems, info } = await examine(await open());
    expect(packages.length).toBeGreaterThan(3);
    expect(info.layers).toHaveLength(3);
    expect(problems).toMatchObject([
      {
        code: 'image.config-unreadable',
        message: expect.stringMatching(/manifest\.json names no image: [^.]*$/) as string,
      },
      // Once as the export has it, and once as the layer does.
      { code: 'layer.truncated', layer: 2 },
      { code: 'layer.truncated', layer: 2 },
    ]);
  });

  it('says what it did not bring the second time', async () => {
    let count = 0;
    const exported: FakeAnswer = (_, response) => {
      const bytes = ++count === 1 ? archive : archive.subarray(0, archive.indexOf('opt/release') + 520);
      response.writeHead(200).end(bytes);
    };
    const { open } = await served({ layout: 'podman', exported });

    const { problems, info } = await examine(await open());

    expect(info.layers).toHaveLength(3);
    expect(problems).toContainEqual({
      code: 'file.unreadable',
      message: expect.stringContaining('opt/release') as string,
      layer: 1,
      path: 'etc/os-release',
    });
  });

  it('keeps what came when a header is damaged', async () => {
    const damaged = Buffer.from(archive);
    damaged.fill(0xff, 512 + base.length, 512 + base.length + 512);
    const { open } = await served({ layout: 'podman', exported: { body: damaged } });
    const { packages, problems } = await examine(await open());
    expect(packages.length).toBeGreaterThan(3);
    expect(problems.map(({ code, layer }) => [code, layer])).toEqual([
      ['layer.damaged', undefined],
      ['image.config-unreadable', undefined],
      ['image.layer-missing', 1],
      ['image.layer-missing', 2],
    ]);
  });

  it('tells an image that was replaced between two questions', async () => {
    const RootFS = { Layers: [sha256('something else'), sha256(below)] };
    const { open } = await served({ layout: 'blobs', inspect: { RootFS } });
    const { problems, info } = await examine(await open());
    expect(info.layers).toHaveLength(2);
    expect(problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['image.ambiguous', 'image.layer-missing']),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an empty archive', Buffer.alloc(1024)],
    ['no archive', Buffer.from('surprise '.repeat(1000))],
  ])('is incomplete when it holds %s', async (_, body) => {
    const { open } = await served({ exported: { body } });
    const { problems } = await examine(await open());
    expect(problems.filter(({ code }) => code === 'image.layer-missing')).toHaveLength(3);
  });

  it('holds no more of unknown members than the temporary file may have', async () => {
    const { open } = await served({ layout: 'legacy' });
    const opening = open({ limits: { manifestBytes: 4096, spoolBytes: 8192 } }).then((source) => examine(source));
    await expect(opening).rejects.toThrow(SourceError);
    await expect(opening).rejects.toMatchObject({ code: 'source.limit' });
  });

  it('reads no more members than an image can have', async () => {
    const many = Array.from({ length: 100 }, (_, i): TarEntry => ({ path: `member-${i}` }));
    const { open } = await served({ layout: 'podman', exported: { body: layer(many) } });
    const { problems } = await examine(await open({ limits: { layers: 3 } }));
    expect(problems[0]).toMatchObject({ code: 'layer.limit', message: 'the export: more than 64 members' });
  });

  it('follows links in it a few steps only', async () => {
    const loop: TarEntry[] = [
      { path: 'manifest.json', type: 'symlink', linkTarget: 'other' },
      { path: 'other', type: 'symlink', linkTarget: 'manifest.json' },
    ];
    const { open } = await served({ exported: { body: layer(loop) } });
    expect((await examine(await open())).problems[0]).toMatchObject({ code: 'image.config-unreadable' });
  });

  it('ends when the source is closed', async () => {
    const stuck: FakeAnswer = (_, response) => void response.writeHead(200).write(cut(archive));
    const { open } = await served({ layout: 'podman', exported: stuck });
    const source = await open();
    setTimeout(() => source.close(), 50);
    await expect(examine(source)).rejects.toThrow('the image was closed');
  });
});
