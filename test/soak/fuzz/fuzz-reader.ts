import { jsonValue } from './format-mutations.ts';
import type { Mutation } from './mutations.ts';
import type { Random } from './random.ts';

/** A reader under test: what it may throw is caught inside `run`, whatever comes out is a defect. */
export interface FuzzReader {
  readonly name: string;
  seeds(): readonly Buffer[];
  /** Changes that know the format. */
  readonly mutations?: readonly Mutation[];
  /** @throws Error on what must not happen */
  run(bytes: Buffer, random: Random): void | Promise<void>;
}

type Errors = readonly (new (...args: never[]) => Error)[];

/** Runs a reader that may say no in its own words. */
export function allow(errors: Errors, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!errors.some((allowed) => error instanceof allowed)) throw error;
  }
}

/** Waits for a reader that may say no in its own words. */
export async function allowed(errors: Errors, read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!errors.some((one) => error instanceof one)) throw error;
  }
}

type Seeds = readonly (string | Buffer)[];
type Claimed = { readonly name?: string | undefined } | undefined;

interface ReaderMakers {
  /** A reader of any bytes. */
  reader(name: string, run: (bytes: Buffer) => unknown, ...seeds: Seeds): FuzzReader;
  /** One that tells packages: whatever a file holds, they have a name. */
  declared(name: string, parse: (bytes: Buffer) => readonly Claimed[], ...seeds: Seeds): FuzzReader;
}

/** Makes readers that end in one of these errors, and in nothing else. */
export function readersAllowing(...errors: Errors): ReaderMakers {
  const reader: ReaderMakers['reader'] = (name, run, ...seeds) => ({
    name,
    seeds: () => seeds.map((seed) => Buffer.from(seed)),
    ...(seeds[0]?.[0] === '{' && { mutations: [jsonValue] }),
    run: (bytes) => allow(errors, () => void run(bytes)),
  });
  return {
    reader,
    declared: (name, parse, ...seeds) =>
      reader(
        name,
        (bytes) => {
          for (const one of parse(bytes)) if (one?.name === '') throw new Error('a package has no name');
        },
        ...seeds,
      ),
  };
}
