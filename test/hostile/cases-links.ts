import { apkInstalled, dpkgStatus } from '../support/databases.ts';
import { alpineFiles, alpinePackages, debianFiles, debianPackages } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';
import { basePackages, type HostileCase, type HostileGroup, image } from './hostile-case.ts';

const status = 'var/lib/dpkg/status';
const installed = 'lib/apk/db/installed';
const content = dpkgStatus(debianPackages);
const apkContent = apkInstalled(alpinePackages);
const alpineFound = alpinePackages.map((pkg) => `${pkg.name}@${pkg.version}`);

const without = (files: readonly TarEntry[], path: string) => files.filter((file) => file.path !== path);
/** The root file systems without their databases. */
const debian = without(debianFiles(), status);
const alpine = without(alpineFiles(), installed);
const debianBare = debian.filter((file) => !String(file.path).startsWith('var/lib/dpkg'));

const link = (path: string, linkTarget: string): TarEntry => ({ path, type: 'symlink', linkTarget });
const hard = (path: string, linkTarget: string): TarEntry => ({ path, type: 'hardlink', linkTarget });

/** T-07: however the database is reached, its packages are found. */
const reached: readonly HostileCase[] = (
  [
    ['a relative link', [[...debian, { path: 'opt/status', content }, link(status, '../../../opt/status')]]],
    ['an absolute link', [[...debian, { path: 'opt/status', content }, link(status, '/opt/status')]]],
    [
      'a link before its target in the layer',
      [[...debian, link(status, '/opt/status'), { path: 'opt/status', content }]],
    ],
    ['a link into a layer below', [[...debian, { path: 'opt/status', content }], [link(status, '/opt/status')]]],
    ['a link into a layer above', [[...debian, link(status, '/opt/status')], [{ path: 'opt/status', content }]]],
    [
      'a link whose target an upper layer replaces',
      [
        [...debian, link(status, '/opt/status'), { path: 'opt/status', content: '' }],
        [{ path: 'opt/status', content }],
      ],
    ],
    [
      'a chain of links across three layers',
      [[...debian, { path: 'srv/c', content }], [link('srv/b', 'c')], [link(status, '../../../srv/b')]],
    ],
    [
      'a link of thirty hops',
      [
        [
          ...debian,
          { path: 'srv/l30', content },
          ...Array.from({ length: 30 }, (_, i) => link(`srv/l${i}`, `l${i + 1}`)),
          link(status, '/srv/l0'),
        ],
      ],
    ],
    [
      'a link of the folder',
      [[...debianBare, { path: 'opt/dpkg/status', content }, link('var/lib/dpkg', '/opt/dpkg')]],
    ],
    [
      'a link of the folder in an upper layer',
      [[...debianBare, { path: 'opt/dpkg/status', content }], [link('var/lib/dpkg', '../../opt/dpkg')]],
    ],
    ['a link of a folder above', [[...debianBare, { path: 'data/lib/dpkg/status', content }, link('var', 'data')]]],
    [
      'a link with dots that go over the root',
      [[...debian, { path: 'opt/status', content }, link(status, '../../../../../../../../opt/status')]],
    ],
    [
      'a link through a link of a folder',
      [[...debian, { path: 'real/status', content }, link('opt', 'real'), link(status, '/opt/status')]],
    ],
    ['a hard link', [[...debian, { path: 'opt/status', content }, hard(status, 'opt/status')]]],
    [
      'a hard link written with a leading slash',
      [[...debian, { path: 'opt/status', content }, hard(status, '/opt/status')]],
    ],
    [
      'a hard link before its target in the layer',
      [[...debian, hard(status, 'opt/status'), { path: 'opt/status', content }]],
    ],
    ['a hard link into a layer below', [[...debian, { path: 'opt/status', content }], [hard(status, 'opt/status')]]],
    [
      'a hard link to a hard link',
      [[...debian, { path: 'opt/status', content }, hard('srv/s', 'opt/status'), hard(status, 'srv/s')]],
    ],
    [
      'a hard link to a link',
      [[...debian, { path: 'opt/status', content }, link('srv/s', '/opt/status'), hard(status, 'srv/s')]],
    ],
    [
      'a link to a hard link',
      [[...debian, { path: 'opt/status', content }, hard('srv/s', 'opt/status'), link(status, '/srv/s')]],
    ],
    [
      'a hard link whose target is removed above: the bytes stay',
      [[...debian, { path: 'opt/status', content }, hard(status, 'opt/status')], [{ path: 'opt/.wh.status' }]],
    ],
  ] as readonly (readonly [string, readonly (readonly TarEntry[])[]])[]
).map(([name, layers]) => ({
  name: `the dpkg database behind ${name}`,
  make: () => image(layers),
  packages: basePackages,
  exactly: true,
}));

const reachedApk: readonly HostileCase[] = (
  [
    [
      'a relative link',
      [[...alpine, { path: 'opt/installed', content: apkContent }, link(installed, '../../../opt/installed')]],
    ],
    [
      'an absolute link into a layer below',
      [[...alpine, { path: 'opt/installed', content: apkContent }], [link(installed, '/opt/installed')]],
    ],
    ['a hard link', [[...alpine, { path: 'opt/installed', content: apkContent }, hard(installed, 'opt/installed')]]],
    [
      'a link of lib to usr/lib',
      [
        [
          ...alpine.filter((file) => !String(file.path).startsWith('lib')),
          { path: 'usr/lib/apk/db/installed', content: apkContent },
          link('lib', 'usr/lib'),
        ],
      ],
    ],
  ] as readonly (readonly [string, readonly (readonly TarEntry[])[]])[]
).map(([name, layers]) => ({
  name: `the apk database behind ${name}`,
  make: () => image(layers),
  packages: alpineFound,
  exactly: true,
}));

/** A layer may name a file through a link of a lower layer: a runtime writes to where the link leads. */
const through: readonly HostileCase[] = [
  {
    name: 'a database written through a link of its folder',
    make: () =>
      image([
        [
          ...debianBare,
          { path: 'opt/dpkg/status', content: dpkgStatus([{ name: 'old', version: '1' }]) },
          link('var/lib/dpkg', '/opt/dpkg'),
        ],
        [{ path: status, content }],
      ]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a database removed through a link of its folder',
    make: () =>
      image([
        [...debianBare, { path: 'opt/dpkg/status', content }, link('var/lib/dpkg', '/opt/dpkg')],
        [{ path: 'var/lib/dpkg/.wh.status' }],
      ]),
    problems: [{ code: ['packages.database-removed', 'packages.none'] }],
  },
];

/** T-06: loops and links to nowhere are said, and everything else is found. */
const loops: readonly HostileCase[] = [
  {
    name: 'a database that is a link to itself',
    make: () => image([[...debian, link(status, 'status')]]),
    problems: [{ code: 'link.loop' }, { code: 'packages.none' }],
  },
  {
    name: 'a database in a circle of two links',
    make: () => image([[...debian, link(status, '/srv/a'), link('srv/a', `/${status}`)]]),
    problems: [{ code: 'link.loop' }],
  },
  {
    name: 'a database in a circle through a folder',
    make: () => image([[...debianBare, link('var/lib/dpkg', '/opt/x'), link('opt/x', '/var/lib/dpkg')]]),
    problems: [{ code: 'link.loop' }],
  },
  {
    name: 'a database behind a link that leads to the link below itself',
    make: () => image([[...debianBare, link('var/lib/dpkg', 'dpkg/dpkg')]]),
    problems: [{ code: 'link.loop' }],
  },
  {
    name: 'a hard link to itself',
    make: () => image([[...debian, hard(status, status)]]),
    problems: [{ code: ['link.loop', 'link.broken'] }],
  },
  {
    name: 'two hard links to each other',
    make: () => image([[...debian, hard(status, 'srv/a'), hard('srv/a', status)]]),
    problems: [{ code: ['link.loop', 'link.broken'] }],
  },
  {
    name: 'a chain of links longer than any runtime follows',
    make: () =>
      image([
        [
          ...debian,
          { path: 'srv/l60', content },
          ...Array.from({ length: 60 }, (_, i) => link(`srv/l${i}`, `l${i + 1}`)),
          link(status, '/srv/l0'),
        ],
      ]),
    problems: [{ code: 'link.loop' }],
  },
  {
    name: 'a link that doubles with every hop',
    make: () =>
      image([
        [
          ...debian,
          ...Array.from({ length: 30 }, (_, i) => link(`srv/l${i}`, `l${i + 1}/../l${i + 1}`)),
          link(status, '/srv/l0/status'),
        ],
      ]),
    problems: [{ code: ['link.loop', 'link.broken'] }],
  },
  {
    name: 'a loop elsewhere changes nothing',
    make: () =>
      image([
        [...debianFiles(), link('srv/a', 'b'), link('srv/b', 'a'), link('srv/self', 'self'), link('usr/lib/loop', '.')],
      ]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'os-release in a circle, another release file tells the distribution',
    make: () =>
      image([
        [...debianFiles().filter((file) => file.path !== 'etc/os-release'), link('etc/os-release', 'os-release')],
      ]),
    packages: basePackages,
    exactly: true,
  },
];

const broken: readonly HostileCase[] = [
  {
    name: 'a database that is a link to a file of this machine',
    make: () => image([[...debianBare, link(status, '/proc/self/environ')]]),
    problems: [{ code: 'link.broken' }, { code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a database that climbs to a file of this machine',
    make: () => image([[...debianBare, link(status, '../../../../../../../../../../../../etc/hostname')]]),
    problems: [{ code: 'link.broken' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a database that is a hard link to nothing',
    make: () => image([[...debianBare, hard(status, '../../../../etc/hostname')]]),
    problems: [{ code: 'link.broken' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a database that is a link without a target',
    make: () => image([[...debianBare, link(status, '')]]),
    problems: [{ code: ['link.broken', 'link.loop'] }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a database that is a link to a directory',
    make: () => image([[...debianBare, { path: 'opt/d', type: 'directory' }, link(status, '/opt/d')]]),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a link replaced by an upper layer',
    make: () => image([[...debian, link(status, '/nowhere')], [{ path: status, content }]]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a link in a parent that a file of an upper layer cannot pass',
    make: () =>
      image([[...debianFiles(), { path: 'srv/file', content: 'x' }], [{ path: 'srv/file/below', content: 'y' }]]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a link target of fifty thousand characters',
    make: () => image([[...debianFiles(), link('srv/l', 'a/'.repeat(25_000))]]),
    packages: basePackages,
    exactly: true,
  },
];

export const links: readonly HostileGroup[] = [
  { title: 'a database behind links (T-07)', cases: [...reached, ...reachedApk, ...through] },
  { title: 'loops (T-06)', cases: loops },
  { title: 'links to nowhere', cases: broken },
];
