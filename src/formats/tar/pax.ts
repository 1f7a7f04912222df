import { FormatError } from '../../errors.ts';
import { decodeName } from './path.ts';

/** Attributes of the next member (or, from a global header, of all that follow). */
export type PaxRecords = ReadonlyMap<string, Buffer>;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;

/**
 * Reads the records of a PAX extended header: `LENGTH KEY=VALUE\n`, the length counting the whole record
 * (POSIX.1-2001, pax, "pax Extended Header").
 * @param wanted keys that are kept
 * @throws FormatError where a record does not have that form; records before it are lost, as they are for tar itself.
 */
export function parsePax(bytes: Buffer, wanted: ReadonlySet<string>): PaxRecords {
  const records = new Map<string, Buffer>();
  let position = 0;
  while (position < bytes.length) {
    if (bytes[position] === 0) break; // padding that some writers count in the size
    let length = 0;
    let digits = position;
    for (; digits < bytes.length && bytes[digits] !== SPACE; digits++) {
      const digit = (bytes[digits] as number) - 0x30;
      if (digit < 0 || digit > 9 || length > bytes.length) throw new FormatError('a PAX record has no length');
      length = length * 10 + digit;
    }
    const end = position + length;
    const equals = bytes.indexOf(EQUALS, digits + 1);
    if (length === 0 || end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== NEWLINE) {
      throw new FormatError('a PAX record has a wrong length');
    }
    const key = bytes.toString('latin1', digits + 1, equals);
    if (wanted.has(key)) records.set(key, Buffer.from(bytes.subarray(equals + 1, end - 1)));
    position = end;
  }
  return records;
}

/** Text of a record, with bytes that are no UTF-8 escaped. */
export function paxText(records: PaxRecords, key: string): string | undefined {
  const value = records.get(key);
  return value === undefined || value.length === 0 ? undefined : decodeName(value);
}

/**
 * A record that is a whole number.
 * @throws FormatError if it is not, or is negative, or too large to count exactly.
 */
export function paxNumber(records: PaxRecords, key: string): number | undefined {
  const text = paxText(records, key);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new FormatError(`the PAX record ${key} is no whole number`);
  return value;
}
