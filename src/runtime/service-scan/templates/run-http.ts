import type { Value } from '../expression/value.ts';
import { askFollowing, type HttpRequest, hostOf, requestText } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { Service } from '../service.ts';
import { httpValues } from './answer-values.ts';
import { fill } from './fill.ts';
import { judge, type Verdict } from './judge.ts';
import { rounds } from './read-payloads.ts';
import type { HttpBlock, HttpPattern } from './template.ts';
import type { Values } from './values.ts';

/** What was seen, and where. */
export interface Sighting extends Verdict {
  /** The request, shortly. */
  readonly asked: string;
  /** The answer as one text: a byte a character. */
  readonly answer: string;
}

/** Answers to requests that many templates make. */
export class AnswerCache {
  readonly #answers = new Map<string, readonly HttpResponse[]>();
  #bytes = 0;

  get(key: string): readonly HttpResponse[] | undefined {
    return this.#answers.get(key);
  }

  set(key: string, responses: readonly HttpResponse[]): void {
    this.#bytes += responses.reduce((sum, { head, body }) => sum + head.length + body.length, key.length);
    if (this.#bytes <= 32 * 1024 * 1024) this.#answers.set(key, responses);
  }
}

/** Rounds of payloads that one block makes. */
const MOST_ROUNDS = 1000;

/**
 * Puts the requests of a block to a web server, and judges the answers.
 * @param values gets what was taken out of answers
 * @param tried is asked before each round of one that tries passwords; false ends it
 * @throws SpentError, DialError, ExpressionError, or the reason of the signal
 */
export async function* runHttp(
  block: HttpBlock,
  service: Service,
  values: Values,
  cache: AnswerCache,
  nested: (outer: Values) => Values,
  tried: () => boolean,
): AsyncGenerator<Sighting> {
  for (const payload of rounds(block.payloads, block.attack, MOST_ROUNDS)) {
    if (!tried()) return;
    const round = nested(values);
    round.setAll([...payload].map(([name, text]) => [name, fill(text, round.get).text] as const));
    const jar = new Map<string, string>();
    let asked = '';
    let answer = '';
    for (const [at, pattern] of block.requests.entries()) {
      const request = filledRequest(pattern, service, round);
      if (request === undefined) continue;
      const responses = await askOnce(block, service, withCookies(request, jar), cache);
      if (responses.length === 0) continue;
      if (block.keepsCookies) for (const response of responses) keepCookies(response, jar);
      const text = requestText(request, hostOf(service));
      const named = httpValues(responses, text);
      asked = `${request.method} ${request.target}`;
      answer = responses.map(({ head, body }) => head + body).join('');
      round.setAll(numbered(named, at + 1));
      const names = nested(round);
      names.setAll(named);
      // What a later request needs is taken out even where the answers are judged together.
      const verdict = judge(block.together ? { ...block, matchers: [] } : block, names.get);
      for (const [name, taken] of verdict.taken) round.set(name, taken[0]!);
      for (const { name, internal } of block.extractors) {
        if (internal && name !== undefined && verdict.taken.has(name)) values.set(name, verdict.taken.get(name)![0]!);
      }
      round.setAll(named);
      if (block.together) continue;
      if (verdict.matched || verdict.problem !== undefined) yield { ...verdict, asked, answer };
      if (verdict.matched && block.stopAtFirst) return;
    }
    if (block.together && asked !== '') {
      const verdict = judge(block, round.get);
      if (verdict.matched || verdict.problem !== undefined) yield { ...verdict, asked, answer };
      if (verdict.matched && block.stopAtFirst) return;
    }
  }
}

function* numbered(named: ReadonlyMap<string, Value>, number: number): Iterable<readonly [string, Value]> {
  for (const [name, value] of named) yield [`${name}_${number}`, value];
}

function filledRequest(pattern: HttpPattern, service: Service, values: Values): HttpRequest | undefined {
  const missing: string[] = [];
  const filled = (text: string): string => {
    const done = fill(text, values.get);
    missing.push(...done.missing);
    return done.text;
  };
  const target = targetOf(filled(pattern.target), service);
  const headers = pattern.headers.map(([name, value]) => [filled(name), filled(value)] as const);
  const body = pattern.body === undefined ? undefined : filled(pattern.body);
  const method = filled(pattern.method).toUpperCase();
  // What is still open was to come from an answer that did not have it.
  if (missing.length > 0 || target === undefined || !/^[A-Z]{1,30}$/.test(method)) return undefined;
  return { method, target, headers, ...(body !== undefined && { body }) };
}

/** The path of an address; undefined for one of somebody else: only the container is asked. */
function targetOf(text: string, service: Service): string | undefined {
  const address = /^https?:\/\/([^/?#]*)(.*)$/i.exec(text);
  let target = text;
  if (address !== null) {
    const own = [hostOf(service), 'localhost', `localhost:${service.door.port.port}`];
    if (!own.includes(address[1]!.toLowerCase())) return undefined;
    target = address[2]!;
  }
  target = target.replace(/#.*$/, '');
  if (!target.startsWith('/')) target = `/${target}`;
  // Templates that join `{{BaseURL}}/` and `/path` mean one slash.
  if (address !== null) target = target.replace(/^\/\/(?=[^/])/, '/');
  return target.replace(/[^\x21-\x7e]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

async function askOnce(
  block: HttpBlock,
  service: Service,
  request: HttpRequest,
  cache: AnswerCache,
): Promise<readonly HttpResponse[]> {
  const isPlain = (request.method === 'GET' || request.method === 'HEAD') && request.body === undefined;
  const key = isPlain ? JSON.stringify([request.method, request.target, request.headers, block.redirects]) : undefined;
  const before = key === undefined ? undefined : cache.get(key);
  if (before !== undefined) return before;
  const responses = await askFollowing(service, request, block.redirects);
  if (key !== undefined && key.length < 10_000) cache.set(key, responses);
  return responses;
}

function withCookies(request: HttpRequest, jar: ReadonlyMap<string, string>): HttpRequest {
  if (jar.size === 0 || request.headers.some(([name]) => name.toLowerCase() === 'cookie')) return request;
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  return { ...request, headers: [...request.headers, ['Cookie', cookie]] };
}

function keepCookies(response: HttpResponse, jar: Map<string, string>): void {
  for (const [name, value] of response.headers) {
    const cookie = name === 'set-cookie' ? /^([^=;\s]{1,200})=([^;]{0,4096})/.exec(value) : null;
    if (cookie !== null && jar.size < 50) jar.set(cookie[1]!, cookie[2]!);
  }
}
