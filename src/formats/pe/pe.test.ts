import { describe, expect, it } from 'vitest';
import { peFile } from '../../../test/support/executables.ts';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { peDirectory, peOffset, readPe } from './pe.ts';

const read = (bytes: Uint8Array) => readPe(new MemorySource(bytes));

describe('readPe', () => {
  it.each([true, false])('reads headers, sections and directories (PE32+: %s)', (wide) => {
    const content = Buffer.from('hello');

    const file = read(peFile({ wide, sections: [{ name: '.data', address: 0x2000, content }] }));

    expect(file).toMatchObject({ wide, imageBase: 0x400000, machine: wide ? 0x8664 : 0x14c });
    expect(file.sections).toMatchObject([{ name: '.data', address: 0x2000, size: 5 }]);
    expect(file.directories[peDirectory.cli]).toEqual({ address: 0, size: 0 });
    expect(peOffset(file, 0x2004)).toBe(file.sections[0]!.offset + 4);
    expect(peOffset(file, 0x2005)).toBeUndefined();
    expect(peOffset(file, 0x1fff)).toBeUndefined();
  });

  const good = peFile({ wide: true, sections: [{ name: '.data', address: 0x2000, content: Buffer.from('x') }] });

  it('refuses every beginning that ends within the headers', () => {
    const headers = good.length - 1;
    for (let length = 0; length < headers; length++) {
      expect(() => read(good.subarray(0, length)), String(length)).toThrow(FormatError);
    }
    expect(read(good.subarray(0, headers)).sections).toHaveLength(1);
  });

  it.each([
    ['a header far away', (bytes: Buffer) => bytes.writeUInt32LE(0xffff_ffff, 60)],
    ['no PE header', (bytes: Buffer) => bytes.writeUInt8(0, 64)],
    ['65535 sections', (bytes: Buffer) => bytes.writeUInt16LE(0xffff, 64 + 6)],
    ['an optional header of no bytes', (bytes: Buffer) => bytes.writeUInt16LE(0, 64 + 20)],
    ['an unknown optional header', (bytes: Buffer) => bytes.writeUInt16LE(0x107, 64 + 24)],
  ])('refuses %s', (_, damage) => {
    const bytes = Buffer.from(good);
    damage(bytes);
    expect(() => read(bytes)).toThrow(FormatError);
  });

  it('takes no more directories than there is room for', () => {
    const bytes = Buffer.from(good);
    bytes.writeUInt32LE(0xffff_ffff, 64 + 24 + 108);
    expect(read(bytes).directories).toHaveLength(16);
  });
});
