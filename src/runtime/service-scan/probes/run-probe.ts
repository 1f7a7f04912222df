import { randomBytes } from 'node:crypto';
import { anything, bytesOf, type Exchange } from '../exchange.ts';
import { askHttp, type HttpRequest } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import { DialError, openService, type Service } from '../service.ts';
import { type Answer, judge, type Verdict } from './judge.ts';
import type { HttpQuestion, Probe, TcpQuestion } from './probe.ts';

/** What was seen, and where. */
export interface Sighting extends Verdict {
  /** The request, shortly. */
  readonly asked: string;
  /** The answer as one text: a byte a character. */
  readonly answer: string;
}

/** What probes share that are put to one port. */
export interface PortState {
  /** Answers to requests that many probes make. */
  readonly answers: Map<string, HttpResponse | undefined>;
  /** Characters of them that may still be kept. */
  room: number;
  /** Names and passwords that may still be tried. */
  triesLeft: number;
}

export function newPortState(passwords: number): PortState {
  return { answers: new Map(), room: 32 * 1024 * 1024, triesLeft: passwords };
}

/** Whether a probe has something to ask of a service. */
export function concerns({ services, plain, transport, http }: Probe, { name, encrypted, door }: Service): boolean {
  if (!services.includes(name) || (plain && encrypted) || transport !== door.port.protocol) return false;
  return http === undefined || name === 'http';
}

/**
 * Puts a probe to a service, once with each set of its payloads.
 * @returns the first answer that matches, or else one that could not be judged
 * @throws SpentError or the reason of the signal
 */
export async function runProbe(probe: Probe, service: Service, state: PortState): Promise<Sighting | undefined> {
  const { http, tcp } = probe;
  let undecided: Sighting | undefined;
  for (const values of rounds((http ?? tcp)!.payloads)) {
    if (probe.tries && state.triesLeft-- <= 0) break;
    const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name)!);
    const questions = http === undefined ? [askTcp(tcp!, service, fill)] : askWeb(http, service, state, fill);
    try {
      for await (const { asked, answer, text } of questions) {
        const verdict = judge((http ?? tcp)!, answer, fill);
        const sighting = { ...verdict, asked, answer: text };
        if (verdict.matched) return sighting;
        if (verdict.problem !== undefined) undecided ??= sighting;
      }
    } catch (error) {
      // A server that does not answer a question is no reason to leave out the others.
      if (error instanceof DialError) break;
      throw error;
    }
  }
  return undecided;
}

/** The first values of all payloads, then the second ones. */
function* rounds(payloads: Readonly<Record<string, readonly string[]>>): Generator<ReadonlyMap<string, string>> {
  const lists = Object.entries(payloads);
  for (let round = 0; round < Math.max(1, ...lists.map(([, values]) => values.length)); round++) {
    const drawn = ['randstr', randomBytes(14).toString('hex')] as const;
    yield new Map([drawn, ...lists.map(([name, values]) => [name, values[round]!] as const)]);
  }
}

interface Answered {
  readonly asked: string;
  readonly answer: Answer;
  readonly text: string;
}

async function* askWeb(
  { method, path, headers, body }: HttpQuestion,
  service: Service,
  state: PortState,
  fill: (text: string) => string,
): AsyncGenerator<Answered> {
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)] as const);
  for (const place of path) {
    const request = { method, target: fill(place), headers: filled, ...(body !== undefined && { body: fill(body) }) };
    const response = await askOnce(service, request, state);
    if (response === undefined) continue;
    const parts = new Map([
      ['body', response.body],
      ['header', response.head],
    ]);
    const answer = { status: response.status, parts, main: 'body' };
    yield { asked: `${method} ${request.target}`, answer, text: response.head + response.body };
  }
}

async function askOnce(service: Service, request: HttpRequest, state: PortState): Promise<HttpResponse | undefined> {
  const key = request.method === 'GET' ? JSON.stringify([request.target, request.headers]) : undefined;
  if (key !== undefined && state.answers.has(key)) return state.answers.get(key);
  const response = await askHttp(service, request);
  state.room -= response === undefined ? 0 : response.head.length + response.body.length;
  if (key !== undefined && state.room > 0) state.answers.set(key, response);
  return response;
}

/** Milliseconds until an answer begins, and of silence after which it is taken for whole. */
const BEGINNING = 1500;
const SILENCE = 60;
/** Bytes that are read at the end. */
const MOST = 4096;

/** All inputs over one connection. */
async function askTcp({ inputs }: TcpQuestion, service: Service, fill: (text: string) => string): Promise<Answered> {
  const exchange = await openService(service);
  const parts = new Map<string, string>();
  let all = '';
  let last = '';
  try {
    for (const { data, type, read, name } of inputs) {
      const bytes = type === 'hex' ? Buffer.from(data, 'hex') : bytesOf(fill(data));
      if (bytes.length > 0) exchange.send(bytes);
      if (read === undefined) continue;
      last = await hear(exchange, read);
      all += last;
      if (name !== undefined) parts.set(name, last);
    }
    const rest = await hear(exchange, MOST);
    all += rest;
    parts.set('data', rest === '' ? last : rest);
  } finally {
    exchange.close();
  }
  return { asked: 'a connection', answer: { parts, main: 'data' }, text: all };
}

async function hear(exchange: Exchange, most: number): Promise<string> {
  const first = await exchange.read(anything, BEGINNING);
  if (first.end !== 'done' || first.bytes.length >= most) return first.bytes.toString('latin1');
  const rest = await exchange.read((got) => first.bytes.length + got.length >= most, SILENCE);
  return first.bytes.toString('latin1') + rest.bytes.toString('latin1');
}
