/** A word that is looked for: three bytes of ASCII at least. */
export interface Keyword {
  readonly text: string;
  readonly anyCase: boolean;
  /** What follows it is a letter, a digit, `-`, `_` or `.`: words of three and four bytes then cost less. */
  readonly isPrefix: boolean;
}

/** Is told each place of each keyword, in no strict order but never far from it. */
export type OnHit = (keyword: number, at: number, isWide: boolean) => void;

const SLOTS: number = 1 << 16;
/** Makes letters of both cases the same, and some other bytes, too: what is found is compared again. */
const FOLD = 0x20202020;
const HASH = 0x9e3779b1;

/**
 * Finds many words in one pass, in UTF-16 (little end first), too. At every second byte the four bytes that begin there are
 * looked up in one table; of each word two neighbouring groups of four bytes are in it, one of which stands at such a byte.
 * So half of the bytes are never looked at by themselves, and what the table does not have costs a multiplication.
 */
export function prefilter(keywords: readonly Keyword[]): (bytes: Uint8Array, onHit: OnHit) => void {
  const words = keywords.map(({ text }) => Buffer.from(text, 'latin1'));
  const isTaken = new Uint8Array(SLOTS);
  const chains = new Map<number, Entry[]>();
  const add = (group: ArrayLike<number>, entry: Entry): void => {
    const slot = slotOf(group[0]! | (group[1]! << 8), group[2]! | (group[3]! << 8));
    isTaken[slot] = 1;
    const chain = chains.get(slot);
    if (chain === undefined) chains.set(slot, [entry]);
    else if (!chain.includes(entry)) chain.push(entry);
  };
  for (const [keyword, word] of words.entries()) {
    const { isPrefix } = keywords[keyword]!;
    const narrow = (offset: number): Entry => ({ keyword, offset, isWide: false });
    if (word.length >= 5) {
      const offset = rarestPair(word);
      add(word.subarray(offset), narrow(offset));
      add(word.subarray(offset + 1), narrow(offset + 1));
    } else if (word.length === 4) {
      add(word, narrow(0));
      const entry = narrow(1);
      for (const next of isPrefix ? wordBytes : allBytes) add([...word.subarray(1), next], entry);
    } else {
      const [whole, before] = [narrow(0), narrow(-1)];
      for (const next of isPrefix ? wordBytes : allBytes) add([...word, next], whole);
      for (const last of allBytes) add([last, ...word], before);
    }
    if (word.length < 4) continue;
    add([word[0]!, 0, word[1]!, 0], { keyword, offset: 0, isWide: true });
    add([0, word[1]!, 0, word[2]!], { keyword, offset: 1, isWide: true });
  }

  return (bytes, onHit) => {
    const shift = bytes.byteOffset & 1;
    const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset + shift, (bytes.length - shift) >> 1);
    const told = (at: number, slot: number): void => {
      for (const { keyword, offset, isWide } of chains.get(slot)!) {
        const start = at - offset;
        if (start >= 0 && isAt(bytes, start, words[keyword]!, keywords[keyword]!.anyCase, isWide ? 2 : 1)) {
          onHit(keyword, start, isWide);
        }
      }
    };
    if (shift === 1) {
      // Words of three bytes have no group that begins behind their first byte.
      for (const [keyword, word] of words.entries()) {
        if (word.length === 3 && isAt(bytes, 0, word, keywords[keyword]!.anyCase, 1)) onHit(keyword, 0, false);
      }
    }
    const last = pairs.length - 1;
    let low = pairs[0] ?? 0;
    for (let i = 0; i < last; i++) {
      const high = pairs[i + 1] as number;
      const slot = Math.imul(low | (high << 16) | FOLD, HASH) >>> 16;
      if (isTaken[slot] !== 0) told(2 * i + shift, slot);
      low = high;
    }
  };
}

interface Entry {
  readonly keyword: number;
  /** Where in the word, in bytes, the group stands. */
  readonly offset: number;
  readonly isWide: boolean;
}

function slotOf(low: number, high: number): number {
  return Math.imul(low | (high << 16) | FOLD, HASH) >>> 16;
}

function isAt(bytes: Uint8Array, at: number, word: Uint8Array, anyCase: boolean, step: 1 | 2): boolean {
  if (at + word.length * step > bytes.length) return false;
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[at + i * step] as number;
    const wanted = word[i] as number;
    if (byte !== wanted && !(anyCase && isLetter(wanted) && (byte ^ wanted) === 0x20)) return false;
    if (step === 2 && bytes[at + 2 * i + 1] !== 0) return false;
  }
  return true;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Letters of English, commonest first, and what names in programs have besides. */
const common = 'etaoinsrhldcumfpgwybvkxjqz_';

/** Where in a word two neighbouring groups of four bytes begin that other texts have seldom. */
function rarestPair(word: Uint8Array): number {
  const rarity = [...word].map((byte) => {
    const place = common.indexOf(String.fromCharCode(byte).toLowerCase());
    return place < 0 ? 30 : place;
  });
  let best = 0;
  let most = -1;
  for (let at = 0; at + 5 <= word.length; at++) {
    const sum = rarity.slice(at, at + 5).reduce((total, one) => total + one, 0);
    if (sum > most) [best, most] = [at, sum];
  }
  return best;
}

const allBytes: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);
const wordBytes: readonly number[] = [...Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789-_.', 'latin1')];
