/** Encodings other than UTF-8 by the byte order mark that they begin with: what `>` of Windows PowerShell writes. */
const marks: readonly (readonly [first: number, second: number, encoding: string])[] = [
  [0xff, 0xfe, 'utf-16le'],
  [0xfe, 0xff, 'utf-16be'],
];

/** The text of a bill of materials in UTF-8: the same bytes, unless they begin with the mark of UTF-16. */
export function utf8Of(bytes: Uint8Array): Uint8Array {
  const mark = marks.find(([first, second]) => bytes[0] === first && bytes[1] === second);
  if (mark === undefined) return bytes;
  const text = new TextDecoder(mark[2]).decode(bytes);
  return Buffer.from(text.replace(DECLARED, '$1'));
}

/** XML says once more what it is in. */
const DECLARED = /^(\s*<\?xml[^>]{0,100}?)\s+encoding\s*=\s*["']utf-16(?:le|be)?["']/i;
