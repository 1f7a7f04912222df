import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfFile } from '../../../test/support/executables.ts';
import { MemorySource } from '../byte-source.ts';
import { type Executable, executablesOf } from '../executables/executable.ts';
import { findVersion } from './find-version.ts';
import { parseMark, versionsAt } from './mark.ts';
import { stampedVersion } from './stamped-version.ts';
import { endOfVersion, versionForm } from './version-form.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

function programWith(constants: string | Buffer): Executable {
  const content = typeof constants === 'string' ? bytes(constants) : constants;
  const sections = [{ name: '.rodata', address: 0x40_0000, content, writable: false }];
  return executablesOf(new MemorySource(elfFile({ sections })))[0] as Executable;
}

describe('forms of versions', () => {
  it.each([
    ['*.*.*', '1.2.3', '1.2.3'],
    ['*.*.*', '1.2.3-rc1', '1.2.3'],
    ['*.*.*', '1.2', undefined],
    ['*.*', '1.2.3', undefined],
    ['*.*.*?', '1.2', '1.2'],
    ['*.*.*?', '1.2.', '1.2'],
    ['*.*.*?', '1.2.3', '1.2.3'],
    ['3.*.*', '3.13.5', '3.13.5'],
    ['3.*.*', '2.13.5', undefined],
    ['3.*.*', '30.13.5', undefined],
    ['50+.0.*', '156.0.8078', '156.0.8078'],
    ['50+.0.*', '49.0.8078', undefined],
    ['*.* p#', '9.9p2', '9.9p2'],
    ['*.* p#', '9.9', '9.9'],
    ['*.* p#', '9.9px', '9.9'],
    ['*.* p#!', '9.9', undefined],
    ['*.*.* @', '1.1.1w', '1.1.1w'],
    ['*.*.* esr', '153.8.0esr', '153.8.0esr'],
    ['*.*', '1234567.1', undefined],
    ['*.*', '', undefined],
  ])('%s of %s is %s', (form, text, expected) => {
    const end = endOfVersion(bytes(text), 0, versionForm(form));
    expect(end < 0 ? undefined : text.slice(0, end)).toBe(expected);
  });

  it('takes no more bytes than there are, whatever they are', () => {
    const forms = ['*.*.*', '*.*?.*? p#', '50+.* @', '*.* esr!'].map(versionForm);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...forms), (some, form) => {
        const end = endOfVersion(some, 0, form);
        expect(end).toBeLessThanOrEqual(some.length);
        if (end >= 0) expect(bytes(String.fromCharCode(...some.slice(0, end)))[0]).toBeGreaterThanOrEqual(0x30);
      }),
    );
  });

  it('refuses what is no form', () => {
    for (const text of ['', 'x.*', '*.y?']) expect(() => versionForm(text)).toThrow(TypeError);
    for (const text of ['nginx', '{*}', 'x}{']) expect(() => parseMark(text)).toThrow(TypeError);
  });
});

describe('marks', () => {
  it.each([
    ['nginx/{*.*.*}\n', 'nginx version: nginx/1.26.3\n\0', ['1.26.3']],
    ['nginx/{*.*.*}\n', 'nginx/1.26.3 nginx/1.2.3\n', ['1.2.3']],
    ['\0{*.*.*}\0', '\x001.2.3\0 4.5.6\0\x007.8.9\0', ['7.8.9', '1.2.3']],
    ['\0v{1.*.*}\0', '\0v1.5.7\0\x001.5.8\0', ['1.5.7']],
    ['\0{*.*.*}-MariaDB', '\x0011.8.9-MariaDB\0x10.1.1-MariaDB', ['11.8.9']],
    ['\0{*.*.*}-MariaDB', '11.8.9-MariaDB', []],
    ['\0{*.*.*}\0', '\x001.2.3', []],
    ['ab{*}c', 'abababab1c', ['1']],
  ])('%j of %j are %j', (mark, text, expected) => {
    expect([...versionsAt(bytes(text), parseMark(mark))]).toEqual(expected);
  });

  it('are found wherever they stand, also where two windows meet', () => {
    const mark = { marks: [parseMark('\0tool {*.*.*}\0')] };
    for (const before of [0, 1, 262_016, 262_020, 262_140, 262_144, 524_100]) {
      const program = programWith(`${'x'.repeat(before)}\0tool 10.20.30\0${'y'.repeat(1000)}`);
      expect(findVersion(program, mark)).toEqual({ kind: 'version', version: '10.20.30' });
    }
  });

  it('count by their order, and tell nothing where one has two versions', () => {
    const [sure, bare] = [parseMark('tool {*.*}'), parseMark('\0{*.*}\0')];
    const both = programWith('\x001.1\0tool 2.2\0');
    expect(findVersion(both, { marks: [sure, bare] })).toEqual({ kind: 'version', version: '2.2' });
    expect(findVersion(both, { marks: [bare, sure] })).toEqual({ kind: 'version', version: '1.1' });
    expect(findVersion(programWith('\x001.1\0\x001.2\0'), { marks: [bare] })).toEqual({
      kind: 'several',
      versions: ['1.1', '1.2'],
    });
    expect(findVersion(programWith('\x001.1\0\x001.2\0'), { marks: [bare], others: ['1.2'] })).toEqual({
      kind: 'version',
      version: '1.1',
    });
  });

  it('count only where the text is that has to be there, too', () => {
    const marks = { marks: [parseMark('\0{*.*}\0')], needs: bytes('Tool') };
    expect(findVersion(programWith('\x001.1\0'), marks)).toEqual({ kind: 'none' });
    expect(findVersion(programWith(`\x001.1\0${'x'.repeat(600_000)}Tool`), marks)).toMatchObject({ version: '1.1' });
  });

  it('are looked for in the constants alone, where the program tells which they are', () => {
    const content = bytes(`${'x'.repeat(100)}tool 1.2\0`);
    const sections = [
      { name: '.text', address: 0x40_0000, content, writable: false },
      { name: '.rodata', address: 0x50_0000, content: bytes('nothing'), writable: false },
    ];
    const marks = { marks: [parseMark('tool {*.*}')] };
    const of = (stripped: boolean) =>
      findVersion(executablesOf(new MemorySource(elfFile({ sections, stripped })))[0] as Executable, marks);
    expect(of(false)).toEqual({ kind: 'none' });
    expect(of(true)).toEqual({ kind: 'version', version: '1.2' });
  });
});

describe('versions with the id of a build', () => {
  it.each([
    ['8.0.2', '\x003.2.0\0\x008.0.2\0\x008.0.21789404730000000000\0'],
    ['8.0.21', '\x008.0.2\0\x008.0.21\0\x008.0.211789404730000000000\0'],
    ['7.2.4', '\x007.2.4\0\x006.2.0\0\x007.2.4buildkitsandbox-1704812345000000000\0'],
    ['7.2.4', '\x007.2.4\0\x007.2.40\x007.2.451f3ab-1704812345000000000\0'],
    ['8.1.1', '\x008.1.1\0\x008.0.0\0valkey8.1.11792855166000000000\0'],
  ])('%s', (version, text) => {
    expect(stampedVersion(programWith(text))).toEqual({ kind: 'version', version });
  });

  it('tells nothing without one', () => {
    expect(stampedVersion(programWith('\x003.2.0\0\x008.0.2\0'))).toEqual({ kind: 'none' });
    expect(stampedVersion(programWith('1234567890123456789\0'))).toEqual({ kind: 'none' });
  });
});
