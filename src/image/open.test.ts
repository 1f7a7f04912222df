import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { dockerArchive, layer, type OciOptions, ociLayout, sha256, writeOciLayout } from '../../test/support/image.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { DrydockError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { walkTarSync } from '../formats/tar/walk.ts';
import { defaultLimits } from '../limits.ts';
import { openImage } from './open.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';
import { ownPlatform } from './platform.ts';

const layers = [layer([{ path: 'a', content: 'base' }]), layer([{ path: 'b', content: 'own' }])];
const history = [
  { created_by: '/bin/sh -c #(nop) ADD file:1 in / ' },
  { created_by: '/bin/sh -c #(nop)  CMD ["sh"]', empty_layer: true },
  { created_by: 'RUN /bin/sh -c make # buildkit' },
];
const image = { layers, history, repoTags: ['example:1'], created: '2024-01-01T00:00:00Z' };
const temporary = temporaryFolder();
const options: OpenOptions = { limits: defaultLimits, signal: new AbortController().signal, temporary };

let opened: OpenedSource | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
});

async function open(reference: string, more: Partial<OpenOptions> = {}, stdin?: Readable): Promise<OpenedSource> {
  opened = await openImage(reference, { ...options, ...more }, stdin);
  return opened;
}

async function failure(reference: string, more: Partial<OpenOptions> = {}): Promise<string> {
  const error: unknown = await open(reference, more).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DrydockError);
  return `${(error as DrydockError).code}: ${(error as DrydockError).message}`;
}

/** Names of the members of each layer. */
async function members(source: OpenedSource): Promise<string[][]> {
  const result: string[][] = [];
  for (const content of source.images[0]?.layers ?? []) {
    const names: string[] = [];
    await content?.walk(
      { member: (header) => names.push(header.path) * 0, content: () => undefined, problem: () => undefined },
      { limits: defaultLimits },
    );
    result.push(names);
  }
  return result;
}

describe('what can be opened', () => {
  const forms: Record<string, () => string> = {
    'docker archive, old layout': () => writeTemporary('i.tar', dockerArchive({ ...image, layout: 'legacy' })),
    'docker archive, new layout': () => writeTemporary('i.tar', dockerArchive({ ...image, layout: 'blobs' })),
    'podman archive': () => writeTemporary('i.tar', dockerArchive({ ...image, layout: 'podman' })),
    'kaniko archive': () => writeTemporary('i.tar', dockerArchive({ ...image, layout: 'kaniko' })),
    'docker archive, compressed as a whole': () =>
      writeTemporary('i', gzipSync(dockerArchive({ ...image, layout: 'blobs' }))),
    'OCI archive, plain': () => writeTemporary('i.tar', ociLayout({ ...image, compression: 'none' })),
    'OCI archive, gzip': () => writeTemporary('i.tar', ociLayout({ ...image, compression: 'gzip' })),
    'OCI archive, zstd': () => writeTemporary('i.tar', ociLayout({ ...image, compression: 'zstd' })),
    'OCI archive, nested index with attestations': () =>
      writeTemporary('i.tar', ociLayout({ ...image, nestedIndex: true, attestations: true })),
    'OCI layout folder': () => writeOciLayout(image),
    'docker archive, unpacked': () => {
      const folder = temporaryFolder();
      execFileSync('tar', ['-xf', writeTemporary('i.tar', dockerArchive({ ...image, layout: 'blobs' })), '-C', folder]);
      return folder;
    },
  };

  it.each(Object.entries(forms))('%s', async (_title, make) => {
    const source = await open(make());

    expect(source.images).toHaveLength(1);
    const [only] = source.images;
    expect(only?.problems).toEqual([]);
    expect(only?.info.layers.map((l) => l.instruction)).toEqual(['ADD file:1 in /', 'RUN make']);
    expect(only?.info.history.map((h) => [h.instruction, h.layerIndex])).toEqual([
      ['ADD file:1 in /', 0],
      ['CMD ["sh"]', undefined],
      ['RUN make', 1],
    ]);
    expect(await members(source)).toEqual([['a'], ['b']]);
  });

  it('a docker archive on standard input leaves no file behind', async () => {
    const source = await open('-', {}, Readable.from([dockerArchive(image)]));

    expect(await members(source)).toEqual([['a'], ['b']]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('a single layer, plain or compressed, stated or not', async () => {
    const bytes = layers[0] as Buffer;
    for (const reference of [
      writeTemporary('l', bytes),
      writeTemporary('l', gzipSync(bytes)),
      `layer:${writeTemporary('l', gzipSync(bytes))}`,
    ]) {
      expect(await members(await open(reference))).toEqual([['a']]);
    }
  });

  it('a single layer that is compressed is inflated once, to be told from an image', async () => {
    const file = writeTemporary('l', gzipSync(layers[0] as Buffer));
    const source = await open(file);
    const [only] = source.images;
    // What is in the file is no matter any more.
    writeFileSync(file, '');

    expect(await members(source)).toEqual([['a']]);
    expect(only?.layers[0]?.seekable?.size).toBe(layers[0]?.length);
    expect(only?.problems).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, -12), 'layer.truncated'],
    ['damaged at its end', (bytes: Buffer) => Buffer.from(bytes).fill(0, bytes.length - 8), 'layer.damaged'],
    ['followed by something else', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')]), 'layer.trailing-bytes'],
  ])('a single layer that is compressed and %s, with a word', async (_, change, code) => {
    const source = await open(writeTemporary('l', change(gzipSync(layers[0] as Buffer))));

    expect(await members(source)).toEqual([['a']]);
    expect(source.images[0]?.problems).toMatchObject([{ code, layer: 0 }]);
  });

  it('a root file system, without following its links', async () => {
    const root = temporaryFolder();
    mkdirSync(path.join(root, 'etc'));
    writeFileSync(path.join(root, 'etc/passwd'), 'root');
    symlinkSync('/', path.join(root, 'host'));

    expect(await members(await open(root))).toEqual([['etc', 'host', 'etc/passwd']]);
    expect(await members(await open(`dir:${root}`))).toEqual([['etc', 'host', 'etc/passwd']]);
  });

  it('each image of an archive of several', async () => {
    const other = { layers: [layers[1] as Buffer], repoTags: ['other:2'] };
    const source = await open(writeTemporary('i.tar', dockerArchive({ ...image, more: [other] })));

    expect(source.images.map((one) => one.info.names)).toEqual([['example:1'], ['other:2']]);
  });
});

describe('platforms', () => {
  const foreign = { ...image, platform: 'linux/s390x' };
  const own = { ...image, platform: ownPlatform() };
  const withoutPlatform = (one: OciOptions): Buffer =>
    ociLayout({
      ...one,
      edit: (files) => {
        const index = JSON.parse(String(files.get('index.json')));
        for (const manifest of index.manifests) delete manifest.platform;
        files.set('index.json', Buffer.from(JSON.stringify(index)));
      },
    });

  it.each([
    ["this machine's own is taken", ociLayout({ ...foreign, more: [own] }), undefined, ownPlatform()],
    ['the only one is taken', ociLayout(foreign), undefined, 'linux/s390x'],
    ['the wish decides', ociLayout({ ...own, more: [foreign] }), 'linux/s390x', 'linux/s390x'],
    ['the wish decides in a docker archive', dockerArchive({ ...own, more: [foreign] }), 'linux/s390x', 'linux/s390x'],
    ['the configuration tells what the index does not', withoutPlatform(foreign), 'linux/s390x', 'linux/s390x'],
  ])('%s', async (_title, bytes, platform, expected) => {
    const source = await open(writeTemporary('i.tar', bytes), platform === undefined ? {} : { platform });

    expect(source.images.map((one) => one.info.platform)).toEqual([expected]);
  });

  it('an absent one is an error that names those there are (T-26)', async () => {
    const reference = writeTemporary('i.tar', ociLayout({ ...own, more: [foreign] }));

    expect(await failure(reference, { platform: 'linux/mips' })).toMatch(/^source\.platform: .*linux\/s390x/);
  });

  it.each([
    ['a docker archive', dockerArchive(foreign)],
    ['an index that tells no platform', withoutPlatform(foreign)],
  ])('another one than that of the only image is an error: %s', async (_title, bytes) => {
    const reference = writeTemporary('i.tar', bytes);

    expect(await failure(reference, { platform: 'linux/arm64' })).toMatch(
      /^source\.platform: .*linux\/arm64\. Available: linux\/s390x\./,
    );
  });
});

describe('what is wrong is said', () => {
  it.each<[string, () => Buffer, string]>([
    ['a missing layer', () => dockerArchive({ ...image, dropLayers: [1] }), 'image.layer-missing'],
    ['a missing blob', () => ociLayout({ ...image, dropLayers: [0] }), 'image.layer-missing'],
    ['a missing configuration', () => dockerArchive({ ...image, dropConfig: true }), 'image.config-unreadable'],
    ['a configuration that is no JSON', () => ociLayout({ ...image, rawConfig: '{' }), 'image.config-unreadable'],
    [
      'a layer that is listed twice',
      () => ociLayout({ ...image, layers: [layers[0] as Buffer, layers[0] as Buffer], history: [] }),
      'image.layer-repeated',
    ],
    [
      'an unknown media type',
      () => ociLayout({ ...image, mediaTypes: { layers: ['application/x', 'application/x'] } }),
      'image.media-type',
    ],
    [
      'a history of other layers',
      () => dockerArchive({ ...image, history: history.slice(1) }),
      'image.history-mismatch',
    ],
    [
      'two descriptions that disagree',
      () => {
        const other = dockerArchive({
          ...image,
          layers: layers.slice(0, 1),
          history: history.slice(0, 1),
          layout: 'blobs',
        });
        const files = new Map<string, Buffer>();
        walkTarSync(
          new MemorySource(other),
          {
            member: (header) => header.size,
            content: (header, content) => files.set(header.path, Buffer.from(content)),
            problem: () => undefined,
          },
          { limits: defaultLimits },
        );
        return dockerArchive({
          ...image,
          layout: 'blobs',
          edit: (own) => {
            for (const [name, bytes] of files) if (name !== 'manifest.json') own.set(name, bytes);
          },
        });
      },
      'image.ambiguous',
    ],
    [
      'an index that names itself again and again',
      () =>
        ociLayout({
          ...image,
          edit: (files) => {
            const index = JSON.parse(String(files.get('index.json')));
            const entry = { digest: '', mediaType: 'application/vnd.oci.image.index.v1+json' };
            const inner = Buffer.from(JSON.stringify({ manifests: [...index.manifests, ...Array(2000).fill(entry)] }));
            entry.digest = sha256(inner);
            files.set(`blobs/${entry.digest.replace(':', '/')}`, inner);
            files.set(
              'index.json',
              Buffer.from(JSON.stringify({ manifests: [...index.manifests, ...Array(2000).fill(entry)] })),
            );
          },
        }),
      'image.ambiguous',
    ],
    ['an image without layers', () => dockerArchive({ ...image, layers: [], history: [] }), 'image.no-layers'],
  ])('%s', async (_title, make, code) => {
    const source = await open(writeTemporary('i.tar', make()));

    expect(source.images[0]?.problems.map((problem) => problem.code)).toContain(code);
  });

  it.each<[string, () => string, RegExp]>([
    ['an empty file', () => writeTemporary('x', ''), /^source\.unreadable: .*is empty/],
    ['a file that is no archive', () => writeTemporary('x', 'hello'.repeat(200)), /^source\.not-an-image/],
    ['compressed text', () => writeTemporary('x', gzipSync('hello')), /^source\.not-an-image.*holds no archive/],
    ['nothing at that path', () => '/nowhere/image.tar', /^source\.not-found/],
    ['a folder where a file is stated', () => `docker-archive:${temporaryFolder()}`, /^source\.not-an-image/],
    ['a file where a folder is stated', () => `oci-dir:${writeTemporary('x', 'x')}`, /^source\.not-an-image/],
    ['a bill of materials that is not there', () => 'sbom:/nowhere/bom.json', /^source\.not-found/],
    [
      'an archive without manifest where one is stated',
      () => `docker-archive:${writeTemporary('x', layers[0] as Buffer)}`,
      /^source\.not-an-image.*manifest\.json/,
    ],
    [
      'an empty manifest',
      () => writeTemporary('x', layer([{ path: 'manifest.json', content: '[]' }])),
      /^source\.unreadable/,
    ],
    [
      'a saved image that is cut before its manifest',
      () => writeTemporary('x', dockerArchive({ ...image, layout: 'blobs' }).subarray(0, 5000)),
      /^source\.unreadable.*manifest\.json/,
    ],
    ['a device', () => '/dev/null', /^source\.not-an-image/],
    ['a name that is no text', () => '/nowhere/a\ufffd.tar', /^source\.not-found.*no UTF-8.*standard input/],
  ])('%s ends with words', async (_title, make, expected) => {
    expect(await failure(make())).toMatch(expected);
  });

  it.skipIf(process.seteuid === undefined || process.getuid?.() !== 0)(
    'a file that may not be read ends with words',
    async () => {
      const file = writeTemporary('x', layers[0] as Buffer);
      chmodSync(path.dirname(file), 0o755);
      chmodSync(file, 0);
      process.seteuid!(65534);
      try {
        expect(await failure(file)).toMatch(/^source\.unreadable: cannot read .*\/x \(EACCES\)/);
      } finally {
        process.seteuid!(0);
      }
    },
  );
});
