import { FormatError } from '../errors.ts';

/** A value in DER (ITU-T X.690): its tag, what is in it, and all of it. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

export const derTag = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

/** The values that follow each other in some bytes. @throws FormatError */
export function derValues(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = readValue(bytes, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** The one value that some bytes begin with. @throws FormatError where there is none, or another tag */
export function derValue(bytes: Buffer, tag: number): DerValue {
  const value = readValue(bytes, 0);
  if (value.tag !== tag) throw new FormatError('a value in DER is of another kind');
  return value;
}

function readValue(bytes: Buffer, at: number): DerValue {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new FormatError('a value in DER is cut short');
  const extra = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || extra > 4 || at + 2 + extra > bytes.length)
    throw new FormatError('a value in DER has no length');
  const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra);
  const start = at + 2 + extra;
  if (start + length > bytes.length) throw new FormatError('a value in DER is cut short');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
}
