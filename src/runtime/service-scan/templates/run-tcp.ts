import { anything, type Exchange } from '../exchange.ts';
import { bytesOf, type Value } from '../expression/value.ts';
import { openService, type Service } from '../service.ts';
import { fill } from './fill.ts';
import { judge } from './judge.ts';
import { rounds } from './read-payloads.ts';
import type { Sighting } from './run-http.ts';
import type { TcpBlock } from './template.ts';
import type { Values } from './values.ts';

const MOST_ROUNDS = 100;

/** Milliseconds until an answer begins, and of silence after which it is taken for whole. */
const BEGINNING = 1500;
const SILENCE = 60;
/** The same where a template wants all that comes. */
const LONG_SILENCE = 500;

/**
 * Puts the inputs of a block to a service, over one connection a round, and judges what came.
 * @throws SpentError, DialError, ExpressionError, or the reason of the signal
 */
export async function* runTcp(
  block: TcpBlock,
  service: Service,
  values: Values,
  nested: (outer: Values) => Values,
  tried: () => boolean,
): AsyncGenerator<Sighting> {
  for (const payload of rounds(block.payloads, block.attack, MOST_ROUNDS)) {
    if (!tried()) return;
    const round = nested(values);
    round.setAll([...payload].map(([name, text]) => [name, fill(text, round.get).text] as const));
    const exchange = await openService({ ...service, encrypted: service.encrypted || block.tls });
    let answers: Map<string, Value>;
    try {
      answers = await converse(block, exchange, round);
    } finally {
      exchange.close();
    }
    round.setAll(answers);
    const verdict = judge(block, round.get);
    for (const [name, taken] of verdict.taken) values.set(name, taken[0]!);
    const asked = 'a connection';
    if (verdict.matched || verdict.problem !== undefined)
      yield { ...verdict, asked, answer: String(answers.get('raw')) };
    if (verdict.matched && block.stopAtFirst) return;
  }
}

async function converse(block: TcpBlock, exchange: Exchange, values: Values): Promise<Map<string, Value>> {
  const kept = new Map<string, Value>();
  let raw = '';
  let sent = '';
  let last = '';
  const hear = async (most: number): Promise<string> => {
    const first = await exchange.read(anything, BEGINNING);
    if (first.end !== 'done' || (!block.readAll && first.bytes.length >= most)) return first.bytes.toString('latin1');
    const silence = block.readAll ? LONG_SILENCE : SILENCE;
    const enough = (got: Buffer): boolean => !block.readAll && first.bytes.length + got.length >= most;
    const rest = await exchange.read(enough, silence);
    return first.bytes.toString('latin1') + rest.bytes.toString('latin1');
  };
  for (const [at, input] of block.inputs.entries()) {
    const { text, missing } = fill(input.data, values.get);
    if (missing.length > 0) break;
    const bytes = input.hex ? Buffer.from(text.replace(/\s/g, ''), 'hex') : bytesOf(text);
    if (bytes.length > 0) exchange.send(bytes);
    sent += bytes.toString('latin1');
    const isLast = at === block.inputs.length - 1;
    if (input.read !== undefined || (input.name !== undefined && !isLast)) {
      last = await hear(input.read ?? block.readSize);
      raw += last;
      if (input.name !== undefined) kept.set(input.name, last);
    }
  }
  const rest = await hear(block.readSize);
  raw += rest;
  const final = block.inputs.at(-1);
  if (final?.name !== undefined && final.read === undefined) kept.set(final.name, rest);
  kept.set('data', rest === '' ? last : rest);
  kept.set('body', raw);
  kept.set('all', raw);
  kept.set('response', raw);
  kept.set('raw', raw);
  kept.set('request', sent);
  return kept;
}
