import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutate } from '../soak/fuzz/mutations.ts';
import { Random } from '../soak/fuzz/random.ts';
import { readers } from '../soak/fuzz/readers.ts';

/** Always the same inputs; test/soak/fuzz.ts tries others for as long as it is told to. */
const SEED = 20_260_101;
const MILLISECONDS = 120;
const MOST = 500;

describe('every reader of untrusted bytes', () => {
  it.for(readers.map((reader) => ({ reader, name: reader.name })))('$name takes changed bytes', async ({ reader }) => {
    const seeds = reader.seeds();
    const start = performance.now();
    let cases = 0;
    while (cases < 5 || (cases < MOST && performance.now() - start < MILLISECONDS)) {
      const bytes = mutate(seeds, reader.mutations ?? [], Random.of(SEED, reader.name, cases));
      const what = `case ${cases} of seed ${SEED}`;
      await expect(
        Promise.resolve().then(() => reader.run(bytes, Random.of(SEED, cases))),
        what,
      ).resolves.toBe(undefined);
      cases++;
    }
  });

  it.for(readers.map((reader) => ({ reader, name: reader.name })))('$name takes its seeds', async ({ reader }) => {
    for (const bytes of reader.seeds()) await reader.run(bytes, new Random(1));
  });
});

/** Inputs that a reader once stumbled over: NAME-NUMBER.bin, as the fuzzer wrote them. */
const folder = path.join(import.meta.dirname, 'fixtures');

it('inputs that showed a defect show it no more', async () => {
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    const reader = readers.find(({ name }) => file.startsWith(`${name}-`));
    if (reader === undefined) throw new Error(`no reader of ${file}`);
    for (let i = 0; i < 20; i++) await reader.run(readFileSync(path.join(folder, file)), new Random(i));
  }
});
