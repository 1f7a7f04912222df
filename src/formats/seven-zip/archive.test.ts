import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { readSevenZip, type SevenZip } from './archive.ts';

/** An archive that has nothing but this header, with checksums that are right: so that all of it is looked at. */
function withHeader(header: Uint8Array, packed: Uint8Array = new Uint8Array(0)): Buffer {
  const start = Buffer.alloc(32);
  start.write("7z\xbc\xaf'\x1c", 'latin1');
  start.writeBigUInt64LE(BigInt(packed.length), 12);
  start.writeBigUInt64LE(BigInt(header.length), 20);
  start.writeUInt32LE(crc32(header), 28);
  start.writeUInt32LE(crc32(start.subarray(12)), 8);
  return Buffer.concat([start, packed, header]);
}

function read(archive: Uint8Array): SevenZip {
  const steps = readSevenZip(new MemorySource(archive), () => () => true);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Numbers of up to eight bytes, as large as they can be. */
const huge = [0xff, ...Array.from({ length: 8 }, () => 0x0f)];

describe('the header of a 7z archive', () => {
  it('may be missing: then there is nothing in it', () => {
    expect(read(withHeader(new Uint8Array(0))).files).toEqual([]);
  });

  it.each([
    ['files', [1, 5, ...huge]],
    ['files without names', [1, 5, 0xc0, 0xff, 0xff, 0]],
    ['packed streams', [1, 4, 6, 0, ...huge]],
    ['folders', [1, 4, 7, 0x0b, ...huge, 0]],
    ['coders', [1, 4, 7, 0x0b, 1, 0, ...huge]],
    ['streams of a coder', [1, 4, 7, 0x0b, 1, 0, 1, 0x10, ...huge, 1]],
    ['a property', [1, 5, 1, 0x11, ...huge]],
    ['bits', [1, 5, 1, 0x0e, 1]],
    ['a header packed in itself', [0x17, 6, 0, 1, 9, 9, 0, 7, 0x0b, 1, 0, 1, 1, 0, 0x0c, 9, 0, 0]],
  ])('that claims more %s than there can be is refused', (_, header) => {
    const before = process.memoryUsage().arrayBuffers;

    expect(() => read(withHeader(Uint8Array.from(header)))).toThrow(FormatError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('of any bytes is read, or refused as damaged', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 0x15, 0x17), fc.nat(255));
    fc.assert(
      fc.property(fc.constantFrom([1, 4], [1, 5], [0x17], []), fc.array(byte, { maxLength: 80 }), (start, rest) => {
        try {
          read(withHeader(Uint8Array.from([...start, ...rest])));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
