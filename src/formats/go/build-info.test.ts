import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfFile, fatFile, type MadeExecutable, machOFile, peFile } from '../../../test/support/executables.ts';
import { buildInfo, oldBuildInfo } from '../../../test/support/go-programs.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { executablesOf } from '../executables/executable.ts';
import { findBuildInfo, type GoBuildInfo } from './build-info.ts';

const modules = 'path\texample.com/tool\nmod\texample.com/tool\tv1.2.3\t\ndep\texample.com/a\tv0.1.0\th1:x=\n';
const expected: GoBuildInfo = { goVersion: 'go1.22.3', modules };

function find(file: Uint8Array, thorough = false): GoBuildInfo | undefined {
  for (const program of executablesOf(new MemorySource(file))) {
    const info = findBuildInfo(program, thorough);
    if (info !== undefined) return info;
  }
  return undefined;
}

/** Ends in the build information or in nothing, or says that the file is damaged. */
function survives(file: Uint8Array): void {
  try {
    find(file, true);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

const address = 0x54_0000;
const formats: readonly (readonly [string, string, (made: MadeExecutable) => Buffer])[] = [
  ['ELF', '.go.buildinfo', elfFile],
  ['Mach-O', '__go_buildinfo', machOFile],
  ['universal Mach-O', '__go_buildinfo', (made) => fatFile([machOFile({ sections: [] }), machOFile(made)])],
  ['PE', '.data', peFile],
];
const shapes = formats.flatMap(([format, name, make]) =>
  [true, false].flatMap((wide) =>
    (format === 'PE' ? [true] : [true, false]).map((little) => ({ format, name, make, wide, little })),
  ),
);

describe('findBuildInfo', () => {
  it.each(shapes)('reads it from $format (64 bits: $wide, little-endian: $little)', ({ name, make, ...shape }) => {
    const file = make({ ...shape, sections: [{ name, address, content: buildInfo('go1.22.3', modules) }] });

    expect(find(file)).toEqual(expected);
  });

  it.each(shapes)(
    'follows pointers of Go 1.13 to 1.17 in $format ($wide, $little)',
    ({ format, name, make, ...shape }) => {
      const at = format === 'PE' ? address + 0x400000 : address;
      const content = oldBuildInfo('go1.22.3', modules, at, shape.wide, shape.little);

      expect(find(make({ ...shape, sections: [{ name, address, content }] }))).toEqual(expected);
    },
  );

  it('reads what has no modules', () => {
    const content = buildInfo('go1.22.3', '');
    expect(find(elfFile({ sections: [{ name: '.go.buildinfo', address, content }] }))).toEqual({
      goVersion: 'go1.22.3',
      modules: '',
    });
  });

  const text = { name: '.text', address: 0x40_0000, content: Buffer.alloc(64), writable: false };
  const hidden = {
    name: '.foo',
    address,
    content: Buffer.concat([Buffer.alloc(4096), buildInfo('go1.22.3', modules)]),
  };

  it('searches data where sections were removed', () => {
    expect(find(elfFile({ stripped: true, sections: [text, hidden] }))).toEqual(expected);
  });

  it('searches data where sections were renamed, if that is wanted', () => {
    expect(find(elfFile({ sections: [text, hidden] }))).toBeUndefined();
    expect(find(elfFile({ sections: [text, hidden] }), true)).toEqual(expected);
  });

  it('finds it across the pieces in which data is searched', () => {
    for (const before of [1024 * 1024 - 16, 1024 * 1024, 3 * 1024 * 1024]) {
      const content = Buffer.concat([Buffer.alloc(before), buildInfo('go1.22.3', modules)]);
      expect(find(elfFile({ stripped: true, sections: [{ name: '', address, content }] })), String(before)).toEqual(
        expected,
      );
    }
  });

  it.each([
    ['the magic bytes as a text', Buffer.from('\xff Go buildinf:', 'latin1')],
    [
      'the magic bytes before other texts',
      Buffer.from(`\xff Go buildinf:${'not build information '.repeat(9)}`, 'latin1'),
    ],
    ['the magic bytes at an odd place', Buffer.concat([Buffer.alloc(5), buildInfo('go9.9.9', '')])],
    ['a version that is none', buildInfo('gopher', '')],
  ])('is not led astray by %s in data', (_, decoy) => {
    const content = Buffer.concat([decoy, Buffer.alloc(-decoy.length & 15)]);
    const sections = [{ name: '', address: 0x50_0000, content }, hidden];
    expect(find(elfFile({ stripped: true, sections }))).toEqual(expected);
    expect(find(elfFile({ stripped: true, sections: sections.slice(0, 1) }))).toBeUndefined();
  });

  it('does not believe what cannot be written to', () => {
    const content = buildInfo('go1.22.3', modules);
    expect(
      find(elfFile({ stripped: true, sections: [{ name: '', address, content, writable: false }] })),
    ).toBeUndefined();
  });

  it('has none in object files and dumps of memory', () => {
    for (const type of [1, 4]) {
      const content = buildInfo('go1.22.3', modules);
      expect(find(elfFile({ type, sections: [{ name: '.go.buildinfo', address, content }] }))).toBeUndefined();
    }
  });

  it.each([
    ['nothing', Buffer.alloc(64)],
    ['a header alone', buildInfo('go1.22.3', '').subarray(0, 20)],
    ['a version of 4 GB', Buffer.concat([buildInfo('', '').subarray(0, 32), Buffer.from('ffffffff0f', 'hex')])],
    ['a length without end', Buffer.concat([buildInfo('', '').subarray(0, 32), Buffer.alloc(64, 0xff)])],
    ['no version', buildInfo('', modules)],
    ['control characters for a version', buildInfo('go1\x07', modules)],
    ['pointers into nowhere', oldBuildInfo('go1.16', modules, 0x9999_0000, true, true)],
    ['pointers of 3 bytes', Buffer.concat([oldBuildInfo('go1.16', '', address, true, true)]).fill(3, 14, 15)],
  ])('says that its section holds %s', (_, content) => {
    const file = elfFile({ sections: [{ name: '.go.buildinfo', address, content }] });

    expect(() => find(file)).toThrow(FormatError);
  });

  it.each(shapes)('survives every shorter $format file ($wide, $little)', ({ name, make, ...shape }) => {
    const file = make({ ...shape, sections: [{ name, address, content: buildInfo('go1.22.3', modules) }] });
    for (let length = 0; length < file.length; length++) survives(file.subarray(0, length));
  });

  it('survives changed bytes', () => {
    const seeds = shapes.flatMap(({ format, name, make, ...shape }) => {
      const at = format === 'PE' ? address + 0x400000 : address;
      const contents = [buildInfo('go1.22.3', modules), oldBuildInfo('go1.16', modules, at, shape.wide, shape.little)];
      return contents.map((content) => make({ ...shape, sections: [text, { name, address, content }] }));
    });
    const change = fc.tuple(fc.nat(1500), fc.constantFrom(0, 1, 2, 8, 0x7f, 0x80, 0xfe, 0xff));
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 8 }), (seed, changes) => {
        const file = Buffer.from(seed);
        for (const [at, value] of changes) file[at % file.length] = value;
        survives(file);
      }),
      { numRuns: 2000 },
    );
  });
});
