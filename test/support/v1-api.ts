import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import type { Logger } from '../../src/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createV1Handler, type RequestHandler, type V1Handler, type V1Options } from '../../src/server/v1/handler.ts';
import type { LayerRequest } from '../../src/server/v1/layer-indexer.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary.ts';
import { exchange, serve, type TestResponse, type TestServer } from './v1-servers.ts';

interface Logged {
  readonly level: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What a test of the v1 API has: a store of its own, and an indexer that does what the test says. */
export interface TestApi {
  store: Store;
  logged: Logged[];
  /** What the indexer was asked for. */
  requested: LayerRequest[];
  index: (request: LayerRequest, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  /** Serves the v1 API until the end of the test, and returns its host and port. */
  start(options?: Partial<V1Options>): Promise<string>;
  serve(handler: RequestHandler): Promise<string>;
  handler(options?: Partial<V1Options>): V1Handler;
}

/** Makes an API for each test of the file. */
export function useTestApi(): TestApi {
  const running: TestServer[] = [];
  const write =
    (level: string) =>
    (data: object, message: string): void => {
      api.logged.push({ level, data: data as Readonly<Record<string, unknown>>, message });
    };
  const api: TestApi = {
    store: undefined as unknown as Store,
    logged: [],
    requested: [],
    index: async () => undefined,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    start: (options = {}) => api.serve(api.handler(options)),
    handler(options = {}) {
      const indexer = {
        engineVersion: 3,
        async index(request: LayerRequest, signal: AbortSignal) {
          api.requested.push(request);
          await api.index(request, signal);
        },
      };
      const { store, log } = api;
      const paginationKey = Buffer.alloc(32);
      const common = { store, indexer, paginationKey, timeout: 60_000, log, metrics: createMetrics() };
      return createV1Handler({ ...common, ...options });
    },
    async serve(handler) {
      const server = await serve(handler);
      running.push(server);
      return server.host;
    },
  };
  beforeEach(async () => {
    api.store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.sqlite') });
    api.logged = [];
    api.requested = [];
    api.index = async () => undefined;
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.close();
    await api.store.close();
  });
  return api;
}

/** Sends `METHOD /path`, and an object as JSON. */
export function ask(host: string, line: string, body?: object | string): Promise<TestResponse> {
  const [method, target] = line.split(' ') as [string, string];
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return exchange(host, { method, path: target, ...(text === undefined ? {} : { body: text }) });
}

/** Status, and the message, the JSON or the text of an answer. */
export async function told(host: string, line: string, body?: object | string): Promise<unknown> {
  const answer = await ask(host, line, body);
  const text = answer.body.toString();
  const envelope = text.startsWith('{') ? (JSON.parse(text) as { Error?: { Message: string } }) : undefined;
  return [answer.status, envelope?.Error?.Message ?? envelope ?? text];
}

/**
 * Writes text to a socket, and reads until some text came or the server closed the connection.
 * @param until that text; `end`: nothing more is written, and the server may know
 */
export async function raw(host: string, text: string, until?: string | { readonly end: true }): Promise<string> {
  const [hostname, port] = host.split(':') as [string, string];
  const socket = connect(Number(port), hostname);
  let got = '';
  socket.on('error', () => undefined);
  const enough = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
      if (typeof until === 'string' && got.includes(until)) resolve();
    });
    socket.on('close', () => resolve());
  });
  if (typeof until === 'object') socket.end(text, 'latin1');
  else socket.write(text, 'latin1');
  await enough;
  socket.destroy();
  return got;
}

/** What the v1 API says when its database fails, or would. */
export const databaseMessage = 'database: an error occured when querying the backend';

/** The body of a POST of a layer. */
export const layerBody = (members: object = {}): object => ({
  Layer: { Name: 'l', Path: '/p', Format: 'Docker', ...members },
});
