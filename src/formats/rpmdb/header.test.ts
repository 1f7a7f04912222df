import { describe, expect, it } from 'vitest';
import {
  type HeaderValue,
  headerOf,
  numbersValue,
  rpmHeader,
  type TestRpm,
  textsValue,
  textValue,
} from '../../../test/support/rpm.ts';
import type { RpmFile } from './files.ts';
import { type RpmPackage, readRpmPackage } from './package.ts';

const NAME = 1000;
const VERSION = 1001;
const EPOCH = 1003;
const FILE_STATES = 1029;
const DIR_INDEXES = 1116;
const BASE_NAMES = 1117;
const DIR_NAMES = 1118;

interface Reading {
  readonly pkg: RpmPackage | undefined;
  readonly files: readonly RpmFile[];
  readonly reports: readonly string[];
}

function read(bytes: Buffer): Reading {
  const reports: string[] = [];
  const pkg = readRpmPackage({ number: 7, bytes }, (message) => reports.push(message));
  return { pkg, files: [...(pkg?.files() ?? [])], reports };
}

const anchor: TestRpm = {
  name: 'anchor',
  version: '1.2',
  files: [
    { path: '/usr/bin/anchor', digest: 'ABCDEF01' },
    { path: '/usr/share/anchor/a' },
    { path: '/etc/anchor.conf', digest: '0123', flags: 17 },
    { path: '/var/log/anchor.log', flags: 64, state: 2 },
  ],
};

function withTag(tag: number, value: HeaderValue | undefined): Reading {
  return read(rpmHeader({ ...anchor, tags: { [tag]: value } }));
}

describe('the header of a package', () => {
  it('tells files with digests, flags and states', () => {
    const { files, reports } = read(rpmHeader(anchor));

    expect(reports).toEqual([]);
    expect(files).toEqual([
      { path: '/usr/bin/anchor', digest: 'abcdef01', flags: 0, state: 'normal' },
      { path: '/usr/share/anchor/a', flags: 0, state: 'normal' },
      { path: '/etc/anchor.conf', digest: '0123', flags: 17, state: 'normal' },
      { path: '/var/log/anchor.log', flags: 64, state: 'not-installed' },
    ]);
  });

  it('tells files that rpm 3 wrote with whole paths', () => {
    const { files, reports } = read(rpmHeader({ ...anchor, oldFileNames: true }));

    expect(reports).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(anchor.files?.map(({ path }) => path));
  });

  it.each([
    [undefined, 'md5'],
    [1, 'md5'],
    [8, 'sha256'],
    [10, 'other'],
  ])('takes the algorithm %s for %s', (number, algorithm) => {
    expect(withTag(5011, number === undefined ? undefined : numbersValue([number])).pkg?.digestAlgorithm).toBe(
      algorithm,
    );
  });

  it('prefers the size that does not fit into 32 bits', () => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(5_000_000_000n);

    expect(withTag(5009, { type: 5, count: 1, data: size }).pkg?.size).toBe(5_000_000_000);
  });

  it('takes what was added at installation for what replaces the rest', () => {
    const tags = new Map([
      [NAME, textValue('anchor')],
      [VERSION, textValue('1')],
    ]);
    const header = headerOf(tags);
    // The index has the tag once more, behind the others.
    const more = Buffer.concat([
      header.subarray(0, 24),
      header.subarray(24, 40),
      header.subarray(8, 24),
      header.subarray(40),
    ]);
    more.writeUInt32BE(3, 0);
    more.writeUInt32BE(VERSION, 40);

    expect(read(more).pkg?.version).toBe('anchor');
  });

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'it is too short for a header'],
    ['a few bytes', Buffer.alloc(23), 'it is too short for a header'],
    ['zeros', Buffer.alloc(4096), 'it has an impossible number of tags (0)'],
    ['ones', Buffer.alloc(4096, 255), 'it has an impossible number of tags (4294967295)'],
    ['no name', rpmHeader({ ...anchor, tags: { [NAME]: undefined } }), 'it has no name'],
    ['an empty name', rpmHeader({ ...anchor, name: '' }), 'it has no name'],
    ['no version', rpmHeader({ ...anchor, tags: { [VERSION]: undefined } }), 'it (anchor) has no version'],
    [
      'a number for a name',
      rpmHeader({ ...anchor, tags: { [NAME]: numbersValue([1]) } }),
      'tag 1000 has the type 4 instead of a text',
    ],
    [
      'a name beyond the data',
      rpmHeader({ ...anchor, tags: { [NAME]: { ...textValue('x'), offset: 1 << 30 } } }),
      'tag 1000 lies beyond the data',
    ],
    [
      'a name before the data',
      rpmHeader({ ...anchor, tags: { [NAME]: { ...textValue('x'), offset: -16 } } }),
      'tag 1000 lies beyond the data',
    ],
    [
      'a negative count',
      rpmHeader({ ...anchor, tags: { [NAME]: { ...textValue('x'), count: -1 } } }),
      'tag 1000 has an impossible number of values (-1)',
    ],
    [
      'a name without an end',
      headerOf(
        new Map([
          [VERSION, textValue('1')],
          [NAME, { type: 6, count: 1, data: Buffer.from('endless') }],
        ]),
      ),
      'tag 1000 is a text without an end',
    ],
    ['a name that is too long', rpmHeader({ ...anchor, name: 'x'.repeat(5000) }), 'tag 1000 is too long'],
  ])('with %s is no package', (_, bytes, message) => {
    expect(read(bytes)).toEqual({ pkg: undefined, files: [], reports: [`package 7 was left out: ${message}`] });
  });

  it.each<[string, number, HeaderValue, string]>([
    [
      'an epoch without values',
      EPOCH,
      { ...numbersValue([1]), count: 0 },
      'tag 1003 has an impossible number of values (0)',
    ],
    ['an epoch that is a text', EPOCH, textValue('1'), 'tag 1003 has the type 6 instead of a number'],
    [
      'an epoch with a billion values',
      EPOCH,
      { ...numbersValue([1]), count: 1_000_000_000 },
      'tag 1003 ends before its last value',
    ],
  ])('with %s is a package without it', (_, tag, value, message) => {
    const { pkg, files, reports } = withTag(tag, value);

    expect(pkg).toMatchObject({ name: 'anchor', version: '1.2', release: '1' });
    expect(pkg?.epoch).toBeUndefined();
    expect(files).toHaveLength(4);
    expect(reports).toEqual([`package 7 (anchor): ${message}`]);
  });

  it.each<[string, number, HeaderValue | undefined, number, string]>([
    ['a negative place', DIR_INDEXES, numbersValue([0, -1, 2, 3]), 3, '1 of its files have no path that could be'],
    [
      'a place beyond the list',
      DIR_INDEXES,
      numbersValue([0, 1, 4, 4_000_000_000]),
      2,
      '2 of its files have no path that could be',
    ],
    ['too few places', DIR_INDEXES, numbersValue([0]), 1, '3 of its files have no path that could be'],
    ['no places', DIR_INDEXES, undefined, 0, '4 of its files have no path that could be'],
    ['no directories', DIR_NAMES, undefined, 0, '4 of its files have no path that could be'],
    [
      'a line feed in a name',
      BASE_NAMES,
      textsValue(['a\nb', 'c', 'd', 'e']),
      3,
      '1 of its files have no path that could be',
    ],
    [
      'more names than it has',
      BASE_NAMES,
      { ...textsValue(['a', 'b', 'c', 'd']), count: 1_000_000_000 },
      4,
      'of tag 1117, 35 values could be read',
    ],
    [
      'a negative number of names',
      BASE_NAMES,
      { ...textsValue(['a']), count: -5 },
      0,
      'what it tells of its files is damaged',
    ],
    ['states of another type', FILE_STATES, textsValue(['a']), 4, 'what it tells of its files is damaged'],
  ])('with %s is a package with the files that are sure', (_, tag, value, files, message) => {
    const reading = withTag(tag, value);

    expect(reading.pkg?.name).toBe('anchor');
    expect(reading.files).toHaveLength(files);
    expect(reading.reports.join()).toContain(message);
  });

  it('keeps bytes of a path that are no UTF-8 apart from those that are', () => {
    const names = Buffer.from('caf\xe9\0', 'latin1');
    const { files } = read(
      rpmHeader({ ...anchor, files: [{ path: '/srv/x' }], tags: { [BASE_NAMES]: { type: 8, count: 1, data: names } } }),
    );

    expect(files.map(({ path }) => path)).toEqual(['/srv/caf\\xe9']);
  });

  it('says where its data breaks off, at every length, and never makes a package up', () => {
    const whole = rpmHeader(anchor);
    for (let length = 0; length < whole.length; length++) {
      const { pkg, reports } = read(whole.subarray(0, length));

      expect(reports.length).toBeGreaterThan(0);
      if (pkg !== undefined) expect(pkg).toMatchObject({ name: 'anchor', version: '1.2' });
    }
  });
});
