import { byteText } from '../expression/value.ts';
import { broken, NodeReader, unsupported } from './node-reader.ts';
import type { Attack, ReadBeside } from './template.ts';

/** Values of one payload that are kept. */
const MOST_VALUES = 10_000;

/**
 * Reads `payloads` and `attack`.
 * @throws TemplateError
 */
export async function readPayloads(
  block: NodeReader,
  readBeside: ReadBeside | undefined,
): Promise<{ readonly payloads: ReadonlyMap<string, readonly string[]>; readonly attack: Attack }> {
  const payloads = new Map<string, readonly string[]>();
  const node = block.get('payloads');
  if (node !== undefined) {
    const reader = new NodeReader(node, 'payloads');
    for (const key of reader.keys) {
      const value = reader.get(key);
      if (value?.kind === 'list') payloads.set(key, reader.texts(key).slice(0, MOST_VALUES));
      else if (value?.kind === 'scalar') payloads.set(key, await readFile(reader, value.text.trim(), readBeside));
      else throw unsupported(reader, 'a payload that is neither a list nor a file');
      if (payloads.get(key)!.length === 0) throw broken(reader, `the payload ${key} is empty`);
    }
  }
  const attack = block.text('attack')?.toLowerCase() ?? (payloads.size > 1 ? 'pitchfork' : 'batteringram');
  if (attack !== 'batteringram' && attack !== 'pitchfork' && attack !== 'clusterbomb') {
    throw broken(block, `${attack} is no attack type`);
  }
  return { payloads, attack };
}

async function readFile(reader: NodeReader, name: string, readBeside: ReadBeside | undefined): Promise<string[]> {
  if (name.includes('\n')) return name.split('\n').map(byteText);
  let text: string;
  try {
    if (readBeside === undefined) throw new Error('no folder is given');
    const reading: Promise<string> = readBeside(name);
    text = await reading;
  } catch (error) {
    throw unsupported(reader, `the payload file ${name.slice(0, 100)} cannot be read: ${(error as Error).message}`);
  }
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(0, MOST_VALUES)
    .map(byteText);
}

/** Sets of values, one for each round, as nuclei's attack types combine them: at most `most`. */
export function* rounds(
  payloads: ReadonlyMap<string, readonly string[]>,
  attack: Attack,
  most: number,
): Generator<ReadonlyMap<string, string>> {
  const names = [...payloads.keys()];
  if (names.length === 0) {
    yield new Map();
    return;
  }
  if (attack === 'clusterbomb') {
    let total = 1;
    for (const values of payloads.values()) total = Math.min(most, total * values.length);
    for (let round = 0; round < total; round++) {
      let rest = round;
      const set = new Map<string, string>();
      // The last name turns fastest.
      for (const name of names.toReversed()) {
        const values = payloads.get(name)!;
        set.set(name, values[rest % values.length]!);
        rest = Math.floor(rest / values.length);
      }
      yield set;
    }
    return;
  }
  const length = Math.min(most, ...names.map((name) => payloads.get(name)!.length));
  for (let round = 0; round < length; round++) {
    yield new Map(names.map((name) => [name, payloads.get(name)![round]!] as const));
  }
}
