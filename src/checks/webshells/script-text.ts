/**
 * The text of a script as bytes of UTF-8 or of a superset of ASCII: UTF-16 is transcoded, with a byte order mark or
 * without one where every second byte of the beginning is NUL. A mark at the beginning is left out. Other bytes stay
 * as they are, in the same memory.
 */
export function scriptText(bytes: Uint8Array): Uint8Array {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  if (a === 0xff && b === 0xfe) return transcode(bytes.subarray(2), 'utf-16le');
  if (a === 0xfe && b === 0xff) return transcode(bytes.subarray(2), 'utf-16be');
  if (isWide(bytes, 1)) return transcode(bytes, 'utf-16le');
  if (isWide(bytes, 0)) return transcode(bytes, 'utf-16be');
  return bytes;
}

/** Whether the first bytes are ASCII characters of two bytes, of which the zero one stands at `zero`. */
function isWide(bytes: Uint8Array, zero: 0 | 1): boolean {
  if (bytes.length < 8) return false;
  for (let i = 0; i < 8; i += 2) {
    if (bytes[i + zero] !== 0 || bytes[i + 1 - zero] === 0) return false;
  }
  return true;
}

function transcode(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Uint8Array {
  return Buffer.from(new TextDecoder(encoding).decode(bytes));
}
