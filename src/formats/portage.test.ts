import { describe, expect, it } from 'vitest';
import { parsePortageContents, parsePortageName } from './portage.ts';

describe('parsePortageName', () => {
  it.each([
    ['Getopt-Long-2.580.0', 'Getopt-Long', '2.580.0'],
    ['openssl-3.0.13-r2', 'openssl', '3.0.13-r2'],
    ['glibc-2.39-r6', 'glibc', '2.39-r6'],
    ['xz-utils-5.4.6_rc1', 'xz-utils', '5.4.6_rc1'],
    ['gtk+-3.24.41', 'gtk+', '3.24.41'],
    ['openssh-9.6_p1-r3', 'openssh', '9.6_p1-r3'],
    ['font-adobe-100dpi-1.0.4', 'font-adobe-100dpi', '1.0.4'],
    ['jpeg-8d', 'jpeg', '8d'],
    ['r2-1', 'r2', '1'],
  ])('%s is %s, %s', (text, name, version) => {
    expect(parsePortageName(text)).toEqual({ name, version });
  });

  it.each([
    '',
    '-',
    'glibc',
    'glibc-',
    '-1.0',
    'glibc-r1',
    'glibc-1.0-',
    'gl ibc-1.0',
    '2.580.0',
    `a-${'1'.repeat(300)}`,
  ])('%j is none', (text) => {
    expect(parsePortageName(text)).toBeUndefined();
  });
});

it('reads files and links, whose names may have blanks', () => {
  const digest = '376c02bd3b22804df8fdfdc895e7dbfb';

  expect(
    parsePortageContents(
      `dir /usr\nobj /usr/a b ${digest} 1649284374\nsym /usr/l -> a b 1649284374\nobj\nobj / \nobj /x y\nfif /p\n`,
    ),
  ).toEqual({ files: 'usr/a b\nusr/l', md5: `${digest}  usr/a b` });
});
