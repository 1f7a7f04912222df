// Feeds changed bytes to one reader after another, as fuzz.ts tells it to.
import type { FuzzReader } from './fuzz/fuzz-reader.ts';
import { mutate } from './fuzz/mutations.ts';
import { Random } from './fuzz/random.ts';
import { readers } from './fuzz/readers.ts';

/** What the child is told: to run cases for a while, or one input. */
export type FuzzOrder =
  | {
      readonly kind: 'run';
      readonly reader: string;
      readonly seed: number;
      readonly from: number;
      readonly milliseconds: number;
      readonly cases: number;
      /** Tells of every case before it runs. */
      readonly careful: boolean;
    }
  | {
      readonly kind: 'input';
      readonly reader: string;
      readonly seed: number;
      readonly number: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'make'; readonly reader: string; readonly seed: number; readonly number: number };

/** What it tells. `at`: all cases before this one are done. */
export type FuzzAnswer =
  | { readonly kind: 'at'; readonly number: number }
  | { readonly kind: 'failed'; readonly number: number; readonly message: string }
  | {
      readonly kind: 'done';
      readonly next: number;
      readonly rss: number;
      readonly slowest: { number: number; milliseconds: number };
    }
  | { readonly kind: 'input'; readonly message?: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** Between two words to the parent. */
const TELL_EVERY = 250;

const tell = (answer: FuzzAnswer): void => void process.send?.(answer);
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const seeds = new Map<string, readonly Buffer[]>();

function named(name: string): FuzzReader {
  const reader = readers.find((one) => one.name === name);
  if (reader === undefined) throw new Error(`no reader is called ${name}`);
  return reader;
}

function make(reader: FuzzReader, seed: number, number: number): { bytes: Buffer; random: Random } {
  let own = seeds.get(reader.name);
  if (own === undefined) {
    own = reader.seeds();
    seeds.set(reader.name, own);
  }
  const random = Random.of(seed, reader.name, number);
  return { bytes: mutate(own, reader.mutations ?? [], random), random: Random.of(seed, reader.name, number, 'run') };
}

async function attempt(reader: FuzzReader, bytes: Buffer, random: Random): Promise<string | undefined> {
  try {
    await reader.run(bytes, random);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function run(order: Extract<FuzzOrder, { kind: 'run' }>): Promise<void> {
  const reader = named(order.reader);
  const start = performance.now();
  const slowest = { number: order.from, milliseconds: 0 };
  let told = start;
  let number = order.from;
  for (; number < order.from + order.cases && performance.now() - start < order.milliseconds; number++) {
    if (order.careful || performance.now() - told > TELL_EVERY) {
      tell({ kind: 'at', number });
      await pause();
      told = performance.now();
    }
    const { bytes, random } = make(reader, order.seed, number);
    const began = performance.now();
    const message = await attempt(reader, bytes, random);
    const milliseconds = performance.now() - began;
    if (milliseconds > slowest.milliseconds) Object.assign(slowest, { number, milliseconds });
    if (message !== undefined) {
      tell({ kind: 'failed', number, message });
      await pause();
    }
  }
  globalThis.gc?.();
  tell({ kind: 'done', next: number, rss: process.memoryUsage().rss, slowest });
}

process.on('message', (order: FuzzOrder) => {
  if (order.kind === 'run') void run(order);
  else if (order.kind === 'make')
    tell({ kind: 'bytes', bytes: make(named(order.reader), order.seed, order.number).bytes });
  else {
    const random = Random.of(order.seed, order.reader, order.number, 'run');
    void attempt(named(order.reader), Buffer.from(order.bytes), random).then((message) =>
      tell({ kind: 'input', ...(message !== undefined && { message }) }),
    );
  }
});
