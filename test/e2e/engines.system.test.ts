import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngineImage } from '../../src/image/container-engine.ts';
import { openImage } from '../../src/image/open.ts';
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { type Examined, examine } from '../support/examine.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { noise } from '../support/noise.ts';
import { type RealEngine, startDocker, startPodman, whyNoEngine } from '../support/real-engines.ts';
import { alpineLayer, debianLayer } from '../support/root-file-systems.ts';
import { testContext } from '../support/scan.ts';
import { writeTemporary } from '../support/temporary.ts';

const more = layer([
  // What it leads to is only read when all layers are known.
  { path: 'etc/os-release', type: 'symlink', linkTarget: '../opt/release' },
  { path: 'opt/release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12, moved"\n' },
  { path: 'usr/bin/.wh.bash' },
  { path: 'srv/large', content: noise(3_000_000) },
]);
const secrets = layer([{ path: 'root/.ssh/id_rsa', content: 'no key', mode: 0o644 }]);

const images = {
  debian: {
    layers: [debianLayer(), more, secrets, more],
    repoTags: ['docker.io/example/debian:12'],
    config: { User: 'root', Env: ['PASSWORD=x'], Cmd: ['sh'] },
    history: [
      { created_by: '/bin/sh -c #(nop) ADD base / ' },
      { created_by: 'COPY more / # buildkit' },
      { created_by: 'ENV PASSWORD=x', empty_layer: true },
      { created_by: 'COPY secrets / # buildkit' },
      { created_by: 'COPY more / # buildkit' },
    ],
  },
  alpine: { layers: [alpineLayer()], repoTags: ['docker.io/library/alpine:3.19'], config: { User: 'nobody' } },
};

const engines = [
  { name: 'Docker', kind: 'docker', program: 'dockerd', start: () => startDocker() },
  {
    name: "Docker with containerd's store",
    kind: 'docker',
    program: 'dockerd',
    start: () => startDocker('containerd'),
  },
  { name: 'Podman', kind: 'podman', program: 'podman', start: startPodman },
] as const;

const shortName = (name: string): string => name.replace(/^docker\.io\/(?:library\/)?/, '');

/** Engines write their layers anew, so they may differ in bytes; what is in them must not. */
function essence({ info, packages, findings, problems, files }: Examined): object {
  return {
    info: {
      ...info,
      reference: '',
      names: [],
      layers: info.layers.map(({ digest: _, size: __, ...rest }) => rest),
    },
    packages,
    findings,
    problems,
    files,
  };
}

describe.each(engines)('a real engine: $name', ({ kind, program, start }) => {
  const why = whyNoEngine(program);
  let engine: RealEngine | undefined;

  beforeAll(async () => {
    if (why === undefined) engine = await start();
  });
  afterAll(async () => {
    await engine?.stop();
  });

  it.for([
    ['layers as they are', images.debian, 'none'],
    ['compressed layers', images.debian, ['gzip', 'none', 'zstd', 'none']],
    ['a single layer', images.alpine, 'gzip'],
  ] as const)('has what the archive has: %s', async ([, image, compression], context) => {
    if (engine === undefined) return context.skip(why);
    // Only layouts that name layers by digest tell one that is listed twice.
    const archive = writeTemporary('image.tar', dockerArchive({ ...image, layout: 'blobs', compression }));
    engine.load(archive);
    const client = await connectEngine(kind, { environment: engine.environment, offline: true });
    const options = testContext();

    const here = await examine(await openEngineImage(image.repoTags[0] as string, client, options), { verify: true });
    const there = await examine(await openImage(archive, options), { verify: true });

    expect(essence(here)).toEqual(essence(there));
    expect(here.packages.length).toBeGreaterThan(3);
    // Docker leaves out what everybody knows.
    expect(here.info.names.map(shortName)).toEqual(image.repoTags.map(shortName));
  });

  it('finds it by its id, and for its own platform only', async (context) => {
    if (engine === undefined) return context.skip(why);
    engine.load(writeTemporary('image.tar', dockerArchive(images.alpine)));
    const client = await connectEngine(kind, { environment: engine.environment });
    const options = testContext();
    const named = await openEngineImage('alpine:3.19', client, { ...options, platform: 'linux/amd64' });
    const id = named.images[0]?.info.id as string;
    named.close();
    const { packages } = await examine(await openEngineImage(id, client, options));
    expect(packages.map(({ name }) => name)).toContain('busybox');
    await expect(openEngineImage(id, client, { ...options, platform: 'linux/s390x' })).rejects.toThrow(
      'no variant for linux/s390x. Available: linux/amd64',
    );
  });

  it('does not have every image', async (context) => {
    if (engine === undefined) return context.skip(why);
    const client = await connectEngine(kind, { environment: engine.environment });
    await expect(openEngineImage('example/other:1', client, testContext())).rejects.toMatchObject({
      failure: 'absent',
    });
  });
});
