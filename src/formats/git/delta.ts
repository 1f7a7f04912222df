import { FormatError } from '../../errors.ts';

/**
 * Applies a delta to the object that it was made against (gitformat-pack(5), "Deltified representation").
 * @param most bytes that the result may have
 * @throws FormatError where it does not fit the base, or says that it makes more than that
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, most: number): Uint8Array {
  const cursor = { at: 0 };
  if (readSize(delta, cursor) !== base.length) throw new FormatError('a delta was made against another object');
  const size = readSize(delta, cursor);
  if (size > most) throw new FormatError(`an object has more than ${most} bytes`);
  const result = new Uint8Array(size);
  let filled = 0;
  while (cursor.at < delta.length) {
    const operation = delta[cursor.at++] as number;
    if (operation === 0) throw new FormatError('a delta has an operation that there is not');
    const isCopy = (operation & 0x80) !== 0;
    const from = isCopy ? readBits(delta, cursor, operation, 0, 4) : cursor.at;
    const length = isCopy ? readBits(delta, cursor, operation, 4, 3) || 0x10000 : operation;
    const source = isCopy ? base : delta;
    if (from + length > source.length || filled + length > size)
      throw new FormatError('a delta leads out of its object');
    result.set(source.subarray(from, from + length), filled);
    filled += length;
    if (!isCopy) cursor.at += length;
  }
  if (filled !== size) throw new FormatError('a delta makes less than it says');
  return result;
}

/** Bytes of the result that a delta claims to make. */
export function deltaSize(delta: Uint8Array): number {
  const cursor = { at: 0 };
  readSize(delta, cursor);
  return readSize(delta, cursor);
}

/** Seven bits a byte, the lowest first. */
function readSize(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[cursor.at++];
    if (byte === undefined || factor > 2 ** 42) throw new FormatError('a size of a delta is cut short');
    value += (byte & 0x7f) * factor;
    if ((byte & 0x80) === 0) return value;
  }
}

/** A number of which only those bytes are written that are not zero: a bit of the operation tells for each. */
function readBits(bytes: Uint8Array, cursor: { at: number }, operation: number, first: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) {
    if ((operation & (1 << (first + index))) === 0) continue;
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new FormatError('a delta is cut short');
    value += byte * 256 ** index;
  }
  return value;
}
