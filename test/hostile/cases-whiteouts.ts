import { dpkgStatus } from '../support/databases.ts';
import { alpineFiles, alpinePackages, debianFiles } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';
import { basePackages, type HostileCase, type HostileGroup, image, onDebian } from './hostile-case.ts';

const alpineFound = alpinePackages.map((pkg) => `${pkg.name}@${pkg.version}`);
const status = 'var/lib/dpkg/status';
const folder = 'var/lib/dpkg/status.d';

/** Packages as images without a package manager keep them: one file each. */
function single(name: string, version = '1.0', file = name): TarEntry {
  return { path: `${folder}/${file}`, content: dpkgStatus([{ name, version }]) };
}

const bare = debianFiles().filter((file) => !String(file.path).startsWith('var/lib/dpkg'));
const fileCount = (entries: readonly TarEntry[]) => entries.filter((entry) => (entry.type ?? 'file') === 'file').length;
const debianFileCount = fileCount(debianFiles());

/** T-01: names that only look like whiteouts. */
const ordinary: readonly HostileCase[] = [
  {
    name: 'packages whose names begin with wh',
    make: () => image([[...bare, single('whois'), single('which'), single('python3-wheel'), single('whatwg')]]),
    packages: ['whois@1.0', 'which@1.0', 'python3-wheel@1.0', 'whatwg@1.0'],
    exactly: true,
  },
  {
    name: 'files with wh in their names, in every place',
    make: () =>
      onDebian(
        [
          { path: 'usr/bin/which' },
          { path: 'usr/lib/python3/dist-packages/wheel-0.40.0.dist-info/METADATA' },
          { path: 'usr/lib/node_modules/whatwg-url/package.json' },
          { path: 'srv/a.wh.b' },
          { path: 'srv/.white' },
          { path: 'srv/.wh' },
          { path: 'srv/wh.a' },
          { path: 'srv/_wh.a' },
        ],
        [{ path: 'srv/b' }],
      ),
    packages: basePackages,
    files: debianFileCount + 9,
  },
  {
    name: 'a whiteout names one file, not all that begin so',
    make: () => onDebian([{ path: 'srv/a' }, { path: 'srv/ab' }, { path: 'srv/a.b' }], [{ path: 'srv/.wh.a' }]),
    packages: basePackages,
    files: debianFileCount + 2,
  },
];

const removed: readonly HostileCase[] = [
  {
    name: 'a whiteout hides a file of a lower layer',
    make: () => image([[...bare, single('kept'), single('gone')], [{ path: `${folder}/.wh.gone` }]]),
    packages: ['kept@1.0'],
    exactly: true,
    files: fileCount(bare) + 1,
  },
  {
    name: 'a whiteout of a folder hides all below it',
    make: () => onDebian([{ path: 'srv/d/a' }, { path: 'srv/d/e/b' }], [{ path: 'srv/.wh.d' }]),
    packages: basePackages,
    files: debianFileCount,
  },
  {
    name: 'a whiteout of a folder, and a file of that folder in the same layer',
    make: () => onDebian([{ path: 'srv/d/a' }, { path: 'srv/d/b' }], [{ path: 'srv/.wh.d' }, { path: 'srv/d/c' }]),
    packages: basePackages,
    files: debianFileCount + 1,
  },
  {
    name: 'a whiteout of a folder behind a file of that folder in the same layer',
    make: () => onDebian([{ path: 'srv/d/a' }, { path: 'srv/d/b' }], [{ path: 'srv/d/c' }, { path: 'srv/.wh.d' }]),
    packages: basePackages,
    files: debianFileCount + 1,
  },
  {
    name: 'a whiteout and the file again in the same layer',
    make: () =>
      image([
        [...bare, single('p', '1.0')],
        [{ path: `${folder}/.wh.p` }, single('p', '2.0')],
      ]),
    packages: ['p@2.0'],
    exactly: true,
  },
  {
    name: 'the file again and then its whiteout in the same layer: a whiteout is about lower layers',
    make: () =>
      image([
        [...bare, single('p', '1.0')],
        [single('p', '2.0'), { path: `${folder}/.wh.p` }],
      ]),
    packages: ['p@2.0'],
    exactly: true,
  },
  {
    name: 'a file removed and added again two layers later',
    make: () => image([[...bare, single('p', '1.0')], [{ path: `${folder}/.wh.p` }], [single('p', '3.0')]]),
    packages: ['p@3.0'],
    exactly: true,
  },
  {
    name: 'an opaque folder hides what is below and keeps what is beside',
    make: () =>
      image([
        [...bare, single('a'), single('b')],
        [single('before'), { path: `${folder}/.wh..wh..opq` }, single('behind')],
      ]),
    packages: ['before@1.0', 'behind@1.0'],
    exactly: true,
    files: fileCount(bare) + 2,
  },
  {
    name: 'an opaque folder hides folders inside it',
    make: () => onDebian([{ path: 'srv/d/e/f/a' }, { path: 'srv/d/b' }], [{ path: 'srv/d/.wh..wh..opq' }]),
    packages: basePackages,
    files: debianFileCount,
  },
  {
    name: 'whiteouts of what was never there',
    make: () => onDebian([{ path: 'srv/.wh.never' }, { path: 'never/.wh..wh..opq' }, { path: '.wh.nothing' }]),
    packages: basePackages,
    exactly: true,
    files: debianFileCount,
  },
  {
    name: 'a whiteout in the lowest layer',
    make: () => image([[{ path: 'etc/.wh.os-release' }, { path: 'var/lib/dpkg/.wh.status' }, ...debianFiles()]]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a whiteout without a name, of itself and of dots',
    make: () =>
      onDebian([{ path: 'srv/.wh.' }, { path: 'srv/.wh..wh.x' }, { path: 'srv/.wh..' }, { path: 'srv/.wh...' }]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'files that aufs kept for itself',
    make: () =>
      onDebian([
        { path: '.wh..wh.aufs' },
        { path: '.wh..wh.orph', type: 'directory' },
        { path: '.wh..wh.plnk', type: 'directory' },
        { path: '.wh..wh.plnk/1.2', content: 'x' },
      ]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a character device 0:0 removes a file, as overlay file systems write it',
    make: () =>
      image([
        [...bare, single('kept'), single('gone')],
        [{ path: `${folder}/gone`, type: 'character', deviceMajor: 0, deviceMinor: 0 }],
      ]),
    packages: ['kept@1.0'],
    exactly: true,
  },
  {
    name: 'a character device that is not 0:0 replaces a file',
    make: () =>
      image([
        [...bare, single('kept'), single('gone')],
        [{ path: `${folder}/gone`, type: 'character', deviceMajor: 0, deviceMinor: 1 }],
      ]),
    packages: ['kept@1.0'],
    exactly: true,
  },
  {
    name: 'whiteouts that are directories, links and hard links',
    make: () =>
      onDebian(
        [{ path: 'srv/a' }, { path: 'srv/b' }, { path: 'srv/c' }, { path: 'srv/d' }],
        [
          { path: 'srv/.wh.a', type: 'directory' },
          { path: 'srv/.wh.b', type: 'symlink', linkTarget: 'x' },
          { path: 'srv/.wh.c', type: 'hardlink', linkTarget: 'srv/d' },
        ],
      ),
    packages: basePackages,
    files: debianFileCount + 1,
  },
  {
    name: 'a file in the place of a folder hides the folder',
    make: () => onDebian([{ path: 'srv/d/a' }, { path: 'srv/d/b' }], [{ path: 'srv/d', content: 'now a file' }]),
    packages: basePackages,
    files: debianFileCount + 1,
  },
  {
    name: 'a folder in the place of a file',
    make: () => onDebian([{ path: 'srv/d', content: 'a file' }], [{ path: 'srv/d/a' }, { path: 'srv/d/b' }]),
    packages: basePackages,
    files: debianFileCount + 2,
  },
  {
    name: 'a folder again does not hide what it held',
    make: () => onDebian([{ path: 'srv/d/a' }], [{ path: 'srv/d', type: 'directory', mode: 0o700 }]),
    packages: basePackages,
    files: debianFileCount + 1,
  },
];

/** T-04: a removed database does not make the packages vanish. */
const removedDatabases: readonly HostileCase[] = (
  [
    ['a whiteout', [{ path: 'var/lib/dpkg/.wh.status' }]],
    ['a whiteout of its folder', [{ path: 'var/lib/.wh.dpkg' }]],
    ['a whiteout of all folders', [{ path: '.wh.var' }]],
    ['an opaque folder', [{ path: 'var/lib/dpkg/.wh..wh..opq' }]],
    ['an opaque root', [{ path: '.wh..wh..opq' }, { path: 'app', content: 'x' }]],
    ['a character device 0:0', [{ path: status, type: 'character' }]],
    ['a file in the place of its folder', [{ path: 'var/lib/dpkg', content: 'no folder' }]],
    ['a directory in its place', [{ path: status, type: 'directory' }]],
    ['a link to nowhere in its place', [{ path: status, type: 'symlink', linkTarget: '/nowhere' }]],
  ] as readonly (readonly [string, readonly TarEntry[]])[]
).map(([name, upper]) => ({
  name: `the dpkg database removed by ${name}`,
  make: () => onDebian(upper),
  problems: [{ code: 'packages.database-removed' }],
  packages: basePackages,
  exactly: true,
}));

const otherDatabases: readonly HostileCase[] = [
  {
    name: 'the apk database removed by a whiteout',
    make: () => image([alpineFiles(), [{ path: 'lib/apk/db/.wh.installed' }]]),
    problems: [{ code: 'packages.database-removed' }],
    packages: alpineFound,
    exactly: true,
  },
  {
    name: 'the apk database replaced by an empty file: packages whose files are there are found',
    make: () => image([alpineFiles(), [{ path: 'lib/apk/db/installed', content: '' }]]),
    packages: ['libcrypto3@3.1.4-r1', 'musl@1.2.4_git20230717-r4'],
  },
  {
    name: 'the dpkg database removed and written again above',
    make: () =>
      onDebian(
        [{ path: 'var/lib/.wh.dpkg' }],
        [{ path: status, content: dpkgStatus([{ name: 'new', version: '2' }]) }],
      ),
    packages: ['new@2'],
    silent: ['packages.database-removed'],
  },
  {
    name: 'the dpkg database removed and written again in the same layer',
    make: () =>
      onDebian([{ path: 'var/lib/.wh.dpkg' }, { path: status, content: dpkgStatus([{ name: 'new', version: '2' }]) }]),
    packages: ['new@2'],
    silent: ['packages.database-removed'],
  },
  {
    name: 'an upper layer that downgrades a package: the upper version counts',
    make: () =>
      onDebian([{ path: status, content: dpkgStatus([{ name: 'libssl3', version: '3.0.9-1', source: 'openssl' }]) }]),
    packages: ['libssl3@3.0.9-1'],
  },
];

export const whiteouts: readonly HostileGroup[] = [
  { title: 'names that are no whiteouts (T-01)', cases: ordinary },
  { title: 'whiteouts', cases: removed },
  { title: 'removed databases (T-04)', cases: [...removedDatabases, ...otherDatabases] },
];
