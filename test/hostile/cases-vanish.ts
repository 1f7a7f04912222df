import { gzipSync } from 'node:zlib';
import { apkInstalled, dpkgStatus } from '../support/databases.ts';
import { dockerArchive, layer, ociLayout } from '../support/image.ts';
import { alpineFiles, alpinePackages, debianFiles, debianLayer, debianPackages } from '../support/root-file-systems.ts';
import { paxBody, type TarEntry, tar } from '../support/tar.ts';
import { basePackages, type HostileCase, type HostileGroup, image, onDebian } from './hostile-case.ts';

const status = 'var/lib/dpkg/status';
const folder = 'var/lib/dpkg/status.d';
const extra = dpkgStatus([...debianPackages, { name: 'extra', version: '1.0' }]);
const withExtra = [...basePackages, 'extra@1.0'];
const alpine = alpinePackages.map((pkg) => `${pkg.name}@${pkg.version}`);
const one = dpkgStatus([{ name: 'one', version: '1' }]);

/** Odd members before the database: a reader that stumbles over them never sees what follows. */
const stumbles: readonly HostileCase[] = (
  [
    [
      'a file whose name ends in a slash, with a body of zeros',
      { path: 'x/', type: 'file', content: Buffer.alloc(1024) },
    ],
    ['a size with a leading NUL', { path: 'x', content: 'y'.repeat(600), patch: [[124, '\x000000001130\0']] }],
    [
      'a sparse map that goes on by the byte 2',
      {
        path: 's',
        typeFlag: 'S',
        format: 'gnu',
        patch: [
          [482, '\x02'],
          [483, '00000000000\0'],
        ],
      },
    ],
  ] as const satisfies readonly (readonly [string, TarEntry])[]
).map(([name, entry]) => ({
  name: `the database behind ${name}`,
  make: () =>
    onDebian([
      entry as TarEntry,
      ...(name.startsWith('a sparse') ? [Buffer.alloc(512)] : []),
      { path: status, content: extra },
    ]),
  packages: withExtra,
  exactly: true,
}));

/** What one program reads and another does not: the runtime's way counts. */
const readers: readonly HostileCase[] = [
  {
    name: 'a global header that gives all members another path',
    make: () =>
      onDebian([
        tar([{ path: 'g', typeFlag: 'g', content: paxBody([['path', 'opt/decoy']]) }], { endBlocks: 0 }),
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'a sparse name without a sparse map',
    make: () => onDebian([{ path: status, content: extra, pax: [['GNU.sparse.name', 'opt/decoy']] }]),
    packages: withExtra,
    exactly: true,
  },
];

const assembled: readonly HostileCase[] = [
  {
    name: 'several packages in one file of status.d',
    make: () => image([[{ path: `${folder}/all`, content: one + dpkgStatus([{ name: 'two', version: '2' }]) }]]),
    packages: ['one@1', 'two@2'],
    exactly: true,
  },
  {
    name: 'a decoy of the apk database at its other place',
    make: () =>
      image([
        alpineFiles(),
        [{ path: 'usr/lib/apk/db/installed', content: apkInstalled([{ name: 'decoy', version: '1' }]) }],
      ]),
    packages: [...alpine, 'decoy@1'],
    exactly: true,
  },
  {
    name: 'a hard link to a file that the same layer removes',
    make: () =>
      image([
        [{ path: 'opt/db', content: one }],
        [{ path: status, type: 'hardlink', linkTarget: 'opt/db' }, { path: 'opt/.wh.db' }],
      ]),
    packages: ['one@1'],
    exactly: true,
  },
  {
    name: 'a whiteout in a directory that takes the place of a link',
    make: () =>
      image([
        [
          { path: `${folder}/one`, content: one },
          { path: 'x', type: 'symlink', linkTarget: folder },
        ],
        [{ path: 'x', type: 'directory' }, { path: 'x/.wh.one' }],
      ]),
    packages: ['one@1'],
    exactly: true,
  },
  {
    name: 'a hard link to a member that comes again as a decoy',
    make: () =>
      image([
        [
          { path: 'opt/f', content: one },
          { path: status, type: 'hardlink', linkTarget: 'opt/f' },
          { path: 'opt/f', content: dpkgStatus([{ name: 'decoy', version: '1' }]) },
        ],
      ]),
    packages: ['one@1'],
    exactly: true,
  },
  {
    name: 'a package of status.d that is removed while its files stay',
    make: () =>
      image([
        [
          { path: `${folder}/one`, content: one },
          { path: `${folder}/one.md5sums`, content: 'd41d8cd98f00b204e9800998ecf8427e  usr/bin/one\n' },
          { path: 'usr/bin/one', content: 'x', mode: 0o755 },
        ],
        [{ path: `${folder}/.wh.one` }],
      ]),
    packages: ['one@1'],
    exactly: true,
  },
  {
    name: 'more packages in all layers than an image may have',
    limits: { packages: 8 },
    make: () => onDebian([{ path: status, content: extra }]),
    problems: [{ code: 'layer.limit', says: 'packages', layer: 1 }],
    packages: basePackages,
  },
  {
    name: 'what is no rpm database where one would be, beside the one of dpkg',
    make: () => onDebian([{ path: 'var/lib/rpm/rpmdb.sqlite', content: 'x' }]),
    problems: [{ code: 'file.format', path: 'var/lib/rpm/rpmdb.sqlite', layer: 1 }],
    packages: basePackages,
    exactly: true,
  },
];

const described: readonly HostileCase[] = [
  {
    name: 'a manifest that names its layers in two spellings',
    make: () =>
      dockerArchive({
        layers: [debianLayer()],
        edit: (files) => {
          const text = String(files.get('manifest.json')).replace('"Layers"', '"layers":[],"Layers"');
          files.set('manifest.json', Buffer.from(text));
        },
      }),
    error: { code: 'source.unreadable', says: 'two spellings' },
  },
  {
    name: 'a manifest that comes twice',
    make: () => {
      const archive = dockerArchive({ layers: [debianLayer()], tarOptions: { endBlocks: 0 } });
      return Buffer.concat([archive, tar([{ path: 'manifest.json', content: '[]' }])]);
    },
    error: { code: 'source.unreadable', says: 'names no image' },
  },
  {
    name: 'an image that calls itself an attestation',
    make: () =>
      ociLayout({ layers: [debianLayer()], annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'an archive whose compression is cut just behind a member',
    make: () => {
      const whole = layer([...debianFiles()]);
      return Buffer.concat([gzipSync(whole.subarray(0, whole.length - 1024)).subarray(0, -8)]);
    },
    problems: [{ code: ['layer.damaged', 'layer.truncated'] }],
  },
  {
    name: 'a root file system that holds the manifest of another image',
    make: () => layer([...debianFiles(), { path: 'manifest.json', content: '[{"Layers":[]}]' }]),
    problems: [{ code: 'image.ambiguous' }],
  },
];

/** Attempts to show a scanner another image than the one that runs. */
export const vanishing: readonly HostileGroup[] = [
  { title: 'members that a reader stumbles over', cases: stumbles },
  { title: 'members that programs read differently', cases: readers },
  { title: 'packages that are to vanish', cases: assembled },
  { title: 'descriptions that disagree', cases: described },
];
