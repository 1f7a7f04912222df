import { dpkgStatus } from '../support/databases.ts';
import { dockerArchive } from '../support/image.ts';
import { debianFiles, debianLayer, debianPackages } from '../support/root-file-systems.ts';
import { paxBody, type TarEntry, tar } from '../support/tar.ts';
import { basePackages, type HostileCase, type HostileGroup, image, onDebian } from './hostile-case.ts';

const status = 'var/lib/dpkg/status';
const extra = dpkgStatus([...debianPackages, { name: 'extra', version: '1.0' }]);
const withExtra = [...basePackages, 'extra@1.0'];

/** The whole database again, written in an unusual way, by an upper layer: `extra` shows that it was read. */
const forms: readonly HostileCase[] = [
  ['a PAX path', { path: 'ignored', pax: [['path', status]] }],
  ['a PAX path with a leading slash and dots', { path: 'ignored', pax: [['path', `/./var//lib/x/../dpkg/status`]] }],
  ['a GNU long name', { path: status, longNames: 'always-gnu', format: 'gnu' }],
  ['base-256 numbers', { path: status, base256: true, format: 'gnu' }],
  ['version 7, without a magic', { path: status, format: 'v7' }],
  ['a GNU header', { path: status, format: 'gnu' }],
  ['a name from ./', { path: `./${status}` }],
  ['a name from /', { path: `/${status}` }],
  ['the type flag of contiguous files', { path: status, typeFlag: '7' }],
  ['the type flag NUL', { path: status, typeFlag: '\0' }],
  ['a PAX size that overrules the header', { path: status, declaredSize: 0, pax: [['size', String(extra.length)]] }],
  [
    'PAX times, owners and comments',
    {
      path: status,
      pax: [
        ['mtime', '1.5'],
        ['uname', 'root'],
        ['comment', 'c'],
        ['LIBARCHIVE.xattr.x', 'y'],
      ],
    },
  ],
  [
    'a PAX record that comes twice',
    {
      path: 'ignored',
      pax: [
        ['path', 'first'],
        ['path', status],
      ],
    },
  ],
  ['an empty PAX path, which deletes nothing', { path: status, pax: [['path', '']] }],
  ['a global PAX header before it', { path: status, globalPax: [['comment', 'of all members']] }],
  ['huge owner numbers', { path: status, uid: 2_000_000_000, gid: 2_000_000_000, base256: true }],
  ['a PAX path and a GNU name: GNU wins, as in Go', { path: status, longNames: 'always-gnu', pax: [['path', 'x']] }],
].map(([name, entry]) => ({
  name: `the database with ${name}`,
  make: () => onDebian([{ content: extra, ...(entry as TarEntry) }]),
  packages: withExtra,
  exactly: true,
  silent: 'all',
}));

const duplicates: readonly HostileCase[] = [
  {
    name: 'a file twice in one layer: the last counts',
    make: () =>
      onDebian([
        { path: status, content: 'Package: first\nStatus: install ok installed\nVersion: 1\n' },
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'a file and then a directory of the same name: the last counts',
    make: () =>
      onDebian([
        { path: 'srv/a', content: 'file' },
        { path: 'srv/a', type: 'directory' },
        { path: 'srv/a/b', content: 'x' },
      ]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'the database and then a link of the same name to another: the last counts',
    make: () =>
      onDebian([
        { path: 'srv/status', content: extra },
        { path: status, content: '' },
        { path: status, type: 'symlink', linkTarget: '/srv/status' },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'one name written in two ways',
    make: () =>
      onDebian([
        { path: `./${status}`, content: '' },
        { path: `var/lib/../lib/dpkg//status`, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'a name that comes ten thousand times',
    make: () =>
      onDebian([
        ...Array.from({ length: 10_000 }, () => ({ path: 'srv/again', content: 'x' })),
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
];

const damaged: readonly HostileCase[] = [
  {
    name: 'a wrong checksum in the middle',
    make: () => image([[...debianFiles(), { path: 'srv/bad', checksum: 1 }, { path: 'srv/after', content: 'x' }]]),
    problems: [{ code: 'layer.damaged', layer: 0 }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a negative size in base 256',
    make: () => image([[...debianFiles(), { path: 'srv/bad', declaredSize: -512 }]]),
    problems: [{ code: 'layer.damaged', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a size above 2^53 in base 256',
    make: () => image([[...debianFiles(), { path: 'srv/bad', declaredSize: 2n ** 63n }]]),
    problems: [{ code: ['layer.damaged', 'layer.limit', 'layer.truncated'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a size larger than the archive',
    make: () => image([[...debianFiles(), { path: 'srv/bad', declaredSize: 5_000_000_000 }]]),
    problems: [{ code: 'layer.truncated', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a size larger than a layer may be',
    limits: { layerBytes: 1_000_000 },
    make: () => image([[...debianFiles(), { path: 'srv/bad', declaredSize: 5_000_000 }]]),
    problems: [{ code: ['layer.limit', 'layer.truncated'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a size that is no number',
    make: () => image([[...debianFiles(), { path: 'srv/bad', patch: [[124, '12x4567890\0']] }]]),
    problems: [{ code: 'layer.damaged', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a PAX record without a length',
    make: () => image([[...debianFiles(), ...paxMember('path=x\n')]]),
    problems: [{ code: ['layer.damaged', 'file.format'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a PAX record longer than its header',
    make: () => image([[...debianFiles(), ...paxMember('99 path=x\n')]]),
    problems: [{ code: ['layer.damaged', 'file.format'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a PAX size that is negative',
    make: () => image([[...debianFiles(), { path: 'srv/bad', pax: [['size', '-1']] }]]),
    problems: [{ code: ['layer.damaged', 'file.format'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a PAX size of a thousand digits',
    make: () => image([[...debianFiles(), { path: 'srv/bad', pax: [['size', '9'.repeat(1000)]] }]]),
    problems: [{ code: ['layer.damaged', 'layer.limit', 'file.format'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a PAX header larger than headers may be',
    limits: { headerBytes: 10_000 },
    make: () =>
      onDebian([
        { path: 'srv/a', pax: [['comment', 'c'.repeat(20_000)]] },
        { path: status, content: extra },
      ]),
    problems: [{ code: 'layer.limit', layer: 1 }],
    packages: withExtra,
  },
  {
    name: 'a GNU long name larger than headers may be',
    limits: { headerBytes: 10_000 },
    make: () =>
      onDebian([
        { path: 'n'.repeat(20_000), longNames: 'gnu', content: 'x' },
        { path: status, content: extra },
      ]),
    problems: [{ code: 'layer.limit', layer: 1 }],
    packages: withExtra,
  },
  {
    name: 'a header extension and nothing after it',
    make: () => onDebian([...paxMember(paxBody([['path', 'x']])).slice(0, 1)]),
    packages: basePackages,
  },
  {
    name: 'no end blocks',
    make: () => dockerArchive({ layers: [tar(debianFiles(), { endBlocks: 0 })] }),
    packages: basePackages,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'one end block',
    make: () => dockerArchive({ layers: [tar(debianFiles(), { endBlocks: 1 })] }),
    packages: basePackages,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'a member behind the end blocks: tar does not read it, and neither do we',
    make: () =>
      dockerArchive({ layers: [debianLayer(), Buffer.concat([tar([]), tar([{ path: status, content: extra }])])] }),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a single zero block between two members',
    make: () => image([[...debianFiles(), Buffer.alloc(512), { path: status, content: extra }]]),
    problems: [{ code: 'layer.damaged', layer: 0 }],
  },
  {
    name: 'zeros of a megabyte behind the end blocks, as some writers pad',
    make: () => dockerArchive({ layers: [tar(debianFiles(), { endBlocks: 2048 })] }),
    packages: basePackages,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'a member of an unknown type',
    make: () =>
      onDebian([
        { path: 'srv/odd', typeFlag: 'Q', content: 'x'.repeat(700) },
        { path: status, content: extra },
      ]),
    problems: [{ code: 'file.format', layer: 1 }],
    packages: withExtra,
  },
  {
    name: 'a directory and a link that claim a size have no body, as container engines read them',
    make: () =>
      onDebian([
        { path: 'srv/d', type: 'directory', declaredSize: 700 },
        { path: 'srv/l', type: 'symlink', linkTarget: 'd', declaredSize: 700 },
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'an old GNU sparse database',
    make: () =>
      onDebian([
        {
          path: status,
          typeFlag: 'S',
          format: 'gnu',
          content: extra,
          patch: [
            [386, `00000000000\0${extra.length.toString(8).padStart(11, '0')}\0`],
            [483, `${extra.length.toString(8).padStart(11, '0')}\0`],
          ],
        },
      ]),
    problems: [{ code: 'file.sparse', layer: 1, path: status }],
  },
  {
    name: 'a PAX sparse database that claims to be a terabyte',
    make: () =>
      onDebian([
        {
          path: 'GNUSparseFile.0/status',
          content: `1\n0\n${extra.length}\n`.padEnd(512, '\0') + extra,
          pax: [
            ['GNU.sparse.major', '1'],
            ['GNU.sparse.minor', '0'],
            ['GNU.sparse.name', status],
            ['GNU.sparse.realsize', '1099511627776'],
          ],
        },
      ]),
    problems: [{ code: 'file.sparse', layer: 1, path: status }],
  },
  {
    name: 'more members than a layer may have',
    limits: { entries: 100 },
    make: () => onDebian(Array.from({ length: 200 }, (_, i) => ({ path: `srv/${i}` }))),
    problems: [{ code: 'layer.limit', layer: 1 }],
    packages: basePackages,
  },
];

function paxMember(body: string | Uint8Array): TarEntry[] {
  return [
    { path: 'PaxHeaders/0', typeFlag: 'x', content: body },
    { path: 'srv/after', content: 'x' },
  ];
}

const names: readonly HostileCase[] = [
  {
    name: 'names that climb out of the root end at the root (T-25)',
    make: () =>
      onDebian([
        { path: '../../../../../tmp/drydock-escape', content: 'x' },
        { path: `../../${status}`, content: extra },
      ]),
    problems: [
      { code: 'file.path-escapes', layer: 1, path: 'tmp/drydock-escape' },
      { code: 'file.path-escapes', layer: 1, path: status },
    ],
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'a name of dots only',
    make: () =>
      onDebian([
        { path: '..', type: 'directory' },
        { path: '.', type: 'directory' },
        { path: './', type: 'directory' },
      ]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'an empty name',
    make: () => onDebian([{ path: '', content: 'x' }]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a name with NUL in a PAX record',
    make: () => onDebian([{ path: 'x', content: 'x', pax: [['path', `${status}\0.txt`]] }]),
    packages: basePackages,
  },
  {
    name: 'names that are no UTF-8',
    make: () =>
      onDebian([
        { path: Buffer.from('srv/caf\xe9', 'latin1'), content: 'x' },
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'backslashes and drive letters are ordinary characters',
    make: () =>
      onDebian([
        { path: 'C:\\Windows\\..\\..\\x', content: 'x' },
        { path: 'srv\\..\\..\\y', content: 'y' },
      ]),
    packages: basePackages,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'a name of fifty thousand characters',
    make: () => onDebian([{ path: `srv/${'n'.repeat(50_000)}`, content: 'x' }]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a name longer than names may be',
    limits: { pathBytes: 1000 },
    make: () =>
      onDebian([
        { path: `srv/${'n'.repeat(2000)}`, content: 'x' },
        { path: status, content: extra },
      ]),
    problems: [{ code: 'layer.limit', layer: 1 }],
    packages: withExtra,
  },
  {
    name: 'twenty thousand directories inside each other',
    make: () =>
      onDebian([
        { path: 'd/'.repeat(20_000), type: 'directory' },
        { path: status, content: extra },
      ]),
    packages: withExtra,
  },
  {
    name: 'names of the prototype',
    make: () =>
      onDebian([
        { path: '__proto__/polluted', content: 'x' },
        { path: 'constructor/prototype', content: 'x' },
        { path: 'var/lib/dpkg/info/__proto__.list', content: '/.\n/srv/x\n' },
        { path: 'hasOwnProperty', content: 'x' },
        { path: 'toString/valueOf', content: 'x' },
      ]),
    packages: basePackages,
    exactly: true,
  },
];

/** Many members: each is looked at a fixed number of times, or the test runs into its time limit. */
const many: readonly HostileCase[] = [
  {
    name: '200,000 members and 10,000 whiteouts (T-02)',
    make: () =>
      onDebian(
        Array.from({ length: 200_000 }, (_, i) => ({ path: `srv/d${i % 1000}/f${i}` })),
        [
          ...Array.from({ length: 10_000 }, (_, i) => ({ path: `srv/d${i % 1000}/.wh.f${i}` })),
          ...Array.from({ length: 500 }, (_, i) => ({ path: `srv/d${i}/.wh..wh..opq` })),
        ],
      ),
    packages: basePackages,
    exactly: true,
    silent: 'all',
    // Half of the directories are opaque; of the other half, the first 10 files of each were removed.
    files: debianFiles().filter((entry) => (entry.type ?? 'file') === 'file').length + 500 * 190,
  },
  {
    name: '100,000 links in one directory that lead to one another',
    make: () =>
      onDebian(
        Array.from({ length: 100_000 }, (_, i) => ({ path: `srv/l${i}`, type: 'symlink', linkTarget: `l${i + 1}` })),
      ),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a global PAX header of 20,000 records before 10,000 members with records of their own',
    make: () =>
      onDebian([
        { path: 'srv/first', globalPax: Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 'v'] as const) },
        ...Array.from({ length: 10_000 }, (_, i) => ({ path: `srv/f${i}`, pax: [['comment', 'c'] as const] })),
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: '4,000 global PAX headers, each with a record of its own',
    make: () =>
      onDebian([
        ...Array.from({ length: 4000 }, (_, i) => ({ path: `srv/f${i}`, globalPax: [[`k${i}`, 'v'] as const] })),
        { path: status, content: extra },
      ]),
    packages: withExtra,
    exactly: true,
  },
  {
    name: 'a few members that imply more directories than an image may have members',
    limits: { imageEntries: 50_000 },
    make: () => onDebian(Array.from({ length: 40 }, (_, i) => ({ path: `x${i}/${'d/'.repeat(2_000)}f` }))),
    problems: [{ code: 'layer.limit' }],
    packages: basePackages,
  },
  {
    name: '300 layers of one file each',
    make: () => onDebian(...Array.from({ length: 300 }, (_, i) => [{ path: `srv/f${i}`, content: `${i}` }])),
    packages: basePackages,
    exactly: true,
    silent: 'all',
    files: debianFiles().filter((entry) => (entry.type ?? 'file') === 'file').length + 300,
  },
];

export const tars: readonly HostileGroup[] = [
  { title: 'forms of members', cases: forms },
  { title: 'duplicate members', cases: duplicates },
  { title: 'damaged members', cases: damaged },
  { title: 'names of members', cases: names },
  { title: 'many members', cases: many },
];
