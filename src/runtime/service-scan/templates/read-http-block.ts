import { needsOf } from '../expression/parse.ts';
import { type NodeReader, unsupported } from './node-reader.ts';
import { parseRawRequest } from './raw-request.ts';
import { readJudgement } from './read-judgement.ts';
import { readPayloads } from './read-payloads.ts';
import type { HttpBlock, HttpPattern, Judgement, ReadBeside } from './template.ts';

/** Requests of one block, at most. */
const MOST_REQUESTS = 500;

/** Keys that change what a request is, and that are not spoken. */
const unspoken: readonly (readonly [key: string, reason: string])[] = [
  ['unsafe', 'a request that breaks HTTP on purpose'],
  ['race', 'requests that race'],
  ['pipeline', 'requests in a pipeline'],
  ['digest-username', 'digest authentication'],
  ['fuzzing', 'fuzzing'],
  ['global-matchers', 'matchers for other templates'],
  ['pre-condition', 'a condition for fuzzing'],
  ['analyzer', 'an analyser'],
  ['signature', 'signed requests'],
];

/** @throws TemplateError */
export async function readHttpBlock(block: NodeReader, readBeside: ReadBeside | undefined): Promise<HttpBlock> {
  for (const [key, reason] of unspoken) {
    const value = block.anything(key);
    if (value !== undefined && value !== 'false') throw unsupported(block.get(key) ?? block, reason);
  }
  const judgement = readJudgement(block, 'body');
  const requests = [...readPlain(block), ...readRaw(block)];
  if (requests.length === 0) throw unsupported(block, 'a block without requests');
  const follows = block.flag('redirects') || block.flag('host-redirects');
  return {
    protocol: 'http',
    ...judgement,
    ...(await readPayloads(block, readBeside)),
    requests: requests.slice(0, MOST_REQUESTS),
    redirects: follows ? (block.number('max-redirects') ?? 10) : 0,
    stopAtFirst: block.flag('stop-at-first-match'),
    keepsCookies: !block.flag('disable-cookie') && block.text('cookie-reuse') !== 'false',
    together: block.flag('req-condition') || asksOfSeveral(judgement),
  };
}

const numbered = /_\d{1,3}$/;

/** `body_2`: which of several answers is meant. */
function asksOfSeveral({ matchers }: Judgement): boolean {
  return matchers.some((matcher) => {
    if (numbered.test(matcher.part)) return true;
    if (matcher.type !== 'dsl') return false;
    return matcher.expressions.some((one) => [...needsOf(one).names].some((name) => isAnswerName(name)));
  });
}

function isAnswerName(name: string): boolean {
  return (
    /^(?:body|header|all_headers|status_code|content_length|content_type|duration|raw|response|location|set_cookie|title|server|[a-z]+(?:_[a-z]+)*)_\d{1,3}$/.test(
      name,
    ) && !/^(?:rand|num|var)/.test(name)
  );
}

function readPlain(block: NodeReader): HttpPattern[] {
  const method = block.text('method')?.toUpperCase() ?? 'GET';
  const headers = block.pairs('headers');
  const body = block.text('body');
  return block.texts('path').map((target) => ({ method, target, headers, ...(body !== undefined && { body }) }));
}

function readRaw(block: NodeReader): HttpPattern[] {
  return block.texts('raw').map((text) => {
    const request = parseRawRequest(text);
    if ('reason' in request) throw unsupported(block.get('raw')!, request.reason);
    return request;
  });
}
