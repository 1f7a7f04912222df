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
