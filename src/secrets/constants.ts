/** A text among the constants of bytecode, and where its first byte is. */
export interface Constant {
  readonly text: string;
  readonly start: number;
}

/** Constants that are looked at. */
const MOST = 20_000;

/** Texts that bytecode of CPython or a class of Java has, names and values alike; nothing of other files. */
export function constantsOf(bytes: Uint8Array): readonly Constant[] | undefined {
  if (bytes.length < 16) return undefined;
  if (bytes[2] === 0x0d && bytes[3] === 0x0a) return ofPython(bytes);
  if (bytes[0] === 0xca && bytes[1] === 0xfe && bytes[2] === 0xba && bytes[3] === 0xbe) return ofJava(bytes);
  return undefined;
}

/** Type codes of texts in marshal: short and long ones of ASCII, interned or not, and of UTF-8; bit 7 marks what is referred to. */
const SHORT = 0x7a;
const SHORT_INTERNED = 0x5a;
const LONG: ReadonlySet<number> = new Set([0x61, 0x41, 0x75, 0x74, 0x73]);

/** Texts are told by their length and what follows it, without reading the code between them. */
function ofPython(bytes: Uint8Array): readonly Constant[] {
  const found: Constant[] = [];
  let at = 16;
  while (at < bytes.length - 2 && found.length < MOST) {
    const code = (bytes[at] as number) & 0x7f;
    let start = 0;
    let length = 0;
    if (code === SHORT || code === SHORT_INTERNED) {
      length = bytes[at + 1] as number;
      start = at + 2;
    } else if (LONG.has(code) && at + 5 < bytes.length && bytes[at + 3] === 0 && bytes[at + 4] === 0) {
      length = (bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8);
      start = at + 5;
    }
    if (length >= 3 && length <= 4096 && isText(bytes, start, length)) {
      found.push({ text: textAt(bytes, start, length), start });
      at = start + length;
    } else {
      at++;
    }
  }
  return found;
}

/** Bytes of an entry of the constant pool behind its tag (JVM specification, section 4.4). */
const sizes: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};

function ofJava(bytes: Uint8Array): readonly Constant[] {
  const found: Constant[] = [];
  const count = ((bytes[8] as number) << 8) | (bytes[9] as number);
  let at = 10;
  for (let entry = 1; entry < count && at + 3 < bytes.length && found.length < MOST; entry++) {
    const tag = bytes[at] as number;
    if (tag === 1) {
      const length = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      const start = at + 3;
      if (length >= 3 && length <= 4096 && isText(bytes, start, length))
        found.push({ text: textAt(bytes, start, length), start });
      at = start + length;
      continue;
    }
    const size = sizes[tag];
    if (size === undefined) break;
    // Numbers of eight bytes count twice.
    if (tag === 5 || tag === 6) entry++;
    at += 1 + size;
  }
  return found;
}

/** Characters of a name of a constant. */
const MOST_NAME = 60;

/**
 * The name of a constant of a whole program (`API_KEY`) that has a byte at a place, if it is an entry of the constants of
 * bytecode: the length before it and the mark before that prove it.
 */
export function nameInPool(bytes: Uint8Array, at: number): string | undefined {
  let start = at;
  while (start > 2 && at - start <= MOST_NAME && isConstantByte(bytes[start - 1] as number)) start--;
  let end = at;
  while (end < bytes.length && end - start <= MOST_NAME && isConstantByte(bytes[end] as number)) end++;
  // The length itself may be a letter.
  for (let from = start; from <= Math.min(start + 1, at); from++) {
    const length = bytes[from - 1] as number;
    if (end - from !== length && !(from + length > at && from + length < end)) continue;
    const mark = bytes[from - 2] as number;
    const isPython = (mark & 0x7f) === SHORT || (mark & 0x7f) === SHORT_INTERNED;
    const isJava = mark === 0 && bytes[from - 3] === 1;
    if (isPython || isJava) return textAt(bytes, from, length);
  }
  return undefined;
}

/** Capitals, digits, `_`: how constants are written that are set once. */
function isConstantByte(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}

function isText(bytes: Uint8Array, start: number, length: number): boolean {
  if (start + length > bytes.length) return false;
  for (let at = start; at < start + length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
}
