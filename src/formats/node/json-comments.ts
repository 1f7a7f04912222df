const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SLASH = 0x2f;
const STAR = 0x2a;
const BLANK = 0x20;
const NEWLINE = 0x0a;
const COMMA = 0x2c;

/**
 * Turns JSON with comments and commas behind the last member (jsonc.org; bun.lock, deno.jsonc) into JSON of the same
 * length, with blanks in their place. What is wrong besides stays as it is: who parses the result sees it.
 */
export function withoutComments(document: Uint8Array): Buffer {
  const bytes = Buffer.from(document); // a copy: it is written to
  /** Of the last comma, while nothing but blanks and comments followed it. */
  let comma = -1;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    if (byte === SLASH && (bytes[at + 1] === SLASH || bytes[at + 1] === STAR)) {
      const end = commentEnd(bytes, at);
      bytes.fill(BLANK, at, end);
      at = end;
      continue;
    }
    if (byte === QUOTE) {
      comma = -1;
      at = textEnd(bytes, at);
      continue;
    }
    if (byte === COMMA) comma = at;
    else if (byte > BLANK) {
      if (comma >= 0 && (byte === 0x7d || byte === 0x5d)) bytes[comma] = BLANK;
      comma = -1;
    }
    at++;
  }
  return bytes;
}

function commentEnd(bytes: Buffer, start: number): number {
  const isLine = bytes[start + 1] === SLASH;
  const end = isLine ? bytes.indexOf(NEWLINE, start) : bytes.indexOf('*/', start + 2);
  if (end < 0) return bytes.length;
  return isLine ? end : end + 2;
}

function textEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
