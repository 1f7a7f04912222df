import { createHmac, hash, pbkdf2Sync } from 'node:crypto';
import { decodeCharacter, encodeLittle } from './encode.ts';
import { MOST_MEMORY, pwxForm } from './pwx-form.ts';
import { mixSalsa, SHUFFLE } from './salsa20.ts';

/** Settings of a hash of yescrypt. */
export interface YescryptSettings {
  /** Rows of memory: a power of 2. */
  readonly rows: number;
  /** Of 128 bytes in a row. */
  readonly blocks: number;
  /** How much longer than its memory asks for it takes: 0 where nothing is said. */
  readonly time: number;
}

const BLOCK = 64;
/** Bytes of the three S-boxes together. */
const SBOXES = 12_288;
const SBOX: number = SBOXES / 3;
/** Bytes that one mixing writes into an S-box. */
const WRITTEN: number = 4 * BLOCK;

/** Layout of the memory of WebAssembly: the block that is mixed, the S-boxes, the row that is mixed, all rows. */
const SBOXES_AT: number = BLOCK;
const ROW_AT: number = SBOXES_AT + SBOXES;

/** Whether there is memory for it here. */
export function fitsYescrypt(settings: YescryptSettings): boolean {
  return memoryOf(settings) <= MOST_MEMORY;
}

/** Bytes of memory that a hash takes. */
function memoryOf({ rows, blocks }: YescryptSettings): number {
  return ROW_AT + 128 * blocks * (rows + 1);
}

/** Mixings of 64 bytes that a hash takes. */
export function yescryptSteps({ rows, blocks, time }: YescryptSettings): number {
  return 2 * blocks * (rows + turnsOf(rows, time) + rows / PRELUDE);
}

/** Of which part of its rows the password is hashed before, where there are many. */
const PRELUDE = 64;

/**
 * Settings as crypt(3) writes them, such as `j9T`: the flavor, the rows, the blocks, and what else differs from the usual.
 * @returns undefined where they are none, or not those of one thread without ROM
 */
export function readYescryptSettings(text: string): YescryptSettings | undefined {
  let at = 0;
  const next = (least: number): number | undefined => {
    const [value, length] = readNumber(text, at) ?? [];
    if (value === undefined || length === undefined) return undefined;
    at += length;
    return value + least;
  };
  const flavor = next(0);
  const rows = next(1);
  const blocks = next(1);
  const extras = at < text.length ? next(1) : 0;
  const time = extras === TIME ? next(1) : 0;
  const isUsual = flavor === USUAL_FLAVOR && (extras === 0 || extras === TIME);
  if (!isUsual || rows === undefined || blocks === undefined || time === undefined || at < text.length)
    return undefined;
  return rows >= 2 && rows <= MOST_ROW_BITS ? { rows: 2 ** rows, blocks, time } : undefined;
}

/** Six rounds, four lanes of two words, S-boxes of 12 KiB. */
const USUAL_FLAVOR = 47;
/** Bit of the extras that says that a time follows. */
const TIME = 2;
const MOST_ROW_BITS = 24;

/** A number whose first character says how many follow, and their number of characters. */
function readNumber(text: string, at: number): readonly [value: number, length: number] | undefined {
  let start = 0;
  let end = 47;
  let length = 1;
  let value = 0;
  const first = decodeCharacter(text.charAt(at));
  if (first < 0) return undefined;
  while (first > end) {
    value += (end + 1 - start) * 64 ** (length - 1);
    start = end + 1;
    end = start + Math.floor((62 - end) / 2);
    length++;
  }
  value += (first - start) * 64 ** (length - 1);
  for (let place = 1; place < length; place++) {
    const six = decodeCharacter(text.charAt(at + place));
    if (six < 0) return undefined;
    value += six * 64 ** (length - 1 - place);
  }
  return [value, length];
}

/** How often rows are mixed once more after all of them were filled. */
function turnsOf(rows: number, time: number): number {
  const turns = time > 1 ? rows * (time - 1) : Math.floor(((time === 1 ? 2 : 1) * rows + 2) / 3);
  return turns + (turns % 2);
}

/**
 * The text behind the last `$` of a hash of the method `$y$`, of one thread and without ROM, as crypt(3) makes them.
 *
 * Source: Alexander Peslyak, "yescrypt", https://www.openwall.com/yescrypt/ (version 1.1); checked against libxcrypt.
 * @param salt its bytes, decoded
 */
export function yescrypt(password: Uint8Array, salt: Uint8Array, settings: YescryptSettings): string {
  const { rows, blocks } = settings;
  const hasPrelude = rows >= 0x100 && rows * blocks >= 0x20000;
  const before = { rows: rows / PRELUDE, blocks, time: 0 };
  const secret = hasPrelude ? derive(password, salt, before, 'yescrypt-prehash') : password;
  const clientKey = hmac(derive(secret, salt, settings, 'yescrypt'), 'Client Key');
  return encodeLittle(hash('sha256', clientKey, 'buffer'));
}

function hmac(key: Uint8Array | string, data: Uint8Array | string): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

function derive(
  password: Uint8Array,
  salt: Uint8Array,
  settings: YescryptSettings,
  domain: 'yescrypt' | 'yescrypt-prehash',
): Uint8Array {
  const secret = hmac(domain, password);
  const block = pbkdf2Sync(secret, salt, 1, 128 * settings.blocks, 'sha256');
  const key = mix(block, settings);
  return pbkdf2Sync(key, block, 1, 32, 'sha256');
}

/** Mixes the block in place, and says by which key it is to be hashed. */
function mix(block: Buffer, settings: YescryptSettings): Uint8Array {
  const { rows, blocks, time } = settings;
  const size = 128 * blocks;
  const { memory, mix: pwx } = pwxForm(memoryOf(settings));
  const words = new Uint32Array(memory);
  const bytes = new Uint8Array(memory);
  const key = Uint8Array.from(block.subarray(0, 32));
  fillBoxes(block, words);
  const newKey = hmac(block.subarray(size - BLOCK), key);

  let [s0, s1, s2] = [SBOXES_AT + 2 * SBOX, SBOXES_AT + SBOX, SBOXES_AT];
  let written = 0;
  const last = ROW_AT + size - BLOCK;
  const lastWord = last / 4;
  const mixRow = (): void => {
    bytes.copyWithin(0, last, last + BLOCK);
    for (let at = ROW_AT; at <= last; at += BLOCK) {
      pwx(at, at, s0, s1, s2 + written);
      written = (written + WRITTEN) % SBOX;
      [s0, s1, s2] = [s2, s0, s1];
    }
    mixSalsa(words.subarray(lastWord, lastWord + 16), 2);
  };
  const rowAt = (row: number): number => ROW_AT + size * (row + 1);
  const combine = (row: number): void => {
    const own = ROW_AT / 4;
    const other = rowAt(row) / 4;
    for (let at = 0; at < size / 4; at++) words[own + at]! ^= words[other + at]!;
  };

  shuffle(block, words, ROW_AT / 4);
  for (let row = 0; row < rows; row++) {
    bytes.copyWithin(rowAt(row), ROW_AT, ROW_AT + size);
    if (row > 1) {
      const span = 2 ** Math.floor(Math.log2(row));
      combine((words[lastWord]! & (span - 1)) + row - span);
    }
    mixRow();
  }
  for (let turn = turnsOf(rows, time); turn > 0; turn--) {
    const row = words[lastWord]! & (rows - 1);
    combine(row);
    bytes.copyWithin(rowAt(row), ROW_AT, ROW_AT + size);
    mixRow();
  }
  unshuffle(words, ROW_AT / 4, block);
  return newKey;
}

/** The S-boxes are what scrypt, with rows of 128 bytes, makes of the beginning of the block, which it mixes, too. */
function fillBoxes(block: Buffer, words: Uint32Array): void {
  const start = block.subarray(0, 128);
  const row = new Uint32Array(32);
  shuffle(start, row, 0);
  for (let at = 0; at < SBOXES; at += 128) {
    words.set(row, (SBOXES_AT + at) / 4);
    const [first, second] = [row.subarray(0, 16), row.subarray(16)];
    for (let word = 0; word < 16; word++) first[word]! ^= second[word]!;
    mixSalsa(first, 8);
    for (let word = 0; word < 16; word++) second[word]! ^= first[word]!;
    mixSalsa(second, 8);
  }
  unshuffle(row, 0, start);
}

function shuffle(block: Buffer, words: Uint32Array, at: number): void {
  for (let word = 0; word < block.length / 4; word++) {
    words[at + word] = block.readUInt32LE(4 * ((word & ~15) + SHUFFLE[word & 15]!));
  }
}

function unshuffle(words: Uint32Array, at: number, block: Buffer): void {
  for (let word = 0; word < block.length / 4; word++) {
    block.writeUInt32LE(words[at + word]!, 4 * ((word & ~15) + SHUFFLE[word & 15]!));
  }
}
