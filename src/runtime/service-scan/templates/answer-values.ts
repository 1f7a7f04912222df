import type { Value } from '../expression/value.ts';
import { type HttpResponse, headerOf } from '../http/response.ts';

/** Headers that become names. */
const MOST_HEADERS = 200;

/** Names of what an answer of a web server consists of, as matchers and expressions call them. */
export function httpValues(responses: readonly HttpResponse[], requestText: string): Map<string, Value> {
  const last = responses.at(-1)!;
  const values = new Map<string, Value>();
  const cookies: string[] = [];
  for (const [name, value] of last.headers.slice(0, MOST_HEADERS)) {
    const plain = name.replaceAll('-', '_');
    if (name === 'set-cookie') cookies.push(value);
    values.set(plain, values.has(plain) ? `${String(values.get(plain))}\n${value}` : value);
  }
  for (const cookie of cookies) {
    const parts = /^([\w.-]{1,100})=([^;]{0,4096})/.exec(cookie);
    if (parts !== null && !values.has(parts[1]!.toLowerCase())) values.set(parts[1]!.toLowerCase(), parts[2]!);
  }
  const title = /<title[^>]{0,200}>([^<]{0,1000})/i.exec(last.body)?.[1];
  for (const [name, value] of [
    ['status_code', last.status],
    ['body', last.body],
    // Those of all steps of a redirection: what sends elsewhere says where in its own.
    ['all_headers', responses.map(({ head }) => head).join('')],
    ['header', responses.map(({ head }) => head).join('')],
    ['response', responses.map(({ head, body }) => head + body).join('')],
    ['raw', requestText + last.head + last.body],
    ['request', requestText],
    ['content_length', Number(headerOf(last, 'content-length') ?? last.body.length)],
    ['duration', last.milliseconds / 1000],
    ['title', title?.trim() ?? ''],
  ] as const) {
    values.set(name, value);
  }
  return values;
}
