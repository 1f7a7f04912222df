import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { parseGoMod } from './go-mod.ts';
import { parseGoSum } from './go-sum.ts';
import { goRelease } from './go-version.ts';
import { mainVersion } from './main-version.ts';
import { parseModuleInfo } from './module-info.ts';
import { isDirectory, isModuleVersion } from './module-path.ts';
import { parseVendorModules } from './vendor-modules.ts';

describe('parseGoMod', () => {
  it.each([
    ['one line', 'require a.example/x v1.0.0', ['a.example/x v1.0.0']],
    ['a block', 'require (\n\ta.example/x v1.0.0 // indirect\n\n\t// none v9.9.9\n)\n', ['a.example/x v1.0.0']],
    ['lines that end as on Windows', 'require (\r\n\ta.example/x v1.0.0\r\n)\r\n', ['a.example/x v1.0.0']],
    ['quotes', 'require "a.example/x" `v1.0.0`', ['a.example/x v1.0.0']],
    ['an empty block', 'require ()\nrequire a.example/x v1.0.0', ['a.example/x v1.0.0']],
    ['what is excluded', 'require a.example/x v1.0.0\nexclude a.example/x v1.0.0', []],
    [
      'a replaced version',
      'require a.example/x v1.0.0\nreplace a.example/x v1.0.0 => b.example/y v2.0.0',
      ['b.example/y v2.0.0'],
    ],
    [
      'another version replaced',
      'require a.example/x v1.0.0\nreplace a.example/x v1.1.0 => b.example/y v2.0.0',
      ['a.example/x v1.0.0'],
    ],
    [
      'the version before all versions',
      'require a/x v1.0.0\nreplace a/x => b/y v1.0.0\nreplace a/x v1.0.0 => c/z v1.0.0',
      ['c/z v1.0.0'],
    ],
    ['a folder', 'require a.example/x v1.0.0\nreplace a.example/x => ../x', ['a.example/x ']],
    [
      'names of objects',
      'require __proto__ v1.0.0\nrequire constructor v1.0.0',
      ['__proto__ v1.0.0', 'constructor v1.0.0'],
    ],
    [
      'what says nothing of it',
      'module m\ngo 1.24\ntoolchain go1.24.1\ntool a/b\nretract [v1.0.0, v1.1.0] // why\ngodebug x=1\nignore ./y',
      [],
    ],
  ])('reads %s', (_, text, modules) => {
    const { modules: found, unknown } = parseGoMod(text);
    expect(found.map(({ path, version }) => `${path} ${version}`)).toEqual(modules);
    expect(unknown).toEqual([]);
  });

  it('keeps what it does not understand apart', () => {
    const { modules, unknown } = parseGoMod(
      `module m\nrequire a v1 v2\nrequire b v1\nwhat is it\nrequire ${'x'.repeat(9000)} v1`,
    );
    expect(modules).toEqual([{ path: 'b', version: 'v1' }]);
    expect(unknown).toHaveLength(3);
  });

  it('takes any text', () => {
    const word = fc.constantFrom(
      'require',
      'replace',
      'exclude',
      'module',
      '(',
      ')',
      '=>',
      '"',
      '`',
      '//',
      '\n',
      ' ',
      'a/b',
      'v1.0.0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          try {
            parseGoMod(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
          parseGoSum(text);
          parseVendorModules(text);
          parseModuleInfo(text);
        },
      ),
    );
  });

  it('reads 4 MB of one line, of quotes and of short lines in a second', () => {
    for (const text of ['x', '"', '(', 'require a v1\n', '=> ']) {
      const started = performance.now();
      try {
        parseGoMod(text.repeat((4 * 1024 * 1024) / text.length));
      } catch (error) {
        expect(error instanceof FormatError || error instanceof LimitError).toBe(true);
      }
      expect(performance.now() - started, text).toBeLessThan(5000);
    }
  });
});

it.each([
  ['go.mod', (text: string) => parseGoMod(text), (number: number) => `require a${number} v1.0.0\n`],
  ['go.sum', (text: string) => parseGoSum(text), (number: number) => `a${number} v1.0.0 h1:x\n`],
  ['modules.txt', (text: string) => parseVendorModules(text), (number: number) => `# a${number} v1.0.0\na\n`],
] as const)('refuses %s with more modules than any project has', (_, parse, line) => {
  const text = Array.from({ length: 100_001 }, (_, index) => line(index)).join('');
  expect(() => parse(text)).toThrow(LimitError);
});

describe('parseGoSum', () => {
  it('tells what was fetched whole, and counts what is none of it', () => {
    const text = 'a/x v1.0.0 h1:AA=\na/x v1.0.0/go.mod h1:BB=\nb/y v1.0.0/go.mod h1:CC=\n\nnonsense\na b c d\n';
    expect(parseGoSum(text)).toEqual({ modules: [{ path: 'a/x', version: 'v1.0.0', sum: 'h1:AA=' }], unknown: 2 });
  });
});

describe('parseModuleInfo', () => {
  it('reads modules, replacements and settings', () => {
    const text = [
      'path\tm/cmd/x',
      'mod\tm\t(devel)\t',
      'dep\ta\tv1.0.0\th1:A=',
      'dep\tb\tv1.0.0',
      '=>\tc\tv2.0.0\th1:C=',
      'dep\td\tv1.0.0',
      '=>\t./d\t(devel)\t',
      'build\t-ldflags="-X main.version=1.2.3 -X \'main.name=\\"x\\"\'"',
      'build\tvcs.modified=true',
      'later\tkind of line',
      '',
    ].join('\n');
    const { path, main, dependencies, settings } = parseModuleInfo(text);
    expect({ path, main }).toEqual({ path: 'm/cmd/x', main: { path: 'm', version: '(devel)' } });
    expect(dependencies).toEqual([
      { path: 'a', version: 'v1.0.0', sum: 'h1:A=' },
      { path: 'b', version: 'v1.0.0', replacement: { path: 'c', version: 'v2.0.0', sum: 'h1:C=' } },
      { path: 'd', version: 'v1.0.0', replacement: { path: './d', version: '(devel)' } },
    ]);
    expect([...settings]).toEqual([
      ['-ldflags', `-X main.version=1.2.3 -X 'main.name="x"'`],
      ['vcs.modified', 'true'],
    ]);
  });

  it('takes a replacement of nothing for nothing', () => {
    expect(parseModuleInfo('=>\ta\tv1\n=>\n=>\tb\tv1\ndep\t\tv1\n=>\tc\tv1').dependencies).toEqual([]);
  });
});

describe('mainVersion', () => {
  const version = (stated: string, flags = '', path = 'example.com/m'): string =>
    mainVersion({ main: { path, version: stated }, dependencies: [], settings: new Map([['-ldflags', flags]]) });

  it.each([
    ['v1.2.3', '', 'v1.2.3'],
    ['v1.2.4-0.20250101000000-0123456789ab+dirty', '', 'v1.2.4-0.20250101000000-0123456789ab+dirty'],
    ['(devel)', '', ''],
    ['v0.0.0-20250101000000-0123456789ab', '', ''],
    ['v0.0.0-20250101000000-0123456789ab', '-X main.version=1.2.3', 'v1.2.3'],
    ['v1.0.0', '-X main.version=1.2.3', 'v1.0.0'],
    ['(devel)', '-s -w -X main.version=v1.2.3', 'v1.2.3'],
    ['(devel)', `-X 'main.Version=1.2.3-rc.1+build'`, 'v1.2.3-rc.1+build'],
    ['(devel)', '-X=example.com/m/internal/version.gitVersion=1.2.3', 'v1.2.3'],
    ['(devel)', '-X example.org/other/version.Version=9.9.9 -X example.com/m/x.Version=1.2.3', 'v1.2.3'],
    ['(devel)', '-X example.org/other/version.Version=9.9.9', 'v9.9.9'],
    ['(devel)', '-X main.goVersion=1.22.3 -X main.version=unknown -X main.commit=1.2.3', ''],
    ['(devel)', '-X main.version=', ''],
    ['(devel)', '-X', ''],
  ])('of %s with %s is %s', (stated, flags, expected) => {
    expect(version(stated, flags)).toBe(expected);
  });

  it('takes long flags', () => {
    for (const text of ['-X ', '-X a.', 'a=', '"', "'", '-X a.version=1.']) version('(devel)', text.repeat(100_000));
  });
});

it.each([
  ['go1.22.3', '1.22.3'],
  ['go1.22', '1.22'],
  ['go1.22rc1', '1.22.0-rc.1'],
  ['go1.9beta2', '1.9.0-beta.2'],
  ['go1.24.4 X:boringcrypto', '1.24.4'],
  ['go1.22.3-custom', '1.22.3'],
  ['go1.22.3+auto', '1.22.3'],
  ['devel go1.25-0a1b2c3d Mon Jan 1 00:00:00 2025 +0000', 'devel go1.25-0a1b2c3d'],
  ['unknown', 'unknown'],
])('goRelease of %s is %s', (version, expected) => {
  expect(goRelease(version)).toBe(expected);
});

it.each([
  ['a.example/x', 'v1.0.0', true],
  ['a.example/x', 'v0.0.0-20210101000000-0123456789ab', true],
  ['a.example/x', 'v2.0.0', false],
  ['a.example/x', 'v2.0.0+incompatible', true],
  ['a.example/x/v2', 'v2.1.0', true],
  ['a.example/x/v2', 'v1.0.0', false],
  ['gopkg.in/yaml.v2', 'v2.4.0', true],
  ['gopkg.in/yaml.v2', 'v3.0.0', false],
  ['a.example/x', '1.0.0', false],
  ['./x', 'v1.0.0', false],
])('isModuleVersion of %s %s is %s', (path, version, expected) => {
  expect(isModuleVersion(path, version)).toBe(expected);
});

it.each([
  ['./x', true],
  ['../../..', true],
  ['.', true],
  ['/srv/x', true],
  ['C:\\x', true],
  ['a.example/x', false],
  ['.well-known/x', false],
])('isDirectory of %s is %s', (target, expected) => {
  expect(isDirectory(target)).toBe(expected);
});
