import { piWords } from './pi-words.ts';

const ROUNDS = 16;
const KEYS: number = ROUNDS + 2;
const BOX = 256;
const BOXES: number = 4 * BOX;

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Bytes of the hash that are written down, of 24. */
const WRITTEN = 23;
const text: Uint8Array = Buffer.from('OrpheanBeholderScryDoubt');

let initial: Uint32Array | undefined;

/** Encryptions of 64 bits that a hash of a cost takes. */
export function bcryptSteps(cost: number): number {
  return (2 * 2 ** cost + 1) * ((KEYS + BOXES) / 2);
}

/**
 * The last 31 characters of a hash of the methods `$2a$`, `$2b$`, `$2x$` and `$2y$`.
 *
 * Source: Niels Provos and David Mazieres, "A Future-Adaptable Password Scheme" (USENIX 1999); `$2x$` is what crypt_blowfish
 * before 1.1 made of bytes above 127.
 * @param salt 22 characters
 * @param cost between 4 and 31: the time doubles with each
 */
export function bcrypt(
  password: Uint8Array,
  salt: string,
  cost: number,
  { isSigned = false }: { readonly isSigned?: boolean } = {},
): string {
  const state = new Blowfish();
  // The zero at its end is a part of the key.
  const key = wordsOf(Uint8Array.from([...password.subarray(0, 72), 0]), KEYS, isSigned);
  const salted = wordsOf(decode(salt), 4, false);
  state.expand(key, salted);
  const long = Int32Array.from({ length: KEYS }, (_, word) => salted[word % 4]!);
  for (let turn = 2 ** cost; turn > 0; turn--) {
    state.expand(key, NONE);
    state.expand(long, NONE);
  }
  const words = wordsOf(text, text.length / 4, false);
  for (let at = 0; at < words.length; at += 2) for (let turn = 0; turn < 64; turn++) state.encrypt(words, at);
  const bytes = Buffer.alloc(text.length);
  for (const [at, word] of words.entries()) bytes.writeInt32BE(word, 4 * at);
  return encode(bytes.subarray(0, WRITTEN));
}

const NONE: Int32Array = new Int32Array(4);

class Blowfish {
  readonly #keys: Int32Array;
  readonly #boxes: Int32Array;

  constructor() {
    initial ??= piWords(KEYS + BOXES);
    this.#keys = Int32Array.from(initial.subarray(0, KEYS));
    this.#boxes = Int32Array.from(initial.subarray(KEYS));
  }

  /** Puts a key in, and then all that follows from it; each block is combined with the salt before. */
  expand(key: Int32Array, salt: Int32Array): void {
    const keys = this.#keys;
    for (let word = 0; word < KEYS; word++) keys[word]! ^= key[word]!;
    const block = new Int32Array(2);
    let half = 0;
    for (const table of [keys, this.#boxes]) {
      for (let at = 0; at < table.length; at += 2) {
        block[0]! ^= salt[half]!;
        block[1]! ^= salt[half + 1]!;
        half ^= 2;
        this.encrypt(block, 0);
        table[at] = block[0]!;
        table[at + 1] = block[1]!;
      }
    }
  }

  encrypt(words: Int32Array, at: number): void {
    const keys = this.#keys;
    const boxes = this.#boxes;
    let left = words[at]!;
    let right = words[at + 1]!;
    for (let round = 0; round < ROUNDS; round += 2) {
      left ^= keys[round]!;
      right ^=
        (((boxes[left >>> 24]! + boxes[BOX + ((left >>> 16) & 255)]!) ^ boxes[2 * BOX + ((left >>> 8) & 255)]!) +
          boxes[3 * BOX + (left & 255)]!) ^
        keys[round + 1]!;
      left ^=
        ((boxes[right >>> 24]! + boxes[BOX + ((right >>> 16) & 255)]!) ^ boxes[2 * BOX + ((right >>> 8) & 255)]!) +
        boxes[3 * BOX + (right & 255)]!;
    }
    words[at] = right ^ keys[ROUNDS + 1]!;
    words[at + 1] = left ^ keys[ROUNDS]!;
  }
}

/** Bytes as words, over and over. */
function wordsOf(bytes: Uint8Array, count: number, isSigned: boolean): Int32Array {
  const words = new Int32Array(count);
  let at = 0;
  for (let word = 0; word < count; word++) {
    let value = 0;
    for (let byte = 0; byte < 4; byte++) {
      const next = bytes[at]!;
      value = (value << 8) | (isSigned ? (next << 24) >> 24 : next);
      at = (at + 1) % bytes.length;
    }
    words[word] = value;
  }
  return words;
}

function decode(salt: string): Uint8Array {
  const bytes = new Uint8Array(16);
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const character of salt) {
    value = ((value << 6) | ALPHABET.indexOf(character)) & 0xffff;
    bits += 6;
    if (bits < 8 || at === bytes.length) continue;
    bits -= 8;
    bytes[at++] = value >>> bits;
  }
  return bytes;
}

function encode(bytes: Uint8Array): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const value = (a << 16) | (b << 8) | c;
    for (let place = 18; place >= 0; place -= 6) encoded += ALPHABET[(value >>> place) & 63];
  }
  return encoded.slice(0, Math.ceil((bytes.length * 8) / 6));
}
