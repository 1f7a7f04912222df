import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageSamples, unwatchedSamples } from '../../test/support/language-samples.ts';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { PlainHeader } from '../formats/tar/plain-header.ts';
import { TarParser } from '../formats/tar/push.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import { walkTarSync } from '../formats/tar/walk.ts';
import { defaultLimits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import { LayerPass } from './pass.ts';
import { WantedNames } from './wanted-names.ts';

/** Wants everything in one directory, and everything of one name in another. */
const analyzer: Analyzer = {
  name: 'probe',
  version: 1,
  wants: ({ path }) => (/^var\/lib\/[^/]*$|deep\/wanted$/.test(path) ? Appetite.Head : Appetite.None),
  within: (directory) => directory === 'var/lib' || directory.endsWith('deep'),
  open: () => {
    const seen: string[] = [];
    return {
      read: ({ path, content }) => seen.push(`${path} ${content.length}`),
      close: () => [{ kind: 'release', path: 'seen', text: seen.join('\n') }],
    };
  },
};

/** Wants files by their names, anywhere. */
const byName: Analyzer = {
  ...analyzer,
  name: 'by name',
  wants: ({ name, type, mode, size }) => {
    if (type === 'file' && size > 1 && (mode & 0o111) !== 0) return Appetite.Head;
    return /^(?:wanted|a)$|\.x$/i.test(name) ? Appetite.Head | Appetite.Header : Appetite.None;
  },
  within: () => true,
  names: { exact: ['Wanted', 'a'], ends: ['.X'], parts: ['.Wha'], executables: 2 },
};

/** The same pass, shown every member. */
function unskimmed(pass: LayerPass): TarVisitor {
  return {
    member: (header) => pass.member(header),
    content: (header, content) => pass.content(header, content),
    problem: (code, message, path) => pass.problem(code, message, path),
  };
}

type Walk = (archive: Buffer, visitor: TarVisitor, entries: number) => void;

const walks: readonly (readonly [string, Walk])[] = [
  [
    'at any place',
    (archive, visitor, entries) =>
      walkTarSync(new MemorySource(archive), visitor, { limits: { ...defaultLimits, entries } }),
  ],
  [
    'in pieces',
    (archive, visitor, entries) => {
      const parser = new TarParser(visitor, { limits: { ...defaultLimits, entries } });
      for (let at = 0; at < archive.length; at += 777) parser.push(archive.subarray(at, at + 777));
      parser.end();
    },
  ],
];

async function told(archive: Buffer, skimmed: boolean, walk: Walk, entries: number): Promise<unknown> {
  const pass = new LayerPass([analyzer, byName], { limits: defaultLimits, temporary: '/nonexistent' });
  walk(archive, skimmed ? pass : unskimmed(pass), entries);
  const { index, ...facts } = await pass.close();
  return { facts, index: index.pack(), paths: Array.from({ length: index.count }, (_, entry) => index.header(entry)) };
}

const word = fc.constantFrom(
  'a',
  'b',
  'usr',
  'lib',
  'var',
  'deep',
  'wanted',
  'WANTED',
  '.',
  '..',
  '',
  '.wh.x',
  '.wh..wh..opq',
  '.wha',
  'é',
  '\\',
  ' ',
  '.x',
  'y.x',
  'x'.repeat(60),
);
const entry: fc.Arbitrary<TarEntry> = fc
  .record({
    parts: fc.array(word, { minLength: 1, maxLength: 4 }),
    type: fc.constantFrom(
      'file' as const,
      'file' as const,
      'directory' as const,
      'symlink' as const,
      'character' as const,
    ),
    content: fc.constantFrom('', 'x', 'y'.repeat(700)),
    lead: fc.constantFrom('', './', '/', 'var/lib/'),
    extra: fc.constantFrom<Partial<TarEntry>>(
      {},
      {},
      {},
      { base256: true },
      { mode: 0o755 },
      { longNames: 'always-pax' },
      { longNames: 'always-gnu' },
      { mode: 0o6755, uid: 70_000, gid: 5 },
      { format: 'gnu' },
      { format: 'v7' },
      { declaredSize: 3 },
      { pax: [['uid', '7']] },
      { typeFlag: '7' },
      { checksum: 1 },
      { patch: [[108, '\0'.repeat(16)]] },
      { patch: [[108, '\0\0\0\x30\x30\x35 \0']] },
      { patch: [[116, '     17\0']] },
    ),
  })
  .map(({ parts, type, content, lead, extra }) => ({
    path: `${lead}${parts.join('/')}`,
    type,
    ...(type === 'file' && { content }),
    ...(type === 'symlink' && { linkTarget: 'a' }),
    ...extra,
  }));

describe.each(walks)('members that are skimmed over, %s', (_, walk) => {
  it('are the same as those that are looked at one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), fc.constantFrom(1e6, 5), async (entries, limit) => {
        const archive = tar(entries);
        expect(await told(archive, true, walk, limit)).toEqual(await told(archive, false, walk, limit));
      }),
      { numRuns: 400 },
    );
  });
});

describe('within', () => {
  const analyzers = [...new Map(ecosystems.flatMap((one) => one.analyzers).map((one) => [one.name, one])).values()];
  const paths = [
    // Each language has one of what is installed and of what asks for it.
    ...[...languageSamples, ...unwatchedSamples].flatMap(({ path, asks }) => [`opt/${path}`, `srv/${asks}`]),
    'lib/apk/db/installed',
    'usr/lib/apk/db/installed',
    'var/lib/dpkg/status',
    'var/lib/dpkg/status.d/base',
    'var/lib/dpkg/status.d/base.md5sums',
    'var/lib/dpkg/info/bash.list',
    'var/lib/dpkg/info/bash.postinst',
    'var/lib/dpkg/diversions',
    'etc/os-release',
    'usr/lib/os-release',
    'etc/redhat-release',
    'etc/alpine-release',
    'etc/apt/sources.list',
    'var/lib/rpm/Packages',
    'usr/lib/sysimage/rpm/Packages.db',
    'usr/share/rpm/rpmdb.sqlite',
    'usr/lib/sysimage/rpm/rpmdb.sqlite-wal',
    'var/lib/rpmmanifest/container-manifest-2',
    'var/lib/pacman/local/bash-5.2.037-1/desc',
    'var/lib/chisel/manifest.wall',
    'usr/lib/opkg/status',
    'usr/lib/opkg/info/busybox.list',
    'var/db/pkg/sys-libs/zlib-1.3.1/CONTENTS',
    'etc/cos-package-info.json',
    'usr/share/bottlerocket/application-inventory.json',
    'root/buildinfo/content_manifests/a.json',
    'etc/apt/sources.list.d/ubuntu-esm-apps.sources',
    // What languages leave anywhere.
    'snap/core/1/meta/snap.yaml',
    'var/lib/flatpak/app/org.hull/x86_64/stable/a/metadata',
    'opt/spack/hull/.spack/spec.json',
    'app/mise.toml',
    'models/a.pkl',
    'models/a.gguf',
    `root/.ollama/models/blobs/sha256-${'a'.repeat(64)}`,
    'usr/bin/nginx',
    'root/.conan2/p/a/p/conaninfo.txt',
    'app/conan.lock',
    'deps/rope/hex_metadata.config',
    'opt/rope/META.json',
    'vcpkg/installed/vcpkg/status',
    'app/vcpkg.json',
    'boot/vmlinuz-6.1.0',
    'var/www/html/wp-includes/version.php',
    'var/www/html/wp-content/plugins/hello.php',
    'wp-content/themes/sail/style.css',
    'home/linuxbrew/.linuxbrew/Cellar/rope/1.0/INSTALL_RECEIPT.json',
    'nix/store/h0cnbmfcn93xm5dg2x27ixhag1cwndga-glibc-2.34-210-bin',
    'opt/driver/hull.ko',
    'opt/driver/hull.ko.xz',
    'opt/bitnami/redis/.spdx-redis.spdx',
    'opt/bitnami/.bitnami_components.json',
    'usr/local/lib/php/.registry/.channel.pecl.php.net/memcached.reg',
    'usr/local/bin/program',
    'app/node_modules/a/package.json',
    'app/node_modules/.package-lock.json',
    'app/package.json',
    'app/package-lock.json',
    'app/npm-shrinkwrap.json',
    'app/yarn.lock',
    'app/pnpm-lock.yaml',
    'app/bun.lock',
    'app/deno.lock',
    'usr/lib/python3/dist-packages/a-1.dist-info/METADATA',
    'usr/lib/python3/dist-packages/a-1.egg-info/PKG-INFO',
    'usr/lib/python3/dist-packages/a-1.egg-info',
    'opt/conda/conda-meta/a-1-0.json',
    'app/a-1-py3-none-any.whl',
    'app/a-1-py3.egg',
    'app/requirements.txt',
    'app/requirements-dev.txt',
    'app/requirements/dev.txt',
    'app/poetry.lock',
    'app/uv.lock',
    'app/pdm.lock',
    'app/Pipfile.lock',
    'app/pylock.toml',
    'app/pylock.a.toml',
    'app/pyproject.toml',
    'app/setup.py',
    'app/environment.yml',
    'app/a.jar',
    'app/a.JAR',
    'app/a.war',
    'app/a.ear',
    'app/a.par',
    'app/a.sar',
    'app/a.nar',
    'app/a.jpi',
    'app/a.hpi',
    'app/a.kar',
    'app/a.rar',
    'app/pom.xml',
    'app/gradle.lockfile',
    'app/buildscript-gradle.lockfile',
    'app/gradle/verification-metadata.xml',
    'usr/lib/jvm/java-21/release',
    'app/go.mod',
    'app/go.sum',
    'app/Cargo.lock',
    'app/Cargo.toml',
    'usr/lib/ruby/gems/3.3.0/specifications/a-1.gemspec',
    'usr/lib/ruby/gems/3.3.0/specifications/default/a-1.gemspec',
    'app/Gemfile.lock',
    'app/gems.locked',
    'app/a.gemspec',
    'app/vendor/composer/installed.json',
    'app/composer.lock',
    'app/a.deps.json',
    'app/a.dll',
    'usr/lib/libgo.so',
    'usr/lib/libgo.so.3.1',
    'root/.nuget/packages/a/1.0.0/a.nuspec',
    'app/paket.lock',
    'app/Gemfile.next.lock',
    'app/vendor/modules.txt',
    'app/a.exe',
    'app/packages.lock.json',
    'app/packages.config',
    'app/Directory.Packages.props',
    'app/a.csproj',
    'app/obj/project.assets.json',
  ];
  const headerOf = (path: string): FileHeader => ({
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type: 'file',
    size: /bin\/|\.(?:so|exe|dll)/.test(path) ? 1 << 20 : 1000,
    mode: path.includes('/bin/') ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    offset: 0,
  });

  const narrow = analyzers.filter(({ within, names }) => within !== undefined || names !== undefined);
  it.each(narrow.map((one) => [one.name, one] as const))('or names of %s cover every file that it wants', (_, one) => {
    const wanted = paths.map(headerOf).filter((header) => one.wants(header) !== Appetite.None);
    const uncovered = wanted.filter((header) => {
      const names = new WantedNames([one]);
      const plain = new PlainHeader();
      const block = tar([{ path: header.path, mode: header.mode, declaredSize: header.size }]).subarray(0, 512);
      const bytes = Buffer.from(new Uint8Array(block).buffer);
      expect(plain.read(bytes, new Int32Array(bytes.buffer), 0, 512)).toBe(true);
      const directory = header.path.slice(0, Math.max(0, header.path.lastIndexOf('/')));
      return one.within?.(directory) === false || (one.names !== undefined && !names.has(plain));
    });
    expect(wanted).not.toEqual([]);
    expect(uncovered.map(({ path }) => path)).toEqual([]);
  });
});
