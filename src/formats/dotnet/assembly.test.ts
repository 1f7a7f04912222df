import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemblyFile, nativeFile } from '../../../test/support/assemblies.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { readPe } from '../pe/pe.ts';
import { versionTexts } from '../pe/version-info.ts';
import { readAssembly } from './assembly.ts';
import { packageVersion } from './package-version.ts';

/** All that is read of a file. */
function read(bytes: Uint8Array) {
  const source = new MemorySource(bytes);
  const file = readPe(source);
  return { assembly: readAssembly(source, file), texts: Object.fromEntries(versionTexts(source, file)) };
}

const texts = { CompanyName: 'Mooring', FileVersion: '1.2.3.27908', ProductVersion: '1.2.3+0a1b' };

describe('readAssembly and versionTexts', () => {
  it.each([false, true])('reads name, version, references and texts (wide indices: %s)', (wide) => {
    const file = assemblyFile({
      name: 'Mooring.Anchor',
      version: [1, 2, 0, 65535],
      references: ['b', 'a', 'a'],
      texts,
      wide,
    });

    expect(read(file)).toEqual({
      assembly: {
        name: 'Mooring.Anchor',
        version: '1.2.0.65535',
        culture: '',
        references: ['a', 'b'],
        isReference: false,
      },
      texts,
    });
  });

  it('tells texts of one language, and what is made to compile against', () => {
    expect(read(assemblyFile({ culture: 'de' })).assembly).toMatchObject({ culture: 'de' });
    expect(read(assemblyFile({ types: ['Object', 'ReferenceAssemblyAttribute'] })).assembly).toMatchObject({
      isReference: true,
    });
    // The name alone, of anything else than a type, is nothing.
    expect(read(assemblyFile({ references: ['ReferenceAssemblyAttribute'] })).assembly).toMatchObject({
      isReference: false,
    });
  });

  it('finds no assembly in a program that is made for Windows alone', () => {
    expect(read(nativeFile(texts))).toEqual({ assembly: undefined, texts });
  });

  const good = assemblyFile({
    name: 'Mooring.Anchor',
    references: ['a'],
    types: ['ReferenceAssemblyAttribute'],
    texts,
  });

  /** What is read of damaged bytes: all there can be is another answer or a FormatError. */
  function attempt(bytes: Uint8Array): void {
    try {
      read(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  }

  it('answers to every beginning, or refuses it', () => {
    for (let length = 0; length < good.length; length++) attempt(good.subarray(0, length));
  });

  it('answers to every byte changed, or refuses it', () => {
    const bytes = Buffer.from(good);
    for (let at = 0; at < bytes.length; at++) {
      const before = bytes[at] as number;
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        bytes[at] = value;
        attempt(bytes);
      }
      bytes[at] = before;
    }
  });

  it('answers to any damage', () => {
    const damage = fc.tuple(
      fc.nat(good.length - 4),
      fc.constantFrom(0, 0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0x0101_0101),
    );
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (damages) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of damages) bytes.writeUInt32LE(value, at);
        attempt(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('packageVersion', () => {
  it.each([
    ['8.0.1+bf5e279d9239bfef5bb1b8d6212f1b971c434606', '8.0.123.58001', '8.0.1'],
    ['13.0.3+0a2e291c0d9c0c7675d445703e51750363a549ef', '13.0.3.27908', '13.0.3'],
    ['1.0.0-beta.2', '1.0.0.0', '1.0.0-beta.2'],
    ['4.6.26515.06 @BuiltBy: dlab-DDVSOWINAGE069', '4.6.26515.06', '4.6.26515.06'],
    ['see the site', '2.0.1.0', '2.0.1.0'],
    ['0.0.0', '2.0.1', '2.0.1'],
    ['', '', '9.9.9.9'],
    ['https://example.org', 'v1', '9.9.9.9'],
    ['1', '2', '9.9.9.9'],
  ])('of the product %j and the file %j is %s', (product, file, expected) => {
    const resource = new Map([
      ['ProductVersion', product],
      ['FileVersion', file],
    ]);
    expect(packageVersion(resource, '9.9.9.9')).toBe(expected);
  });
});
