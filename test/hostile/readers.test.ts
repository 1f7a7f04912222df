import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { javaReaders } from '../soak/fuzz/java-readers.ts';
import { mutate } from '../soak/fuzz/mutations.ts';
import { newLanguageReaders } from '../soak/fuzz/new-language-readers.ts';
import { nodeReaders } from '../soak/fuzz/node-readers.ts';
import { pythonReaders } from '../soak/fuzz/python-readers.ts';
import { rJuliaLuaPerlCppReaders } from '../soak/fuzz/r-julia-lua-perl-cpp-readers.ts';
import { Random } from '../soak/fuzz/random.ts';
import { readers } from '../soak/fuzz/readers.ts';
import { rubyPhpDotnetReaders } from '../soak/fuzz/ruby-php-dotnet-readers.ts';

/** Always the same inputs; test/soak/fuzz.ts tries others for as long as it is told to. */
const SEED = 20_260_101;
const MILLISECONDS = 120;
const MOST = 500;
/** Of the beginnings of a seed so many are tried. */
const BEGINNINGS = 500;

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

/** What is written by people and tools in lines and brackets. */
const texts = [
  ...nodeReaders,
  ...javaReaders,
  ...newLanguageReaders,
  ...rJuliaLuaPerlCppReaders,
  ...rubyPhpDotnetReaders,
  ...pythonReaders,
];
/** What a text is made of without an end. */
const units = [
  '[',
  '{"a":',
  '{a: ',
  '[{(',
  '<a>',
  '\n',
  ' \t',
  '\\\n',
  '"',
  '"\'\\',
  '/*',
  '- ',
  'a-',
  '@',
  ':#',
  '${a}',
];

describe.for(texts.map((reader) => ({ reader, name: reader.name })))('$name', ({ reader }) => {
  it('takes a seed that is cut', async () => {
    for (const bytes of reader.seeds()) {
      const step = Math.ceil(bytes.length / BEGINNINGS);
      for (let length = 0; length < bytes.length; length += step) {
        await reader.run(Buffer.from(bytes.subarray(0, length)), new Random(length));
      }
    }
  });

  it('takes half a megabyte of one thing in seconds', async () => {
    const [seed = Buffer.from('x')] = reader.seeds();
    const start = performance.now();
    for (const unit of [seed.toString(), seed.toString().replaceAll('\n', ' '), ...units]) {
      const long = Buffer.from(unit.repeat(Math.ceil(500_000 / unit.length)));
      await reader.run(long, new Random(1));
      await reader.run(Buffer.concat([seed.subarray(0, seed.length / 2), long]), new Random(1));
    }
    expect(performance.now() - start).toBeLessThan(60_000);
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
