/** What ends the program of a phar archive; the extension of PHP looks for it with these letters. */
const HALT = '__HALT_COMPILER();';
/** Flags of a member: compressed by zlib or bzip2. */
const COMPRESSED = 0x3000;
/** Fixed fields of a member beside its name: its length before it, six numbers behind it. */
const MEMBER_FIELDS = 24;

/**
 * A phar archive with blanks in place of its compressed members, so that all else keeps its place and its line: no server
 * reads them as text, and by chance they have what rules look for. What is no phar stays as it is, in the same memory.
 * Damaged ones are blanked as far as their manifest goes. Source: PHP manual, "Phar file format".
 */
export function withoutPacked(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const halt = text.indexOf(HALT);
  if (halt < 0) return bytes;
  const ending = /^[ \n]?\?>(?:\r\n|\n)?/.exec(text.toString('latin1', halt + HALT.length, halt + HALT.length + 5));
  const start = halt + HALT.length + (ending?.[0].length ?? 0);
  if (start + 18 > text.length) return bytes;
  const end = start + 4 + text.readUInt32LE(start);
  const count = text.readUInt32LE(start + 4);
  // Version 1 of the interface: all there ever was.
  if (end > text.length || text[start + 8]! >> 4 !== 1) return bytes;

  let at = start + 14;
  at = skipField(text, at, end);
  at = skipField(text, at, end);
  let content = end;
  let blanked: Buffer | undefined;
  for (let i = 0; i < count; i++) {
    const numbers = skipField(text, at, end);
    if (numbers + MEMBER_FIELDS > end) break;
    const size = text.readUInt32LE(numbers + 8);
    const flags = text.readUInt32LE(numbers + 16);
    const next = Math.min(content + size, text.length);
    if ((flags & COMPRESSED) !== 0 && isPacked(text.subarray(content, next))) {
      blanked ??= Buffer.from(text);
      blank(blanked.subarray(content, next));
    }
    content = next;
    at = skipField(text, numbers + MEMBER_FIELDS - 4, end);
  }
  return blanked ?? bytes;
}

/** Behind a length and as many bytes; the end where there are not as many. */
function skipField(text: Buffer, at: number, end: number): number {
  return at + 4 > end ? end : Math.min(end, at + 4 + text.readUInt32LE(at));
}

/** Whether at most three of four bytes are of text: a manifest may lie, and a script be no archive to a server. */
function isPacked(bytes: Uint8Array): boolean {
  let printed = 0;
  for (const byte of bytes) {
    if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09) printed++;
  }
  return printed <= bytes.length * 0.75;
}

function blank(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x0a) bytes[i] = 0x20;
  }
}
