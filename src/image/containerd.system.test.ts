import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive, layer, ociLayout, sha256 } from '../../test/support/image.ts';
import { openLocal, walkLayer } from '../../test/support/opened-sources.ts';
import { type RealContainerd, startContainerd, whyNoContainerd } from '../../test/support/real-containerd.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { FormatError, LimitError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { findImages } from './containerd-images.ts';
import type { ContainerdOptions, ElsewhereOptions } from './elsewhere-options.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';

const why = whyNoContainerd();
const base = layer([{ path: 'etc/os-release', content: 'ID=debian\n' }]);
const top = layer([{ path: 'app', content: 'app' }]);
const TAGS = 300;
const tags = Array.from({ length: TAGS }, (_, i) => `registry.example/many:${i}`);

describe.skipIf(why !== undefined)(`containerd${why === undefined ? '' : ` (${why})`}`, () => {
  let real: RealContainerd;

  beforeAll(async () => {
    real = await startContainerd();
    const give = (namespace: string, bytes: Buffer, ...words: readonly string[]): void =>
      void real.ctr('-n', namespace, 'images', 'import', '--no-unpack', ...words, writeTemporary('a.tar', bytes));
    give('default', dockerArchive({ layers: [base, top], repoTags: ['app:1', 'docker.io/library/app:1', ...tags] }));
    give('k8s.io', dockerArchive({ layers: [base], repoTags: ['docker.io/library/app:1', 'docker.io/library/pod:1'] }));
    const variants = { layers: [base, top], compression: 'zstd', repoTags: ['ghcr.io/example/both:1'] } as const;
    const more = [{ layers: [top], platform: 'linux/arm64', repoTags: ['ghcr.io/example/both:1'] }];
    const layout = ociLayout({ ...variants, platform: 'linux/amd64', more, nestedIndex: true });
    give('default', layout, '--all-platforms', '--index-name', 'ghcr.io/example/both:1');
  });

  afterAll(async () => await real.stop());

  function open(name: string, more: ContainerdOptions = {}, options: Partial<OpenOptions> = {}): Promise<OpenedSource> {
    const elsewhere = { containerd: { root: real.root, ...more } } as unknown as ElsewhereOptions;
    return openLocal(`containerd:${name}`, { elsewhere, ...options });
  }

  /** Paths of each layer, and problems. */
  async function read(...words: Parameters<typeof open>): Promise<readonly unknown[]> {
    const source = await open(...words);
    try {
      const [image] = source.images;
      const paths = image!.layers.map(
        async (one) => one && (await walkLayer(one)).headers.map((header) => header.path).join(),
      );
      return [...(await Promise.all(paths)), ...image!.problems];
    } finally {
      source.close();
    }
  }

  it.each([
    ['a name as containerd has it', 'docker.io/library/app:1', 'k8s.io', ['etc/os-release']],
    ['a short name', 'app:1', 'default', ['etc/os-release', 'app']],
    ['a name that one namespace has', 'pod:1', undefined, ['etc/os-release']],
    ['one of many names', `registry.example/many:${TAGS - 1}`, undefined, ['etc/os-release', 'app']],
  ])('%s leads to its image', async (_, name, namespace, paths) => {
    expect(await read(name, { ...(namespace !== undefined && { namespace }) })).toEqual(paths);
  });

  it('has every image that ctr shows, with its digest', () => {
    const bytes = readFileSync(path.join(real.root, 'io.containerd.metadata.v1.bolt/meta.db'));
    const lines = real.ctr('-n', 'default', 'images', 'ls').split('\n').slice(1);
    const shown = lines.filter((line) => line !== '').map((line) => line.split(/\s+/).slice(0, 3));

    const found = shown.map(([name = '']) => findImages(() => new MemorySource(bytes), [name], 'default').found[0]);

    expect(shown.length).toBeGreaterThan(TAGS);
    expect(found.map((one) => [one?.name, one?.mediaType, one?.digest])).toEqual(shown);
  });

  it('variants are chosen by platform', async () => {
    expect(await read('ghcr.io/example/both:1', {}, { platform: 'linux/arm64' })).toEqual(['app']);
    expect(await read('ghcr.io/example/both:1', {}, { platform: 'linux/amd64' })).toEqual(['etc/os-release', 'app']);
    await expect(open('ghcr.io/example/both:1', {}, { platform: 'linux/s390x' })).rejects.toMatchObject({
      code: 'source.platform',
    });
  });

  it.each([
    [
      'a name of different images in two namespaces',
      'app:1',
      {},
      /different images .*"default", "k8s\.io".*--containerd-namespace/,
    ],
    [
      'a name that is not there',
      'nothing:1',
      { namespace: 'k8s.io' },
      /no image "nothing:1" .*for example: "docker\.io/,
    ],
    ['a namespace that is not there', 'app:1', { namespace: 'nope' }, /no namespace "nope".* "default"/],
    ['a folder that is not its own', 'app:1', { root: '/nowhere' }, /--containerd-root/],
    ['no name', '', {}, /for example/],
  ])('%s is told', async (_, name, more, message) => {
    await expect(open(name, more)).rejects.toMatchObject({
      code: 'source.not-found',
      message: expect.stringMatching(message),
    });
  });

  it('is read while it is written', async () => {
    const archive = writeTemporary('o', dockerArchive({ layers: [top], repoTags: ['docker.io/library/other:1'] }));
    real.ctr('-n', 'other', 'images', 'import', '--no-unpack', archive);
    const socket = path.join(real.root, '../socket');
    const tag = `ctr --address '${socket}' -n other images tag docker.io/library/other:1`;
    const child = spawn('sh', ['-c', `for i in $(seq 25); do ${tag} x:$i; done`], { stdio: 'ignore' });
    let running = true;
    const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => {
      running = false;
    });

    let times = 0;
    for (; running; times++) {
      expect(await read('pod:1')).toEqual(['etc/os-release']);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }

    await ended;
    expect(times).toBeGreaterThan(10);
    expect(await read('x:25', { namespace: 'other' })).toEqual(['app']);
  });

  it('a layer that was dropped is named', async () => {
    const gone = sha256(base);
    const bytes = dockerArchive({ layers: [base], repoTags: ['docker.io/library/dropped:1'] });
    real.ctr('-n', 'dropping', 'images', 'import', '--no-unpack', writeTemporary('d', bytes));
    execFileSync('mv', [
      path.join(real.root, 'io.containerd.content.v1.content/blobs', gone.replace(':', '/')),
      path.join(temporaryFolder(), 'blob'),
    ]);

    expect(await read('dropped:1')).toEqual([
      undefined,
      { code: 'image.layer-missing', layer: 0, message: expect.stringContaining('discard_unpacked_layers') },
    ]);
  });

  it('a user who may not read it is told what to do', () => {
    const script = `import(${JSON.stringify(path.resolve('src/image/containerd.ts'))}).then(({ openContainerdImage }) => {
      process.setuid(65534);
      try { openContainerdImage('pod:1', {}, { root: ${JSON.stringify(real.root)} }, 'x'); } catch (error) { console.log(error.code, error.message); }
    })`;

    const said = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });

    expect(said).toMatch(/^source\.unreadable .*sudo.*images export/);
  });

  it('a database that is cut or changed anywhere ends with a word on it', () => {
    const whole = readFileSync(path.join(real.root, 'io.containerd.metadata.v1.bolt/meta.db'));
    const look = (bytes: Buffer): void => {
      try {
        findImages(() => new MemorySource(bytes), ['x', 'registry.example/many:7'], undefined);
      } catch (error) {
        if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      }
    };
    const place = fc.oneof(
      fc.nat(whole.length - 1),
      fc.nat(256).chain((in_) => fc.nat(whole.length / 4096 - 1).map((page) => page * 4096 + in_)),
    );

    fc.assert(
      fc.property(
        fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 }),
        (flips) => {
          const changed = Buffer.from(whole);
          for (const [at, bits] of flips) changed[at] = (changed[at] as number) ^ bits;
          look(changed);
        },
      ),
      { numRuns: 100 },
    );
    for (let cut = 0; cut < whole.length; cut += 9000) look(whole.subarray(0, cut));
  });

  it('the older state counts where the newer is damaged', () => {
    const whole = readFileSync(path.join(real.root, 'io.containerd.metadata.v1.bolt/meta.db'));
    for (const page of [0, 4096]) {
      const changed = Buffer.from(whole);
      changed[page + 20] = 0xff;
      expect(findImages(() => new MemorySource(changed), ['docker.io/library/pod:1'], undefined).found).toHaveLength(1);
    }
  });
});
