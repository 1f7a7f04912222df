import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** An answer before it is written: handlers make them whole, so nothing is ever sent by halves. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Compressed where the client takes that. */
  readonly compressible?: boolean;
  /** `Content-Length` at any size. */
  readonly sized?: boolean;
  /** Under which route and status the metrics count it, where that is not its own: what Clair does. */
  readonly counted?: { readonly route?: string; readonly code?: string };
}

const compress = promisify(gzip);

/**
 * The fastest level takes half the time of the usual one and leaves a tenth more. In one piece, so that an answer does not
 * go back and forth between threads.
 */
const compression = { level: 1, memLevel: 9, chunkSize: 256 * 1024 };

/** Bytes that Go keeps back before it decides how to say how long a body is. */
const bufferBytes = 2048;

export function json(status: number, body: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=utf-8', Server: 'clair' },
    body,
    compressible: true,
  };
}

/** What a DELETE that worked is answered with. */
export const empty: Answer = { status: 200, headers: {}, body: '' };

/** What Go's `http.Error` writes. */
export function plain(status: number, text: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
    body: `${text}\n`,
  };
}

/** What Go's `http.Redirect` writes. */
export function redirect(method: string, location: string): Answer {
  if (method !== 'GET') return { status: 307, headers: { Location: location }, body: '' };
  return {
    status: 301,
    headers: { 'Content-Type': 'text/html; charset=utf-8', Location: location },
    body: `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Writes an answer, with no header besides those of Clair. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const headers = { ...answer.headers };
  let body: Buffer = Buffer.from(answer.body);
  if (answer.compressible === true && String(request.headers['accept-encoding'] ?? '').includes('gzip')) {
    body = await compress(body, compression);
    headers['Content-Encoding'] = 'gzip';
  }
  if (response.headersSent || response.destroyed) return;
  if (answer.sized === true || body.length <= bufferBytes) headers['Content-Length'] = String(body.length);
  // Go says nothing of a connection that stays open; Node would, and tell for how long.
  if (request.httpVersion === '1.1' && response.shouldKeepAlive) response.removeHeader('Connection');
  response.writeHead(answer.status, headers);
  response.end(body);
}
