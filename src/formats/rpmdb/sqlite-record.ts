/** Bytes of a value by its serial type, up to 11 ("Database File Format", section 2.1). */
const lengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0] as const;

/** A value of a record: where it stands, and what it is. */
export interface RecordValue {
  readonly type: 'null' | 'integer' | 'real' | 'blob' | 'text';
  readonly start: number;
  readonly end: number;
}

/** A variable-length integer: up to nine bytes, seven bits each, the ninth with eight. */
export interface Varint {
  readonly value: number;
  readonly next: number;
}

/** Reads a variable-length integer; undefined where the bytes end. Values above 2^53 lose precision. */
export function readVarint(bytes: Uint8Array, start: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    if (i === 8) return { value: value * 256 + byte, next: start + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: start + i + 1 };
  }
  return undefined;
}

/** The values of a record in the order of its columns; undefined where lengths contradict each other. */
export function recordValues(record: Buffer): readonly RecordValue[] | undefined {
  const size = readVarint(record, 0);
  if (size === undefined || size.value > record.length || size.value < size.next) return undefined;
  const values: RecordValue[] = [];
  let start = size.value;
  for (let at = size.next; at < size.value; ) {
    const serial = readVarint(record, at);
    if (serial === undefined || serial.next > size.value) return undefined;
    const { type, length } = typeOf(serial.value);
    if (start + length > record.length) return undefined;
    values.push({ type, start, end: start + length });
    start += length;
    at = serial.next;
    // A table has at most 2000 columns, as SQLite is built.
    if (values.length > 2000) return undefined;
  }
  return values;
}

function typeOf(serial: number): { readonly type: RecordValue['type']; readonly length: number } {
  if (serial >= 12) {
    const isBlob = serial % 2 === 0;
    return { type: isBlob ? 'blob' : 'text', length: Math.floor((serial - 12) / 2) };
  }
  const length = lengths[serial] as number;
  if (serial === 0 || serial >= 10) return { type: 'null', length };
  return { type: serial === 7 ? 'real' : 'integer', length };
}

/** An integer of one to six bytes; undefined for any other value. The larger ones number no page. */
export function integerOf(record: Buffer, { type, start, end }: RecordValue): number | undefined {
  if (type !== 'integer' || end === start || end - start > 6) return undefined;
  return record.readIntBE(start, end - start);
}
