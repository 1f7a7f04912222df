import os from 'node:os';

/** A word that is looked for: three bytes of ASCII at least. */
export interface Keyword {
  readonly text: string;
  readonly anyCase: boolean;
  /** What follows it is a letter, a digit, `-`, `_` or `.`: words of three and four bytes then cost less. */
  readonly isPrefix: boolean;
}

/** Is told each place of each keyword, in no strict order but never far from it. */
export type OnHit = (keyword: number, at: number, isWide: boolean) => void;

/** Bits of a slot's number: the table of a bit each has 32 KiB, which stay in the nearest cache. */
const SLOT_BITS = 18;
const SHIFT: number = 32 - SLOT_BITS;
/** Makes letters of both cases the same, and some other bytes, too: what is found is compared again. */
const FOLD = 0x20202020;
const HASH = 0x9e3779b1;

/**
 * Finds many words in one pass, in UTF-16 (little end first), too. At every second byte the four bytes that begin there are
 * looked up in one table; of each word two neighbouring groups of four bytes are in it, one of which stands at such a byte.
 * So bytes are read four at a time, and what the table does not have costs a multiplication.
 */
export function prefilter(keywords: readonly Keyword[]): (bytes: Uint8Array, onHit: OnHit) => void {
  const words = keywords.map(({ text }) => Buffer.from(text, 'latin1'));
  const { isTaken, entriesOf } = tableOf(keywords, words);

  return (bytes, onHit) => {
    const told = (at: number, group: number): void => {
      const entries = entriesOf(group);
      if (entries === undefined) return;
      for (const { keyword, offset, isWide } of entries) {
        const start = at - offset;
        if (start >= 0 && isAt(bytes, start, words[keyword]!, keywords[keyword]!.anyCase, isWide ? 2 : 1)) {
          onHit(keyword, start, isWide);
        }
      }
    };
    const look = (at: number): void => {
      const group = groupOf(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
      if (isIn(isTaken, slotOf(group))) told(at, group);
    };
    // Bytes before the first that lies where four can be read at once.
    const shift = (4 - (bytes.byteOffset & 3)) & 3;
    const fours = Math.max(0, (bytes.length - shift) >> 2);
    if ((shift & 1) === 1) {
      // Words of three bytes have no group that begins behind their first byte.
      for (const [keyword, word] of words.entries()) {
        if (word.length === 3 && isAt(bytes, 0, word, keywords[keyword]!.anyCase, 1)) onHit(keyword, 0, false);
      }
    }
    for (let at = shift & 1; at < shift && at + 4 <= bytes.length; at += 2) look(at);
    const last = fours - 1;
    if (last > 0) {
      const view = new Int32Array(bytes.buffer, bytes.byteOffset + shift, fours);
      let group = (view[0] as number) | FOLD;
      for (let i = 0; i < last; i++) {
        const next = (view[i + 1] as number) | FOLD;
        let slot = Math.imul(group, HASH) >>> SHIFT;
        if ((((isTaken[slot >>> 3] as number) >>> (slot & 7)) & 1) !== 0) told(4 * i + shift, group);
        const middle = isLittle ? (group >>> 16) | (next << 16) : (group << 16) | (next >>> 16);
        slot = Math.imul(middle, HASH) >>> SHIFT;
        if ((((isTaken[slot >>> 3] as number) >>> (slot & 7)) & 1) !== 0) told(4 * i + 2 + shift, middle);
        group = next;
      }
    }
    for (let at = shift + 4 * Math.max(0, last); at + 4 <= bytes.length; at += 2) look(at);
  };
}

/** The groups of all words: a bit for each slot that one of them has, and by group what stands where. */
function tableOf(keywords: readonly Keyword[], words: readonly Buffer[]) {
  const isTaken = new Uint8Array(1 << (SLOT_BITS - 3));
  const entriesOf = new Map<number, Entry[]>();
  const add = (bytes: ArrayLike<number>, entry: Entry): void => {
    const group = groupOf(bytes[0]!, bytes[1]!, bytes[2]!, bytes[3]!);
    const slot = slotOf(group);
    isTaken[slot >>> 3]! |= 1 << (slot & 7);
    const entries = entriesOf.get(group);
    if (entries === undefined) entriesOf.set(group, [entry]);
    else if (!entries.includes(entry)) entries.push(entry);
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
    add([word[0]!, 0, word[1]!, 0], { keyword, offset: 0, isWide: true });
    add([0, word[1]!, 0, word[2]!], { keyword, offset: 1, isWide: true });
  }
  return { isTaken, entriesOf: lookup(entriesOf) };
}

/** A map by number that is asked for thousands of numbers which it does not have. */
function lookup(map: ReadonlyMap<number, readonly Entry[]>): (group: number) => readonly Entry[] | undefined {
  const bits = Math.ceil(Math.log2(map.size + 1)) + 2;
  const mask = (1 << bits) - 1;
  const groups = new Int32Array(1 << bits);
  const places = new Uint16Array(1 << bits);
  const lists = [[], ...map.values()];
  let place = 0;
  for (const group of map.keys()) {
    let at = Math.imul(group, HASH) >>> (32 - bits);
    while (places[at] !== 0) at = (at + 1) & mask;
    groups[at] = group;
    places[at] = ++place;
  }
  return (group) => {
    for (let at = Math.imul(group, HASH) >>> (32 - bits); ; at = (at + 1) & mask) {
      const found = places[at] as number;
      if (found === 0) return undefined;
      if (groups[at] === group) return lists[found];
    }
  };
}

interface Entry {
  readonly keyword: number;
  /** Where in the word, in bytes, the group stands. */
  readonly offset: number;
  readonly isWide: boolean;
}

/** Four bytes as they are read at once, letters of both cases the same. */
function groupOf(first: number, second: number, third: number, fourth: number): number {
  one[0] = first;
  one[1] = second;
  one[2] = third;
  one[3] = fourth;
  return (asNumber[0] as number) | FOLD;
}

/** Which byte of four comes first in a number. */
const isLittle: boolean = os.endianness() === 'LE';
const one = new Uint8Array(4);
const asNumber = new Int32Array(one.buffer);

function slotOf(group: number): number {
  return Math.imul(group, HASH) >>> SHIFT;
}

function isIn(table: Uint8Array, slot: number): boolean {
  return (((table[slot >>> 3] as number) >>> (slot & 7)) & 1) !== 0;
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
