/** Node.js has it; the types of Node.js do not. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>,
  ) => { readonly exports: Readonly<Record<string, PwxForm>> };
};

/**
 * Mixes one block of 64 bytes: the block at 0 is combined with the one at `input`, goes through six rounds over the S-boxes
 * at `s0` and `s1`, is written into the one at `s2` on its way, and stands at 0 and at `output` in the end. All are places in
 * the memory, in bytes.
 */
export type PwxForm = (input: number, output: number, s0: number, s1: number, s2: number) => void;

const PAGE = 65_536;
/** Rounds, lanes that look up by themselves, and words of 64 bits in a lane: those that all hashes of `$y$` have. */
const ROUNDS = 6;
const LANES = 4;
const WORDS = 8;
/** Rounds before the first that writes into an S-box, and behind the last. */
const SILENT = 1;

const I32 = 0x7f;
const I64 = 0x7e;

const [INPUT, OUTPUT, S0, S1, S2] = [0, 1, 2, 3, 4];
const X = 5;
const [AT0, AT1] = [X + WORDS, X + WORDS + 1];

/** Bytes of memory that are given out at the most. */
export const MOST_MEMORY: number = 64 * 1024 * 1024;
const MOST_PAGES: number = MOST_MEMORY / PAGE;

let made: { readonly memory: Memory; readonly mix: PwxForm } | undefined;

/**
 * The function, and a memory of at least so many bytes for it: the same one for all, so that hashes do not each keep their
 * own. JavaScript has no product of 64 bits that is fast; WebAssembly has, so the code is made here (WebAssembly Core
 * Specification 2.0, 5).
 */
export function pwxForm(bytes: number): { readonly memory: ArrayBuffer; readonly mix: PwxForm } {
  if (made === undefined) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf()), { '': { '': memory } });
    made = { memory, mix: exports['']! };
  }
  const { memory, mix } = made;
  const lacking = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (lacking > 0) memory.grow(lacking);
  return { memory: memory.buffer, mix };
}

function moduleOf(): Uint8Array {
  const type = [0x60, ...listOf([I32, I32, I32, I32, I32].map((one) => [one])), 0];
  const body = [
    ...listOf([
      [WORDS, I64],
      [2, I32],
    ]),
    ...instructions(),
    0x0b,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [type]),
    ...section(2, [[0, 0, 0x02, 0x01, 1, ...unsigned(MOST_PAGES)]]),
    ...section(3, [[0]]),
    ...section(7, [[0, 0, 0]]),
    ...section(10, [[...unsigned(body.length), ...body]]),
  ]);
}

function instructions(): readonly number[] {
  const code: number[] = [];
  const words = Array.from({ length: WORDS }, (_, word) => word);
  for (const word of words) {
    code.push(0x41, 0, ...load(8 * word), ...get(INPUT), ...load(8 * word), 0x85, ...set(X + word));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let lane = 0; lane < LANES; lane++) code.push(...mixLane(X + 2 * lane));
    if (round < SILENT || round >= ROUNDS - SILENT) continue;
    for (const word of words) code.push(...get(S2), ...get(X + word), ...store(64 * (round - SILENT) + 8 * word));
  }
  for (const word of words) {
    code.push(0x41, 0, ...get(X + word), ...store(8 * word), ...get(OUTPUT), ...get(X + word), ...store(8 * word));
  }
  return code;
}

/** Two words: the first says where both look. Each is the product of its halves, plus one entry, xor another. */
function mixLane(first: number): readonly number[] {
  const place = (base: number): readonly number[] => [0xa7, 0x41, 0xf0, 0x1f, 0x71, ...get(base), 0x6a];
  const high = (word: number): readonly number[] => [...get(word), 0x42, 32, 0x88];
  const low = (word: number): readonly number[] => [...get(word), 0xa7, 0xad];
  const code = [...get(first), ...place(S0), ...set(AT0), ...high(first), ...place(S1), ...set(AT1)];
  for (const half of [0, 1]) {
    const word = first + half;
    code.push(...high(word), ...low(word), 0x7e);
    code.push(...get(AT0), ...load(8 * half), 0x7c, ...get(AT1), ...load(8 * half), 0x85, ...set(word));
  }
  return code;
}

function load(offset: number): readonly number[] {
  return [0x29, 3, ...unsigned(offset)];
}

function store(offset: number): readonly number[] {
  return [0x37, 3, ...unsigned(offset)];
}

function get(local: number): readonly number[] {
  return [0x20, local];
}

function set(local: number): readonly number[] {
  return [0x21, local];
}

function section(id: number, items: readonly (readonly number[])[]): readonly number[] {
  const body = listOf(items);
  return [id, ...unsigned(body.length), ...body];
}

function listOf(items: readonly (readonly number[])[]): readonly number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
