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
  const found = /^(\d{1,16}):([^:]*):([^,]*)/.exec(text);
  if (found === null) return undefined;
  const size = Number(found[1]);
  const hash1 = shortened(found[2]!);
  const hash2 = shortened(found[3]!);
  if (!Number.isSafeInteger(size) || hash1 === undefined || hash2 === undefined) return undefined;
  return { size, hash1, hash2 };
}

/** Bytes of the part at hand: an index reads a hundred thousand digests. */
const scratch = Buffer.alloc(3 * MOST_CHARACTERS);

function shortened(part: string): Uint8Array | undefined {
  const count = scratch.write(part);
  let length = 0;
  let run = 0;
  let before = -1;
  for (let i = 0; i < count; i++) {
    const byte = scratch[i]!;
    run = byte === before ? run + 1 : 1;
    before = byte;
    if (run > LONGEST_RUN) continue;
    if (length === MOST_LETTERS) return undefined;
    scratch[length++] = byte;
  }
  return Uint8Array.prototype.slice.call(scratch, 0, length);
}
