import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { EngineError } from '../../src/net/container-engine/engine-error.ts';
import { temporaryFolder } from './temporary.ts';

/** What a made-up engine answers; the rest is 404 as Docker words it. */
export interface FakeEngineOptions {
  /** Body of `GET /version`; text is sent as it is. */
  readonly version?: object | string;
  /** Answers by path, without the version: `/images/example:latest/json`. */
  readonly answers?: Readonly<Record<string, FakeAnswer>>;
}

export type FakeAnswer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly body: Uint8Array | string }
  /** Sends what there is and breaks the connection. */
  | { readonly breaksAfter: Uint8Array }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** An engine on a unix socket that says what a test wants it to say. */
export interface FakeEngine {
  readonly socket: string;
  /** Paths that were asked for, with the version. */
  readonly requests: string[];
  /** Settings that lead to it alone. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What Docker 26.1 says, shortened. */
export const docker26 = { Version: '26.1.5', ApiVersion: '1.45', MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' };

export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const socket = path.join(temporaryFolder(), 'engine.sock');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(request.url ?? '');
    requests.push(asked);
    const plain = asked.replace(/^\/v\d+\.\d+/, '');
    const version = options.version ?? docker26;
    const known: Readonly<Record<string, FakeAnswer>> = {
      '/version': typeof version === 'string' ? { body: version } : { json: version },
      ...options.answers,
    };
    const missing: FakeAnswer = { status: 404, json: { message: `No such image: ${plain.split('/')[2]}` } };
    answer(request, response, known[plain] ?? missing);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    requests,
    environment: { DOCKER_HOST: `unix://${socket}`, CONTAINER_HOST: `unix://${socket}`, HOME: '/dev/null' },
    close: () => closeServer(server),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, how: FakeAnswer): void {
  if (typeof how === 'function') {
    how(request, response);
  } else if ('breaksAfter' in how) {
    response.writeHead(200, { 'content-type': 'application/x-tar' });
    response.write(how.breaksAfter, () => response.socket?.destroy());
  } else if ('json' in how) {
    response.writeHead(how.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(how.json));
  } else {
    response.writeHead(how.status ?? 200, { 'content-type': 'application/x-tar' }).end(how.body);
  }
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** What an engine says of the image that a configuration describes. */
export function inspectAnswer(id: string, config: Uint8Array, repoTags: readonly string[]): object {
  const value = JSON.parse(Buffer.from(config).toString('utf8')) as Record<string, unknown>;
  return {
    Id: id,
    RepoTags: repoTags,
    Created: value['created'],
    Os: value['os'],
    Architecture: value['architecture'],
    Variant: value['variant'],
    Config: value['config'],
    RootFS: { Type: 'layers', Layers: (value['rootfs'] as { diff_ids: unknown }).diff_ids },
  };
}

/** What a promise fails with, where that is an error of an engine. */
export async function failureOf(promise: Promise<unknown>): Promise<EngineError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** The pieces of a body together. */
export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** A signal that is given after a while. */
export function abortedAfter(ms: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}
