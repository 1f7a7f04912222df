import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf } from './front.ts';

/** What probes ask for. */
export interface Health {
  /** Answers as it should: the database does, and the service is not stopping. */
  isReady(): Promise<boolean>;
}

/** A probe wants an answer sooner than a database that hangs gives one. */
const PATIENCE = 5000;

/**
 * Answers `/healthz` (the process lives: 200) and `/readyz` (200, or 503 while it cannot serve), for orchestrators.
 * @returns false where the request is for something else
 */
export function createProbe({ isReady }: Health): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    if (path !== '/healthz' && path !== '/readyz') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405);
    else if (path === '/healthz') answer(response, 200);
    else {
      void withPatience(isReady()).then((ready) => answer(response, ready ? 200 : 503));
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

const words: Readonly<Record<number, string>> = { 200: 'ok\n', 405: 'Method Not Allowed\n', 503: 'not ready\n' };

function answer(response: ServerResponse, status: number): void {
  const body = words[status] ?? '';
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': body.length,
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  });
  response.end(body);
}
