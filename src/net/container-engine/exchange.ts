import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { EngineError } from './engine-error.ts';

/** Budgets of one request. */
export interface EngineTimeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the headers of an answer have come. */
  readonly headersMs: number;
  /** Until the first bytes of an export: an engine may gather the whole image before it sends any. */
  readonly exportMs: number;
  /** Between two pieces of a body, while they are waited for. */
  readonly idleMs: number;
}

export const defaultEngineTimeouts: EngineTimeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  exportMs: 30 * 60_000,
  idleMs: 2 * 60_000,
};

export interface EngineRequest {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly headersMs: number;
  readonly idleMs: number;
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet. Either read it to its end or discard it. */
export interface EngineResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /**
   * The body in pieces that stay valid.
   * @throws EngineError `broken` where it ends early or does not go on
   */
  readonly body: AsyncIterable<Buffer>;
  /** Gives the connection up. */
  discard(): void;
}

/**
 * One request over a connection of its own, which the answer ends.
 * @throws EngineError `broken`, whose message follows on the name of the engine: "did not answer within 60 seconds"
 */
export async function exchange(stream: Duplex, request: EngineRequest): Promise<EngineResponse> {
  const http = await import('node:http');
  const { signal } = request;
  return await new Promise((resolve, reject) => {
    const asked: ClientRequest = http.request({
      createConnection: () => stream,
      method: request.method ?? 'GET',
      path: request.path,
      // Engines want a host, whatever it is.
      headers: { host: 'engine', 'user-agent': 'drydock', connection: 'close', ...request.headers },
    });
    const timer = setTimeout(() => {
      fail(new EngineError('broken', `did not answer within ${request.headersMs / 1000} seconds`));
    }, request.headersMs);
    const onAbort = (): void => void stream.destroy(signal?.reason as Error);
    function fail(error: unknown): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      stream.destroy();
      reject(signal?.aborted === true ? (signal.reason as Error) : describe(error));
    }
    asked.on('error', fail);
    asked.on('response', (response) => {
      clearTimeout(timer);
      response.on('close', () => signal?.removeEventListener('abort', onAbort));
      // Nobody may be reading when the connection breaks; who reads is told.
      response.on('error', () => {});
      resolve(answer(response, stream, request));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    asked.end(request.body);
  });
}

function answer(response: IncomingMessage, stream: Duplex, { idleMs, signal }: EngineRequest): EngineResponse {
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: pieces(response, stream, idleMs, signal),
    discard: () => void stream.destroy(),
  };
}

async function* pieces(
  response: IncomingMessage,
  stream: Duplex,
  idleMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, void> {
  const iterator = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const late = (): void => {
    response.destroy(new EngineError('broken', `sent nothing for ${idleMs / 1000} seconds in the middle of an answer`));
  };
  try {
    for (;;) {
      // Only waiting counts: whoever reads may take its time.
      const timer = setTimeout(late, idleMs);
      const step = await iterator.next().finally(() => clearTimeout(timer));
      if (step.done === true) break;
      yield step.value;
    }
    if (!response.complete) throw new EngineError('broken', 'ended the connection in the middle of an answer');
  } catch (error) {
    signal?.throwIfAborted();
    throw describe(error);
  } finally {
    stream.destroy();
  }
}

function describe(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new EngineError('broken', 'ended the connection in the middle of an answer', options);
  }
  if (code?.startsWith('HPE_') === true) {
    return new EngineError('broken', 'sent something that is no HTTP; is it the port of something else?', options);
  }
  return new EngineError('broken', `broke the connection (${message})`, options);
}
