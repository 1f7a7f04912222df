import { describe, expect, it } from 'vitest';
import { examine } from '../../test/support/examine.ts';
import { debianFiles } from '../../test/support/root-file-systems.ts';
import { ndbDatabase, rpmHeader } from '../../test/support/rpm.ts';
import { testContext } from '../../test/support/scan.ts';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { SourceError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { FileHeader } from '../model/file.ts';
import { isAci, openAci } from './aci.ts';
import { ArchiveStore } from './archive-store.ts';
import type { OpenedSource } from './opened-image.ts';

const manifest = {
  acKind: 'ImageManifest',
  acVersion: '0.8.11',
  name: 'example.com/app',
  labels: [
    { name: 'version', value: '1.2.3' },
    { name: 'os', value: 'linux' },
    { name: 'arch', value: 'aarch64' },
  ],
  annotations: [{ name: 'created', value: '2024-01-01T00:00:00Z' }],
  app: {
    exec: ['/bin/app', '--serve'],
    user: '0',
    group: '0',
    workingDirectory: '/srv',
    environment: [{ name: 'SECRET', value: 'x' }],
    ports: [{ name: 'web', port: 80, protocol: 'tcp' }, { name: 'no number' }],
    mountPoints: [
      { name: 'data', path: '/data' },
      { name: '__proto__', path: '__proto__' },
    ],
  },
};

const inRootfs = (entries: readonly TarEntry[]): TarEntry[] =>
  entries.map((entry) => ({
    ...entry,
    path: `rootfs/${String(entry.path)}`,
    ...(entry.type === 'hardlink' && { linkTarget: `rootfs/${String(entry.linkTarget)}` }),
  }));

async function open(entries: readonly TarEntry[], platform?: string): Promise<OpenedSource> {
  const archive = new MemorySource(tar(entries));
  const context = testContext();
  const options = { ...context, ...(platform !== undefined && { platform }) };
  const store = await ArchiveStore.open(archive, context.limits, context.signal);
  return { images: [openAci('app.aci', store, archive, options)], close: () => undefined };
}

const manifestFile = (value: unknown): TarEntry => ({ path: 'manifest', content: JSON.stringify(value) });

describe('openAci', () => {
  it.each([
    ['before', [manifestFile(manifest)], []],
    ['behind', [], [manifestFile(manifest)]],
  ])('finds the packages of the root file system with the manifest %s it', async (_, before, behind) => {
    const files = inRootfs(debianFiles());
    const source = await open([...before, { path: 'rootfs', type: 'directory' }, ...files, ...behind]);
    const { packages, problems, info } = await examine(source);
    expect(packages.map(({ name }) => name).toSorted()).toEqual(['base-files', 'bash', 'libc6', 'libssl3', 'zlib1g']);
    expect(problems).toEqual([]);
    expect(info).toEqual({
      reference: 'app.aci',
      names: ['example.com/app:1.2.3'],
      platform: 'linux/arm64',
      created: '2024-01-01T00:00:00Z',
      layers: [{ index: 0, size: expect.any(Number) as number }],
      history: [],
      config: {
        Cmd: ['/bin/app', '--serve'],
        User: '0:0',
        WorkingDir: '/srv',
        Env: ['SECRET=x'],
        ExposedPorts: { '80/tcp': {} },
        Volumes: Object.fromEntries([
          ['/data', {}],
          ['__proto__', {}],
        ]),
      },
    });
  });

  it('reads an rpm database, which is wanted at any place', async () => {
    const headers = ['bash', 'zlib'].map((name) => rpmHeader({ name, version: '1.2' }));
    const source = await open([
      manifestFile(manifest),
      { path: 'rootfs/usr/lib/sysimage/rpm/Packages.db', content: ndbDatabase(headers) },
      { path: 'rootfs/etc/os-release', content: 'ID=fedora\nVERSION_ID=41\n' },
    ]);
    const { packages } = await examine(source);
    expect(packages.map(({ name }) => name)).toEqual(['bash', 'zlib']);
  });

  it('shows what lies below rootfs and nothing else, hard links with it', async () => {
    const source = await open([
      manifestFile(manifest),
      { path: 'etc/passwd', content: 'not of the image' },
      { path: 'rootfs2/etc/passwd', content: 'not of the image' },
      { path: './rootfs/', type: 'directory' },
      { path: 'rootfs/etc/passwd', content: 'root' },
      { path: 'rootfs/etc/hard', type: 'hardlink', linkTarget: 'rootfs/etc/passwd' },
      { path: 'rootfs/etc/out', type: 'hardlink', linkTarget: 'manifest' },
      { path: 'rootfs/etc/soft', type: 'symlink', linkTarget: '/rootfs/x' },
    ]);
    const seen: FileHeader[] = [];
    const bodies: string[] = [];
    const { limits } = testContext();
    const visitor = {
      member: (header: FileHeader) => seen.push(header) * 1000,
      content: (header: FileHeader, body: Buffer) => bodies.push(`${header.path}: ${body.toString()}`),
      problem: (code: string) => expect.unreachable(code),
    };
    const result = await source.images[0]?.layers[0]?.walk(visitor, { limits, verify: true });
    expect(seen.map(({ path, name, linkTarget }) => [path, name, linkTarget])).toEqual([
      ['', '', undefined],
      ['etc/passwd', 'passwd', undefined],
      ['etc/hard', 'hard', 'etc/passwd'],
      ['etc/out', 'out', 'manifest'],
      ['etc/soft', 'soft', '/rootfs/x'],
    ]);
    expect(bodies).toEqual(['etc/passwd: root']);
    expect(result?.digest).toBeUndefined();
  });

  it('reads bodies behind links by their place', async () => {
    const files: TarEntry[] = [
      { path: 'opt/release', content: 'ID=alpine\nVERSION_ID=3.19\nNAME=Alpine\n' },
      { path: 'etc/os-release', type: 'symlink', linkTarget: '../opt/release' },
    ];
    const { problems } = await examine(await open([manifestFile(manifest), ...inRootfs(files)]));
    expect(problems.map(({ code }) => code)).toEqual(['packages.none']);
  });

  it('names the images whose files are missing', async () => {
    const dependencies = [{ imageName: 'example.com/base' }, { imageName: 'example.com/lib', labels: [] }, {}];
    const source = await open([manifestFile({ ...manifest, dependencies }), ...inRootfs(debianFiles())]);
    expect(source.images[0]?.problems).toEqual([
      {
        code: 'image.layer-missing',
        message:
          'the image builds on example.com/base, example.com/lib, one without a name, whose files are not in it; scan them too',
      },
    ]);
  });

  it('says when there is no root file system', async () => {
    const { problems } = await examine(await open([manifestFile(manifest), { path: 'etc/passwd', content: 'x' }]));
    expect(problems.map(({ code }) => code)).toContain('image.no-layers');
  });

  it('refuses another platform', async () => {
    const entries = [manifestFile(manifest), ...inRootfs(debianFiles())];
    await expect(open(entries, 'linux/amd64')).rejects.toThrow('Available: linux/arm64');
    await expect(open(entries, 'linux/arm64')).resolves.toBeDefined();
  });

  it('takes a manifest whatever its parts are', async () => {
    const odd = { acKind: 'ImageManifest', name: 7, labels: [null, { name: 'os' }], app: [], dependencies: {} };
    const source = await open([manifestFile(odd), ...inRootfs(debianFiles())]);
    const info = source.images[0]?.info;
    expect(info).toMatchObject({ names: [], config: {} });
    expect(info?.platform).toBeUndefined();
  });
});

describe('isAci', () => {
  it.each([
    ['an image manifest', manifestFile(manifest), true],
    ['a manifest of another kind', manifestFile({ ...manifest, acKind: 'PodManifest' }), false],
    ['no JSON', { path: 'manifest', content: 'hello' }, false],
    ['a list', manifestFile([]), false],
    ['a folder of that name', { path: 'manifest', type: 'directory' }, false],
    ['no manifest', { path: 'other', content: '{}' }, false],
  ] as const)('%s', async (_, entry, expected) => {
    const archive = new MemorySource(tar([entry]));
    const { limits, signal } = testContext();
    const store = await ArchiveStore.open(archive, limits, signal);
    expect(isAci(store, limits)).toBe(expected);
    if (!expected) expect(() => openAci('x', store, archive, testContext())).toThrow(SourceError);
  });
});
