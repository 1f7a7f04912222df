/** Letters of a part, after runs were shortened. */
export const MOST_LETTERS = 64;
/** A letter that repeats says little: of a run this many count. */
const LONGEST_RUN = 3;
/** Digests have 110 letters; a run that is to be shortened may be longer. */
const MOST_CHARACTERS = 4096;

/** A digest as it is compared: runs of a letter are three letters long at the most. */
export interface ParsedDigest {
  readonly size: number;
  /** 64 letters at the most, in bytes. */
  readonly hash1: Uint8Array;
  readonly hash2: Uint8Array;
}

/**
 * Reads `BLOCKSIZE:HASH1:HASH2`, which a comma ends, or the end. Undefined for what libfuzzy 2.14 refuses: a part that is
 * missing, or has more than 64 letters when runs are shortened. Stricter than it in the number, which is made of digits
 * alone here and is exact, and in the order: it looks at nothing else where two sizes cannot be compared. As there, any letter will do.
 */
export function parseDigest(text: string): ParsedDigest | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  // Bytes are compared: of a letter that is more than one, all of them.
  const line = Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
  const first = line.indexOf(':');
  const second = line.indexOf(':', first + 1);
  if (first < 1 || first > MOST_DIGITS || second < 0) return undefined;
  let size = 0;
  for (let i = 0; i < first; i++) {
    const digit = line.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    size = size * 10 + digit;
  }
  const comma = line.indexOf(',', second);
  const hash1 = shortened(line, first + 1, second);
  const hash2 = shortened(line, second + 1, comma < 0 ? line.length : comma);
  if (!Number.isSafeInteger(size) || hash1 === undefined || hash2 === undefined) return undefined;
  return { size, hash1, hash2 };
}

/** Digits of the largest number that is exact. */
const MOST_DIGITS = 16;

/** Letters of the part at hand: an index reads a hundred thousand digests. */
const letters = new Uint8Array(MOST_LETTERS);

function shortened(line: string, from: number, to: number): Uint8Array | undefined {
  let length = 0;
  let run = 0;
  let before = -1;
  for (let i = from; i < to; i++) {
    const letter = line.charCodeAt(i);
    run = letter === before ? run + 1 : 1;
    before = letter;
    if (run > LONGEST_RUN) continue;
    if (length === MOST_LETTERS) return undefined;
    letters[length++] = letter;
  }
  return letters.slice(0, length);
}
