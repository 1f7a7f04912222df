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
  /** Between two pieces of a body, while they are waited for. `Infinity`: a body that may rest as long as it likes. */
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
  /** One that is made while it is sent goes in pieces (`Transfer-Encoding: chunked`). */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** From the last piece of the request that was taken until the headers of the answer. `Infinity`: no limit. */
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
  const answered = await send(stream, request, false);
  if ('status' in answered) return answered;
  stream.destroy();
  throw new EngineError('broken', 'gave the connection away that it was not asked for');
}

/**
 * One request after which the connection belongs to both sides (HTTP 101, RFC 9110 section 7.8); an answer instead where
 * the engine does not want to.
 * @throws EngineError `broken` as {@link exchange} does
 */
export async function exchangeAndKeep(stream: Duplex, request: EngineRequest): Promise<EngineResponse | Duplex> {
  const headers = { ...request.headers, connection: 'Upgrade', upgrade: 'tcp' };
  return await send(stream, { ...request, headers }, true);
}

async function send(stream: Duplex, request: EngineRequest, keeps: boolean): Promise<EngineResponse | Duplex> {
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
    let timer: NodeJS.Timeout | undefined;
    let settled = false;
    const wait = (): void => {
      clearTimeout(timer);
      if (!Number.isFinite(request.headersMs) || settled) return;
      timer = setTimeout(() => {
        fail(new EngineError('broken', lateWords(request.headersMs)));
      }, request.headersMs);
    };
    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
    };
    const onAbort = (): void => void stream.destroy(signal?.reason as Error);
    function fail(error: unknown): void {
      settle();
      signal?.removeEventListener('abort', onAbort);
      stream.destroy();
      reject(signal?.aborted === true ? (signal.reason as Error) : connectionError(error));
    }
    asked.on('error', fail);
    asked.on('response', (response) => {
      settle();
      response.on('close', () => signal?.removeEventListener('abort', onAbort));
      // Nobody may be reading when the connection breaks; who reads is told.
      response.on('error', () => {});
      resolve(answer(response, stream, request));
    });
    if (keeps) {
      asked.on('upgrade', (_, socket, head) => {
        settle();
        socket.on('close', () => signal?.removeEventListener('abort', onAbort));
        socket.on('error', () => {});
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    wait();
    const { body } = request;
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
      asked.end(body);
      return;
    }
    // An engine that answers in the middle has seen enough.
    upload(asked, body, wait, () => settled).catch(fail);
  });
}

async function upload(
  asked: ClientRequest,
  body: AsyncIterable<Uint8Array>,
  onPiece: () => void,
  isSettled: () => boolean,
): Promise<void> {
  for await (const piece of body) {
    if (isSettled() || asked.destroyed) return;
    if (piece.length > 0 && !asked.write(piece)) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          asked.off('drain', go).off('close', go).off('response', go);
          resolve();
        };
        asked.on('drain', go).on('close', go).on('response', go);
      });
    }
    onPiece();
  }
  asked.end();
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
      const timer = Number.isFinite(idleMs) ? setTimeout(late, idleMs) : undefined;
      const step = await iterator.next().finally(() => clearTimeout(timer));
      if (step.done === true) break;
      yield step.value;
    }
    if (!response.complete) throw new EngineError('broken', 'ended the connection in the middle of an answer');
  } catch (error) {
    signal?.throwIfAborted();
    throw connectionError(error);
  } finally {
    stream.destroy();
  }
}

/** How an answer that does not come is told, behind the name of the engine. */
export function lateWords(milliseconds: number): string {
  return `did not answer within ${milliseconds / 1000} seconds`;
}

/** Any failure of a connection as an {@link EngineError}, whose message follows on the name of the engine. */
export function connectionError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new EngineError('broken', 'ended the connection in the middle of an answer', options);
  }
  // Alerts on certificates (RFC 8446 section 6.2), as OpenSSL names them.
  if (/^ERR_SSL_\w*ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA)$/.test(code ?? '')) {
    return new EngineError(
      'broken',
      'does not accept who asks. The folder of certificates (DOCKER_CERT_PATH) must hold cert.pem and key.pem of a client that it knows.',
      options,
    );
  }
  if (code?.startsWith('HPE_') === true) {
    return new EngineError('broken', 'sent something that is no HTTP; is it the port of something else?', options);
  }
  return new EngineError('broken', `broke the connection (${message})`, options);
}
