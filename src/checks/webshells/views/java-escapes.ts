import { readEscape } from './escapes.ts';

/**
 * Replaces `\u0041` by what it stands for, as Java does before it looks for comments: an escaped line feed ends one
 * (Java Language Specification, 3.3). The same bytes where there is none.
 */
export function unescapeJava(text: Buffer, origins?: Int32Array): Buffer {
  let i = text.indexOf('\\u');
  if (i < 0) return text;
  const out = Buffer.allocUnsafe(text.length);
  out.set(text.subarray(0, i));
  if (origins !== undefined) for (let k = 0; k < i; k++) origins[k] = k;
  let o = i;
  const end = text.length;
  while (i < end) {
    const c = text[i]!;
    if (origins !== undefined) origins[o] = i;
    if (c === 0x5c) {
      if (text[i + 1] === 0x75) {
        const found = readEscape(text, i, end, true);
        if (found !== undefined && found.byte < 0x80) {
          out[o++] = found.byte;
          i = found.end;
          continue;
        }
      } else if (text[i + 1] === 0x5c) {
        // A backslash behind a backslash begins no escape.
        out[o++] = c;
        if (origins !== undefined) origins[o] = i + 1;
        out[o++] = c;
        i += 2;
        continue;
      }
    }
    out[o++] = c;
    i++;
  }
  return out.subarray(0, o);
}
