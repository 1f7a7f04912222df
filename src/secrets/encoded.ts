/** A piece of a text that is another text in base 64. */
export interface EncodedText {
  readonly start: number;
  readonly end: number;
  readonly plain: string;
}

/** Characters of a piece that are decoded; longer ones are documents. */
const MOST = 24_000;
/** Characters of a piece that can hold a secret. */
const LEAST = 16;

const runs = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const run = /[A-Za-z0-9+/_-]{0,24000}={0,2}/y;
const inRun = /[A-Za-z0-9+/_-]/;

/** All pieces of a text that are texts in base 64, each character looked at once. */
export function* encodedTexts(text: string): Iterable<EncodedText> {
  for (const { index, 0: encoded } of text.matchAll(runs)) {
    const plain = decoded(encoded.slice(0, MOST));
    if (plain !== undefined) yield { start: index, end: index + encoded.length, plain };
  }
}

/**
 * The text in base 64 that begins at a place, if one does.
 * @returns nothing in the middle of other letters, where nobody knows which of them belong together
 */
export function encodedTextAt(text: string, at: number): EncodedText | undefined {
  if (at > 0 && inRun.test(text[at - 1] as string)) return undefined;
  run.lastIndex = at;
  const encoded = run.exec(text)?.[0] ?? '';
  const plain = encoded.length < LEAST ? undefined : decoded(encoded);
  return plain === undefined ? undefined : { start: at, end: at + encoded.length, plain };
}

/** What a word becomes in base 64, as far as it does not depend on what follows it. */
export function encodedBeginning(word: string): string {
  return Buffer.from(word, 'latin1')
    .toString('base64')
    .slice(0, Math.floor((word.length * 8) / 6));
}

/** Bytes that are a text of ASCII: anything else decodes to no such thing but by a rare chance. */
function decoded(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length === 0) return undefined;
  for (const byte of bytes)
    if (byte > 0x7e || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) return undefined;
  return bytes.toString('latin1');
}
