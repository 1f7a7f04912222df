import { alpineFiles, alpinePackages, debianFiles } from '../support/root-file-systems.ts';
import { numbersValue, textsValue, textValue } from '../support/rpm.ts';
import { basePackages, type HostileCase, type HostileGroup, image } from './hostile-case.ts';
import { badRpm, lyingRpm, type RpmForm, rpmDatabase, rpmForms, smallRpm } from './rpm-databases.ts';

const folder = 'var/lib/rpm';
const forms = Object.keys(rpmForms) as RpmForm[];
const alpineFound = alpinePackages.map((pkg) => `${pkg.name}@${pkg.version}`);

/** Three packages, the second of which does not fit on one page; `first` and `last` stand around what is damaged. */
const first = smallRpm('first');
const last = smallRpm('last');
const long = smallRpm('long', { tags: { 1005: textValue('d'.repeat(20_000)) } });
const neighbours = ['first@1.0-1', 'last@1.0-1'];

function healthy(form: RpmForm): Buffer {
  return rpmDatabase(form, [first, long, last]);
}

/** A Debian image with this database of rpm beside its own: that one is healthy and must be read. */
function beside(form: RpmForm, database: Uint8Array): Buffer {
  return image([[...debianFiles(), { path: `${folder}/${rpmForms[form]}`, content: database }]]);
}

interface Flaw {
  /** What of the rpm database must be found all the same. */
  readonly found?: readonly string[];
  readonly absent?: readonly string[];
  /** Where nothing is wrong enough to be told, or not if all packages are found. */
  readonly says?: false | 'unless-harmless';
  readonly known?: HostileCase['known'];
}

function flawed(
  form: RpmForm,
  name: string,
  make: () => Uint8Array,
  { found = [], absent, says, known }: Flaw = {},
): HostileCase {
  const path = `${folder}/${rpmForms[form]}`;
  return {
    name: `an rpm database (${form}) ${name}`,
    make: () => beside(form, make()),
    ...(says !== false && { problems: [{ code: ['file.format', 'packages.none'], layer: 0, path }] }),
    ...(says === 'unless-harmless' && { harmless: [...neighbours, 'long@1.0-1'] }),
    packages: [...basePackages, ...found],
    ...(absent !== undefined && { absent }),
    ...(known !== undefined && { known }),
  };
}

/** Bytes changed at a place: numbers of 32 bits in the byte order of the form. */
function patched(form: RpmForm, changes: readonly (readonly [at: number, value: number, bits?: 8 | 16])[]): Buffer {
  const bytes = healthy(form);
  for (const [at, value, bits] of changes) {
    if (bits === 8) bytes.writeUInt8(value, at);
    else if (bits === 16) form === 'bdb-be' ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
    else form === 'bdb-be' ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  }
  return bytes;
}

const whole: readonly HostileCase[] = forms.flatMap((form): HostileCase[] => {
  const path = `${folder}/${rpmForms[form]}`;
  const bytes = healthy(form);
  return [
    {
      name: `a healthy rpm database (${form}) beside that of dpkg`,
      make: () => beside(form, bytes),
      packages: [...basePackages, ...neighbours, 'long@1.0-1'],
      exactly: true,
      silent: ['file.format'],
    },
    {
      name: `a damaged rpm database (${form}) beside that of apk`,
      make: () => image([[...alpineFiles(), { path, content: bytes.subarray(0, 3000) }]]),
      problems: [{ code: 'file.format', path }],
      packages: alpineFound,
    },
    flawed(form, 'of no bytes', () => Buffer.alloc(0)),
    flawed(form, 'of one byte', () => bytes.subarray(0, 1)),
    flawed(form, 'of zeros', () => Buffer.alloc(20_000)),
    flawed(form, 'of zeros behind its first 32 bytes', () =>
      Buffer.concat([bytes.subarray(0, 32), Buffer.alloc(20_000)]),
    ),
    flawed(form, 'of 0xff behind its first 32 bytes', () =>
      Buffer.concat([bytes.subarray(0, 32), Buffer.alloc(20_000, 0xff)]),
    ),
    ...[32, 100, 511, 513, 4095, 4097, bytes.length - 4097, bytes.length - 20, bytes.length - 1].map((length) =>
      // A page that is cut in its unused part may lose nothing.
      flawed(form, `cut after ${length} of ${bytes.length} bytes`, () => bytes.subarray(0, length), {
        says: 'unless-harmless',
      }),
    ),
    ...Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, page) => page).map((page) =>
      flawed(
        form,
        `whose page ${page} is zeros`,
        () => Buffer.from(bytes).fill(0, page * 4096, Math.min(bytes.length, (page + 1) * 4096)),
        {
          says: 'unless-harmless',
        },
      ),
    ),
  ];
});

/** Headers as no rpm writes them, between two good packages that must be found. */
const headers: readonly (readonly [name: string, header: () => Uint8Array, flaw?: Flaw])[] = [
  ['claims a negative number of tags', () => lyingRpm(0, 0xffffffff)],
  ['claims no tags', () => lyingRpm(0, 0)],
  ['claims a million tags', () => lyingRpm(0, 1_000_000)],
  ['claims data of 4 GiB', () => lyingRpm(4, 0xffffffff)],
  ['has no name', () => smallRpm('bad', { tags: { 1000: undefined } })],
  ['has no version', () => smallRpm('bad', { tags: { 1001: undefined } })],
  ['has a name that is a number', () => badRpm(1000, { type: 4 })],
  ['has a name of no type', () => badRpm(1000, { type: 77 })],
  ['has a name that is not there', () => badRpm(1000, { offset: 0x7fffffff })],
  ['has a name before the data', () => badRpm(1000, { offset: -1 })],
  ['has a negative number of names', () => badRpm(1000, { count: -1 })],
  ['has a name of a megabyte', () => smallRpm('n'.repeat(1 << 20))],
  ['is three bytes', () => Buffer.from([1, 2, 3])],
  ['has two billion directories', () => badRpm(1118, { count: 0x7fffffff }), { found: ['bad@1.0-1'] }],
  ['has negative indexes of directories', () => indexed([-1, -2_147_483_648]), { found: ['bad@1.0-1'] }],
  ['has indexes beyond its directories', () => indexed([2, 0x7fffffff]), { found: ['bad@1.0-1'] }],
  ['has fewer indexes than files', () => indexed([0]), { found: ['bad@1.0-1'] }],
  ['has a negative number of indexes', () => badRpm(1116, { count: -5 }), { found: ['bad@1.0-1'] }],
  ['has a name of the prototype', () => smallRpm('__proto__'), { found: ['__proto__@1.0-1'], says: false }],
  ['has two hundred thousand files', () => manyFiles(200_000, '/srv/'), { found: ['bad@1.0-1'], says: false }],
  [
    'has a million files in a directory of two thousand characters',
    () => manyFiles(1_000_000, `/${'d/'.repeat(1000)}`),
    {
      found: ['bad@1.0-1'],
      says: false,
    },
  ],
];

function indexed(indexes: readonly number[]): Buffer {
  return badRpm(1116, { count: indexes.length, data: numbersValue(indexes).data });
}

function manyFiles(count: number, folder: string): Buffer {
  return smallRpm('bad', {
    files: [],
    tags: {
      1116: numbersValue(Array<number>(count).fill(0)),
      1117: textsValue(Array<string>(count).fill('f')),
      1118: textsValue([folder]),
    },
  });
}

const between: readonly HostileCase[] = forms.flatMap((form) =>
  headers.map(([name, header, flaw]) =>
    flawed(form, `in which a header ${name}`, () => rpmDatabase(form, [first, header(), last]), {
      ...flaw,
      found: [...neighbours, ...(flaw?.found ?? [])],
    }),
  ),
);

/** Page 1 holds the entries, page 2 the first header, page 3 the beginning of the second one. */
const berkeley: readonly HostileCase[] = (['bdb-le', 'bdb-be'] as const).flatMap((form): HostileCase[] => {
  const of = (page: number, at: number): number => page * 4096 + at;
  // From the end of the page: a key of 5 bytes and a reference of 12, for each package.
  const reference = of(2, -5 - 12);
  const case_ = (name: string, changes: Parameters<typeof patched>[1], flaw?: Flaw): HostileCase =>
    flawed(form, name, () => patched(form, changes), flaw);
  return [
    ...[0, 1, 511, 513, 4095, 0x7fffffff, 0xffffffff].map((size) => case_(`with pages of ${size} bytes`, [[20, size]])),
    case_('with pages of another size than its own', [[20, 512]]),
    case_('that claims to be encrypted', [[24, 1, 8]]),
    case_('that ends before its last page', [[32, 0xffffffff]], { found: [...neighbours, 'long@1.0-1'] }),
    case_('with more entries than there are', [[88, 0xffffffff]], { found: [...neighbours, 'long@1.0-1'] }),
    case_('with a page of 65,535 items', [[of(1, 20), 0xffff, 16]]),
    case_('with an odd number of items', [[of(1, 20), 5, 16]]),
    case_('with an item beyond its page', [[of(1, 26), 0xffff, 16]], { found: ['last@1.0-1'] }),
    case_('with an item in the header of its page', [[of(1, 26), 0, 16]], { found: ['last@1.0-1'] }),
    case_('with a value of 4 GiB', [[reference + 8, 0xffffffff]], { found: ['last@1.0-1', 'long@1.0-1'] }),
    case_('with a value on a page that is not there', [[reference + 4, 0x7fffffff]], { found: ['last@1.0-1'] }),
    case_('with a value on its first page', [[reference + 4, 0]], { found: ['last@1.0-1'] }),
    case_('with a value on the page that refers to it', [[reference + 4, 1]], { found: ['last@1.0-1'] }),
    case_(
      'with a value of 60 MB that leads in a circle',
      [
        [of(3, 16), 3],
        [of(2, -2 * (5 + 12) + 8), 60_000_000],
      ],
      { found: ['first@1.0-1'] },
    ),
    // Its first page holds all that is read of the package.
    case_('with a value that leads in a circle', [[of(3, 16), 3]], { found: ['first@1.0-1'], says: 'unless-harmless' }),
    case_('with a value that leads through another one', [[of(3, 16), 2]], { found: ['first@1.0-1'] }),
    case_('with a page that uses more than there is', [[of(3, 22), 0xffff, 16]], { found: neighbours }),
    case_('with a page that uses nothing', [[of(3, 22), 0, 16]], { found: neighbours }),
  ];
});

const ndb: readonly HostileCase[] = (
  [
    ['of another version', [[4, 77]], [...neighbours, 'long@1.0-1']],
    ['with four billion pages of slots', [[12, 0xffffffff]], neighbours],
    ['without pages of slots', [[12, 0]], []],
    ['with a slot that is none', [[48, 0]], ['first@1.0-1', 'last@1.0-1']],
    ['with a blob of 64 GiB', [[48 + 12, 0xffffffff]], neighbours],
    ['with a blob of no bytes', [[48 + 12, 0]], neighbours],
    ['with a blob beyond the end', [[48 + 8, 0xffffffff]], neighbours],
    ['with a blob in the slots', [[48 + 8, 2]], neighbours],
    ['with a blob that is that of another package', [[48 + 8, 256]], neighbours],
    ['with a blob that claims 4 GiB', [[4096 + 12, 0xffffffff]], ['last@1.0-1', 'long@1.0-1']],
    ['with a blob of another number', [[4096 + 4, 99]], [...neighbours, 'long@1.0-1']],
  ] as const
).map(([name, changes, found]) => flawed('ndb', name, () => patched('ndb', changes), { found }));

/** A slot of a large blob in every place: the same bytes are not read again and again. */
const shared: HostileCase = flawed('ndb', 'whose slots all name one blob of 8 MB', () => {
  const large = smallRpm('large', { tags: { 1005: textValue('d'.repeat(8_000_000)) } });
  const bytes = rpmDatabase('ndb', [large]);
  for (let at = 48; at < 4096; at += 16) bytes.copy(bytes, at, 32, 48);
  return bytes;
});

/** Page 2 is the table of packages or the first of its pages. */
const sqlite: readonly HostileCase[] = [
  ...[0, 1, 3, 511, 0xffff].map((size) =>
    flawed('sqlite', `with pages of ${size === 1 ? '65,536' : size} bytes`, () => {
      const bytes = healthy('sqlite');
      bytes.writeUInt16BE(size, 16);
      return bytes;
    }),
  ),
  flawed('sqlite', 'without a table of packages', () => {
    const bytes = healthy('sqlite');
    bytes.set(Buffer.from('Ickages'), bytes.indexOf('Packages'));
    bytes.set(Buffer.from('Ickages'), bytes.indexOf('Packages'));
    bytes.set(Buffer.from('Ickages'), bytes.indexOf('Packages'));
    return bytes;
  }),
  ...Array.from({ length: 16 }, (_, i) => i).map((i) =>
    flawed(
      'sqlite',
      `whose pages begin with 0x${(i * 17).toString(16).padStart(2, '0')} from the second on`,
      () => {
        const bytes = healthy('sqlite');
        for (let at = 4096; at < bytes.length; at += 4096) bytes.fill(i * 17, at, at + 64);
        return bytes;
      },
      {},
    ),
  ),
  flawed('sqlite', 'whose overflow pages lead to themselves', () => {
    const bytes = healthy('sqlite');
    for (let page = 3; page < bytes.length / 4096; page++) bytes.writeUInt32BE(page + 1, page * 4096);
    return bytes;
  }),
  {
    name: 'a write-ahead file of noise beside an rpm database (sqlite)',
    make: () =>
      image([
        [
          ...debianFiles(),
          { path: `${folder}/rpmdb.sqlite`, content: healthy('sqlite') },
          { path: `${folder}/rpmdb.sqlite-wal`, content: Buffer.alloc(50_000, 0xa5) },
        ],
      ]),
    packages: [...basePackages, ...neighbours, 'long@1.0-1'],
  },
];

export const rpms: readonly HostileGroup[] = [
  { title: 'rpm databases beside healthy ones', cases: whole },
  { title: 'headers of rpm', cases: between },
  { title: 'pages of Berkeley DB', cases: berkeley },
  { title: "slots and blobs of rpm's own form", cases: [...ndb, shared] },
  { title: 'pages of SQLite', cases: sqlite },
];
