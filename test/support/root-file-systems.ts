import { apkInstalled, type DatabasePackage, dpkgStatus } from './databases.ts';
import { layer } from './image.ts';
import type { TarEntry } from './tar.ts';

export interface RootOptions {
  /** Instead of the packages below. */
  readonly packages?: readonly DatabasePackage[];
  /** `12`, `3.19`: release that os-release names. */
  readonly release?: string;
  /** Members after those of the root file system. */
  readonly more?: readonly TarEntry[];
}

/** Packages of `debianLayer()`. */
export const debianPackages: readonly DatabasePackage[] = [
  { name: 'base-files', version: '12.4+deb12u4', files: ['etc/debian_version', 'usr/lib/os-release'] },
  { name: 'bash', version: '5.2.15-2+b2', source: 'bash (5.2.15-2)', files: ['bin/bash'] },
  { name: 'libc6', version: '2.36-9+deb12u3', source: 'glibc', files: ['lib/x86_64-linux-gnu/libc.so.6'] },
  { name: 'libssl3', version: '3.0.11-1~deb12u1', source: 'openssl', files: ['usr/lib/x86_64-linux-gnu/libssl.so.3'] },
  { name: 'zlib1g', version: '1:1.2.13.dfsg-1', source: 'zlib', files: ['lib/x86_64-linux-gnu/libz.so.1'] },
];

/** Packages of `alpineLayer()`. */
export const alpinePackages: readonly DatabasePackage[] = [
  { name: 'alpine-baselayout', version: '3.4.3-r2', files: ['etc/profile'] },
  { name: 'busybox', version: '1.36.1-r15', files: ['bin/busybox'] },
  { name: 'libcrypto3', version: '3.1.4-r1', source: 'openssl', files: ['lib/libcrypto.so.3'] },
  { name: 'musl', version: '1.2.4_git20230717-r4', files: ['lib/ld-musl-x86_64.so.1'] },
  { name: 'zlib', version: '1.3-r2', files: ['lib/libz.so.1'] },
];

const codenames: Readonly<Record<string, string>> = { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' };

/** Directories come before what is in them, as in layers of builders. */
function withFolders(files: readonly TarEntry[]): TarEntry[] {
  const folders = new Set<string>();
  for (const file of files) {
    const parts = String(file.path).split('/');
    for (let i = 1; i < parts.length; i++) folders.add(parts.slice(0, i).join('/'));
  }
  return [...[...folders].sort().map((path): TarEntry => ({ path, type: 'directory' })), ...files];
}

/** Directories that Debian moved below usr/, with links left behind; dpkg's lists of its packages still name the old ones. */
const mergedFolders = ['bin', 'lib', 'sbin'];

function mergedPath(path: string): string {
  return mergedFolders.some((folder) => path.startsWith(`${folder}/`)) ? `usr/${path}` : path;
}

function ownedFiles(
  packages: readonly DatabasePackage[],
  except: ReadonlySet<string>,
  place = (path: string) => path,
): TarEntry[] {
  return packages
    .flatMap((pkg) =>
      (pkg.files ?? []).map((path) => ({ path: place(path), content: `${path} of ${pkg.name}\n`, mode: 0o755 })),
    )
    .filter((file) => !except.has(file.path));
}

/** Members of a small Debian root file system: release files, dpkg's database and lists, a file or two a package. */
export function debianFiles(options: RootOptions = {}): TarEntry[] {
  const packages = options.packages ?? debianPackages;
  const release = options.release ?? '12';
  const codename = codenames[release] ?? 'unknown';
  const own: TarEntry[] = [
    ...mergedFolders.map((path): TarEntry => ({ path, type: 'symlink', linkTarget: `usr/${path}` })),
    {
      path: 'usr/lib/os-release',
      content: [
        `PRETTY_NAME="Debian GNU/Linux ${release} (${codename})"`,
        'NAME="Debian GNU/Linux"',
        `VERSION_ID="${release}"`,
        `VERSION="${release} (${codename})"`,
        `VERSION_CODENAME=${codename}`,
        'ID=debian',
        'HOME_URL="https://www.debian.org/"',
        '',
      ].join('\n'),
    },
    { path: 'etc/os-release', type: 'symlink', linkTarget: '../usr/lib/os-release' },
    { path: 'etc/debian_version', content: `${release}.4\n` },
    { path: 'var/lib/dpkg/status', content: dpkgStatus(packages) },
    ...packages.map((pkg) => ({
      path: `var/lib/dpkg/info/${pkg.name}.list`,
      content: ['/.', ...withFolders((pkg.files ?? []).map((path) => ({ path }))).map((e) => `/${e.path}`), ''].join(
        '\n',
      ),
    })),
  ];
  const made = new Set(own.map((file) => String(file.path)));
  return [...withFolders([...own, ...ownedFiles(packages, made, mergedPath)]), ...(options.more ?? [])];
}

/** Members of a small Alpine root file system: release files, apk's database, a file or two a package. */
export function alpineFiles(options: RootOptions = {}): TarEntry[] {
  const packages = options.packages ?? alpinePackages;
  const release = options.release ?? '3.19';
  const own: TarEntry[] = [
    {
      path: 'etc/os-release',
      content: [
        'NAME="Alpine Linux"',
        'ID=alpine',
        `VERSION_ID=${release}.0`,
        `PRETTY_NAME="Alpine Linux v${release}"`,
        'HOME_URL="https://alpinelinux.org/"',
        '',
      ].join('\n'),
    },
    { path: 'etc/alpine-release', content: `${release}.0\n` },
    { path: 'lib/apk/db/installed', content: apkInstalled(packages) },
  ];
  const made = new Set(own.map((file) => String(file.path)));
  return [...withFolders([...own, ...ownedFiles(packages, made)]), ...(options.more ?? [])];
}

/** `debianFiles()` as an uncompressed layer. */
export function debianLayer(options: RootOptions = {}): Buffer {
  return layer(debianFiles(options));
}

/** `alpineFiles()` as an uncompressed layer. */
export function alpineLayer(options: RootOptions = {}): Buffer {
  return layer(alpineFiles(options));
}
