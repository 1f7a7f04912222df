import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect } from 'vitest';
import { FeedError } from '../../src/errors.ts';
import type { Dialer } from '../../src/net/dial.ts';
import { type DownloadOptions, download } from '../../src/net/download.ts';
import type { DownloadLimits } from '../../src/net/download-limits.ts';
import { networkDialer } from '../../src/net/network-dialer.ts';

/** Answers a request; `count` is its number, from 1. */
export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** What the server sends whole. */
export const body: Buffer = Buffer.from(JSON.stringify({ records: Array.from({ length: 500 }, (_, i) => i) }));
/** No long waits. */
const quick: Partial<DownloadLimits> = { backOffMs: 1, backOffMaximumMs: 2 };

let server: Server | undefined;
let dialer: Dialer | undefined;

/** Stops after each test what it started. */
export function stopAfterEach(): void {
  afterEach(async () => {
    await dialer?.close();
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });
}

/** Serves `handler` on a free port and returns what it was asked, and a download of one of its paths. */
export async function serve(handler: Handler) {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const own = networkDialer();
  dialer = own;
  return {
    requests,
    dialer: own,
    stop: () => {
      server?.close();
      server?.closeAllConnections();
    },
    origin: `http://127.0.0.1:${port}`,
    get: (options: DownloadOptions = {}) =>
      download(own, `http://127.0.0.1:${port}/data.json`, { ...options, limits: { ...quick, ...options.limits } }),
  };
}

/** Sends the whole body. */
export function json(response: ServerResponse, headers: Record<string, string | number> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
  response.end(body);
}

/** Sends the first `bytes` of the body and cuts the connection. */
export function cut(response: ServerResponse, bytes: number, headers: Record<string, string | number> = {}): void {
  response.writeHead(200, { 'content-length': body.length, ...headers });
  response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
}

/** The error that a download ends with. */
export async function failure(promise: Promise<unknown>): Promise<FeedError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FeedError);
  return error as FeedError;
}
