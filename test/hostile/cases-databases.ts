import { apkInstalled, dpkgStatus } from '../support/databases.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { alpineFiles, alpinePackages, debianFiles, debianPackages } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';
import { basePackages, type ExpectedProblem, type HostileCase, type HostileGroup, image } from './hostile-case.ts';

const status = 'var/lib/dpkg/status';
const installed = 'lib/apk/db/installed';
const debian = debianFiles().filter((file) => file.path !== status);
const alpine = alpineFiles().filter((file) => file.path !== installed);
const alpineFound = alpinePackages.map((pkg) => `${pkg.name}@${pkg.version}`);

function withStatus(content: string | Uint8Array, more: Partial<TarEntry> = {}): Buffer {
  return image([[...debian, { path: status, content, ...more }]]);
}

function withInstalled(content: string | Uint8Array): Buffer {
  return image([[...alpine, { path: installed, content }]]);
}

/**
 * Cut databases: whole packages before the cut are found; a package that the cut made wrong or dropped is said.
 * A cut at the end of a package is a shorter database and nothing wrong.
 */
function cut(
  kind: string,
  path: string,
  text: string,
  found: readonly string[],
  make: (text: string) => Buffer,
): HostileCase[] {
  const cases: HostileCase[] = [];
  for (let length = 64; length < text.length; length += 64) {
    const before = text.slice(0, length);
    const whole = before.split('\n\n').length - 1;
    const rest = before.slice(before.lastIndexOf('\n\n') + 2);
    // Where the version is cut or missing, a wrong package or none would be listed.
    const version = /^(?:Version: |V:)(?<value>.*)\n/m.exec(rest)?.groups?.['value'];
    const started = /^(?:Package: |P:)/m.test(rest);
    const mustSay = started && version === undefined;
    cases.push({
      name: `${kind} cut after ${length} of ${text.length} bytes`,
      make: () => make(before),
      ...(mustSay && { problems: [{ code: 'file.format', path }] as readonly ExpectedProblem[] }),
      packages: found.slice(0, whole),
    });
  }
  return cases;
}

const cuts: readonly HostileCase[] = [
  ...cut('a dpkg database', status, dpkgStatus(debianPackages), basePackages, withStatus),
  ...cut('an apk database', installed, apkInstalled(alpinePackages), alpineFound, withInstalled),
];

const good = dpkgStatus([{ name: 'good', version: '1.0' }]);
const goodApk = apkInstalled([{ name: 'good', version: '1.0' }]);
const other = dpkgStatus([{ name: 'other', version: '2.0' }]);

/** Text between two good paragraphs: both must be found, and the text between them must be told where it loses something. */
function between(name: string, middle: string | Uint8Array, more: Partial<HostileCase> = {}): HostileCase {
  return {
    name: `a dpkg database with ${name}`,
    make: () => withStatus(Buffer.concat([Buffer.from(good), Buffer.from(middle as Uint8Array), Buffer.from(other)])),
    packages: ['good@1.0', 'other@2.0'],
    ...more,
  };
}

const said: Partial<HostileCase> = { problems: [{ code: 'file.format', path: status }] };

const dpkg: readonly HostileCase[] = [
  {
    name: 'an empty dpkg database',
    make: () => withStatus(''),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a dpkg database of one byte',
    make: () => withStatus('x'),
    problems: [{ code: 'file.format', path: status }],
  },
  {
    name: 'a dpkg database of line breaks',
    make: () => withStatus('\n'.repeat(5000)),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a dpkg database of zeros',
    make: () => withStatus(Buffer.alloc(5000)),
    problems: [{ code: 'file.format', path: status }],
  },
  {
    name: 'a dpkg database of noise',
    make: () =>
      withStatus(Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31 + (i >> 3) * 7919) & 0xff))),
    problems: [{ code: 'file.format', path: status }],
  },
  {
    name: 'an SQLite file in the place of a dpkg database',
    make: () => withStatus('SQLite format 3\0'.padEnd(4096, '\0')),
    problems: [{ code: 'file.format', path: status }],
  },
  between('a paragraph without a version', 'Package: lost\nStatus: install ok installed\n\n', said),
  between('a paragraph without a name', 'Status: install ok installed\nVersion: 1\n\n', said),
  between('a line that is no field', 'Package: a\nStatus: install ok installed\nVersion: 1\nno colon here\n\n', said),
  between(
    'a continuation line at the start of a paragraph',
    ' lonely\nPackage: a\nStatus: install ok installed\nVersion: 1\n\n',
    { packages: ['good@1.0', 'other@2.0', 'a@1'] },
  ),
  between('three empty lines between paragraphs', '\n\n\n', { exactly: true, silent: ['file.format'] }),
  between('lines of blanks between paragraphs', '\nPackage: a\nStatus: install ok installed\nVersion: 1\n \t\n\n', {}),
  between('field names in other cases', 'PACKAGE: a\nstatus: install ok installed\nvErSiOn: 1\n\n', {
    packages: ['good@1.0', 'other@2.0', 'a@1'],
    silent: ['file.format'],
  }),
  between('blanks around the values', 'Package:a\nStatus:  install ok installed  \nVersion:\t1 \n\n', {
    packages: ['good@1.0', 'other@2.0', 'a@1'],
    silent: ['file.format'],
  }),
  between('carriage returns', 'Package: a\r\nStatus: install ok installed\r\nVersion: 1\r\n\r\n', {
    packages: ['good@1.0', 'other@2.0', 'a@1'],
  }),
  between('a package that is removed but configured', 'Package: a\nStatus: deinstall ok config-files\nVersion: 1\n\n', {
    absent: ['a'],
    silent: ['file.format'],
  }),
  between('a package that is only known', 'Package: a\nStatus: unknown ok not-installed\n\n', {
    absent: ['a'],
    silent: ['file.format'],
  }),
  between(
    'a package half installed: its files are there',
    'Package: a\nStatus: install reinstreq half-installed\nVersion: 1\n\n',
    {},
  ),
  between('a version field twice', 'Package: a\nStatus: install ok installed\nVersion: 1\nVersion: 2\n\n', {}),
  between('a package twice', 'Package: good\nStatus: install ok installed\nVersion: 9\n\n', {}),
  between(
    'a name that is no UTF-8',
    Buffer.from('Package: caf\xe9\nStatus: install ok installed\nVersion: 1\n\n', 'latin1'),
  ),
  between(
    'names of the prototype',
    'Package: __proto__\nStatus: install ok installed\nVersion: 1\n\nPackage: constructor\nStatus: install ok installed\nVersion: 1\n__proto__: x\nconstructor: y\n\n',
    { packages: ['good@1.0', 'other@2.0', '__proto__@1', 'constructor@1'] },
  ),
  between('NUL in a value', 'Package: a\0b\nStatus: install ok installed\nVersion: 1\0\n\n'),
  between('a name of a megabyte', `Package: ${'n'.repeat(1 << 20)}\nStatus: install ok installed\nVersion: 1\n\n`),
  between('a version of a megabyte', `Package: a\nStatus: install ok installed\nVersion: ${'1.'.repeat(1 << 19)}1\n\n`),
  between(
    'a paragraph of a hundred thousand fields',
    `Package: a\nStatus: install ok installed\nVersion: 1\n${Array.from({ length: 100_000 }, (_, i) => `X-${i}: y\n`).join('')}\n`,
    { packages: ['good@1.0', 'other@2.0', 'a@1'] },
  ),
  between(
    'a source field of nothing but brackets',
    'Package: a\nStatus: install ok installed\nVersion: 1\nSource: ((((((()\n\n',
  ),
  between('a source field without a name', 'Package: a\nStatus: install ok installed\nVersion: 1\nSource: (1.0)\n\n'),
  {
    name: 'fifty thousand packages',
    make: () => withStatus(dpkgStatus(Array.from({ length: 50_000 }, (_, i) => ({ name: `p${i}`, version: '1' })))),
    packages: ['p0@1', 'p49999@1'],
  },
  {
    name: 'a line of 100 MB in a dpkg database',
    make: () =>
      withStatus(
        Buffer.concat([
          Buffer.from(`${good}Package: long\nStatus: install ok installed\nVersion: 1\nDescription: `),
          Buffer.alloc(100 << 20, 'x'),
          Buffer.from(`\n\n${other}`),
        ]),
      ),
    problems: [{ code: 'file.too-large', path: status }],
    packages: ['good@1.0'],
  },
  {
    name: 'a dpkg database longer than may be read',
    limits: { bodyBytes: 4000 },
    make: () => withStatus(dpkgStatus(Array.from({ length: 500 }, (_, i) => ({ name: `p${i}`, version: '1' })))),
    problems: [{ code: 'file.too-large', path: status }],
    packages: ['p0@1', 'p1@1'],
    absent: ['p499'],
  },
  {
    name: 'a dpkg database that is a directory',
    make: () => image([[...debian, { path: status, type: 'directory' }]]),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a dpkg database that is a pipe',
    make: () => image([[...debian, { path: status, type: 'fifo' }]]),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'file lists that are noise',
    make: () =>
      image([
        [
          ...debianFiles(),
          { path: 'var/lib/dpkg/info/bash.list', content: Buffer.alloc(3000, 0xff) },
          { path: 'var/lib/dpkg/info/libc6.md5sums', content: '\0\n\n  \nzz\n' },
        ],
      ]),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'diversions that are cut',
    make: () => image([[...debianFiles(), { path: 'var/lib/dpkg/diversions', content: '/bin/sh\n/bin/sh.distrib\n' }]]),
    packages: basePackages,
  },
];

const apk: readonly HostileCase[] = [
  {
    name: 'an empty apk database',
    make: () => withInstalled(''),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'an apk database of one byte',
    make: () => withInstalled('x'),
    problems: [{ code: 'file.format', path: installed }],
  },
  {
    name: 'an apk database of zeros',
    make: () => withInstalled(Buffer.alloc(5000)),
    problems: [{ code: 'file.format', path: installed }],
  },
  {
    name: 'an apk database of noise',
    make: () =>
      withInstalled(Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31 + (i >> 3) * 7919) & 0xff))),
    problems: [{ code: 'file.format', path: installed }],
  },
  ...(
    [
      ['a package without a version', 'P:lost\nA:x86_64\n\n', true],
      ['a package without a name', 'V:1\nA:x86_64\n\n', true],
      ['a line without a colon', 'P:a\nV:1\nnothing\n\n', true],
      ['unknown fields', 'P:a\nV:1\nz:unknown\n?:also\n\n', false],
      ['a file before its folder', 'P:a\nV:1\nR:file\n\n', false],
      ['a name of the prototype', 'P:__proto__\nV:1\n\n', false],
      ['a name that is no UTF-8', 'P:caf\xe9\nV:1\n\n', false],
      ['carriage returns', 'P:a\r\nV:1\r\n\r\n', false],
      ['a package twice', 'P:good\nV:9.0\n\n', false],
    ] as const
  ).map(
    ([name, middle, mustSay]): HostileCase => ({
      name: `an apk database with ${name}`,
      make: () =>
        withInstalled(
          Buffer.concat([
            Buffer.from(goodApk),
            Buffer.from(middle, 'latin1'),
            Buffer.from(apkInstalled([{ name: 'other', version: '2.0' }])),
          ]),
        ),
      ...(mustSay && { problems: [{ code: 'file.format', path: installed }] as readonly ExpectedProblem[] }),
      packages: name === 'a package twice' ? ['other@2.0'] : ['good@1.0', 'other@2.0'],
    }),
  ),
  {
    name: 'fifty thousand apk packages',
    make: () =>
      withInstalled(apkInstalled(Array.from({ length: 50_000 }, (_, i) => ({ name: `p${i}`, version: '1' })))),
    packages: ['p0@1', 'p49999@1'],
  },
];

/** Versions that cannot be compared, of a package on which there are advisories: neither safe nor vulnerable. */
const versions: readonly HostileCase[] = (
  [
    ['deb', ['1 2', 'é', '1:2:3:a b', ':', '1:', '1~~(', '$(id)', '../../x', 'a\tb', '-1', '9'.repeat(400)]],
    ['apk', ['abc', '$(id)', 'é', '1.0 beta', '1.0/../x', '1..2', '1.0_unknown', '1.0-rx']],
  ] as const
).flatMap(([scheme, texts]) =>
  texts.map((version): HostileCase => {
    const isDeb = scheme === 'deb';
    const pkg = { name: isDeb ? 'libssl3' : 'libcrypto3', version, source: 'openssl' };
    // These have an order all the same: dpkg and apk compare them.
    const ordered = ['-1', '1..2', '1.0_unknown', '1.0-rx'].includes(version) || /^9+$/.test(version);
    return {
      name: `the ${scheme} version ${JSON.stringify(version.length > 40 ? `${version.slice(0, 9)}...` : version)}`,
      make: () => (isDeb ? withStatus(dpkgStatus([pkg])) : withInstalled(apkInstalled([pkg]))),
      ...(!ordered && { problems: [{ code: ['version.invalid', 'file.format'] }] as readonly ExpectedProblem[] }),
    };
  }),
);

/** Release files that say nothing, too much or something else. */
const releases: readonly HostileCase[] = (
  [
    ['is empty', ''],
    ['is noise', Buffer.alloc(4096, 0xfe)],
    ['names an unheard-of distribution', 'ID=unheard-of\nVERSION_ID=1\n'],
    ['has a release that is a path', 'ID=debian\nVERSION_ID="../../12"\n'],
    ['has an ID of the prototype', 'ID=__proto__\nVERSION_ID=constructor\n'],
    ['has escape sequences in its name', 'ID="deb\x1b[2Jian"\nVERSION_ID="12\u202e"\nPRETTY_NAME="\x1b]0;title\x07"\n'],
    ['has a value of a megabyte', `ID=${'x'.repeat(1 << 20)}\n`],
  ] as const
).map(([name, content]) => ({
  name: `an os-release that ${name}`,
  make: () =>
    dockerArchive({
      layers: [
        layer([
          ...debianFiles().filter((file) => !['usr/lib/os-release', 'etc/debian_version'].includes(String(file.path))),
          { path: 'usr/lib/os-release', content },
        ]),
      ],
    }),
  // Where nothing is named, the version of base-files tells the release.
  ...(!['is empty', 'is noise'].includes(name) && {
    problems: [{ code: ['distribution.unknown', 'advisories.namespace-missing'] }] as readonly ExpectedProblem[],
  }),
  packages: basePackages,
  exactly: true,
}));

export const databases: readonly HostileGroup[] = [
  { title: 'cut databases (T-08)', cases: cuts },
  { title: 'dpkg databases', cases: dpkg },
  { title: 'apk databases', cases: apk },
  { title: 'versions (T-18)', cases: versions },
  { title: 'release files', cases: releases },
];
