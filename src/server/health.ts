import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf } from './front.ts';

/** What probes ask for. */
export interface Health {
  /** Answers as it should: the database does, and the service is not stopping. */
  isReady(): Promise<boolean>;
  /** What it does first, for as long as that takes: `migrating: images 20 of 100`. */
  busyWith?(): string | undefined;
}

/** A probe wants an answer sooner than a database that hangs gives one. */
const PATIENCE = 5000;

/**
 * Answers `/healthz` (the process lives: 200) and `/readyz` (200, or 503 while it cannot serve), for orchestrators. A store that is
 * brought up to date is no reason to kill the process: it would begin where it was, and be killed again.
 * @returns false where the request is for something else
 */
export function createProbe({
  isReady,
  busyWith,
}: Health): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    if (path !== '/healthz' && path !== '/readyz') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405);
    else if (path === '/healthz') answer(response, 200, busyWith?.());
    else {
      void withPatience(isReady()).then((ready) => answer(response, ready ? 200 : 503, busyWith?.()));
    }
    return true;
  };
}

/** False where it fails, or takes too long. */
export async function withPatience(ready: Promise<boolean>, patience: number = PATIENCE): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, patience, false);
  try {
    return await Promise.race([ready, late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Seconds. */
const RETRY_AFTER = '5';

const words: Readonly<Record<number, string>> = { 200: 'ok\n', 405: 'Method Not Allowed\n', 503: 'not ready\n' };

function answer(response: ServerResponse, status: number, busy?: string): void {
  const body = busy === undefined ? (words[status] ?? '') : `${busy}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': body.length,
    ...(status === 503 && { 'Retry-After': RETRY_AFTER }),
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  });
  response.end(body);
}
