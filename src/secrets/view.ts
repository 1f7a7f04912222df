/** What a text is, apart from its characters. */
export interface Surroundings {
  /** Path of the file; of a text of the configuration, its kind and name. */
  readonly path: string;
  /** `file`, or which text of the configuration. */
  readonly kind: 'file' | 'env' | 'label' | 'history' | 'argument';
  /** Name that the whole text is the value of. */
  readonly name?: string;
  /** It has bytes that no text has: a program, a database, bytecode. */
  readonly isBinary: boolean;
}

/** A piece of a file as characters, one for each byte, or for each two bytes of UTF-16. */
export interface View {
  readonly text: string;
  /** Where in the file its first character stands. */
  readonly base: number;
  /** Bytes of a character. */
  readonly step: 1 | 2;
  readonly around: Surroundings;
}

/** Bytes of a file that is seen as one piece. */
const WHOLE: number = 256 * 1024;
/** Bytes of a piece of a larger one. */
const PIECE: number = 64 * 1024;
/** Characters before a keyword that are always in view, unless the file begins there. */
export const BEFORE = 1024;
/** Characters from a keyword on that are always in view, unless the file ends there. */
export const BEHIND: number = 24 * 1024;

/** Gives the piece of a file round a place. Asked with rising places, it copies each byte at most twice. */
export class Views {
  readonly #bytes: Buffer;
  readonly #around: Surroundings;
  #narrow: View | undefined;
  #wide: (View & { readonly end: number }) | undefined;

  constructor(bytes: Uint8Array, around: Surroundings) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#around = around;
  }

  /** @param at byte of the file */
  at(at: number): View {
    const last = this.#narrow;
    const size = this.#bytes.length;
    if (last !== undefined) {
      const { base, text } = last;
      const end = base + text.length;
      if ((base === 0 || at - base >= BEFORE) && at >= base && (end === size || end - at >= BEHIND)) return last;
    }
    const from = size <= WHOLE ? 0 : Math.max(0, at - BEFORE);
    const to = size <= WHOLE ? size : Math.min(size, from + PIECE);
    this.#narrow = { text: this.#bytes.toString('latin1', from, to), base: from, step: 1, around: this.#around };
    return this.#narrow;
  }

  /** The text in UTF-16, little end first, as far as every second byte is 0. */
  wideAt(at: number): View {
    const last = this.#wide;
    if (last !== undefined && at >= last.base && at < last.end && (at - last.base) % 2 === 0) {
      const isWhole = last.end - last.base < 2 * (BEFORE + BEHIND);
      if (isWhole || (last.end - at >= BEHIND && at - last.base >= BEFORE)) return last;
    }
    const bytes = this.#bytes;
    let from = at;
    while (from - 2 >= 0 && at - from < 2 * BEFORE && isWideAt(bytes, from - 2)) from -= 2;
    let to = at;
    while (to + 1 < bytes.length && to - at < 2 * BEHIND && isWideAt(bytes, to)) to += 2;
    const narrow = Buffer.allocUnsafe((to - from) / 2);
    for (let i = 0; i < narrow.length; i++) narrow[i] = bytes[from + 2 * i] as number;
    this.#wide = {
      text: narrow.toString('latin1'),
      base: from,
      step: 2,
      around: { ...this.#around, isBinary: false },
      end: to,
    };
    return this.#wide;
  }
}

function isWideAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 0 && bytes[at] !== 0;
}
