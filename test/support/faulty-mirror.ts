import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a mirror answers in place of what it should, whatever the condition of the request. */
export interface FaultyAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the true body, of which `part` may be taken. */
  readonly body?: string | Uint8Array;
  part?(body: Buffer): Buffer;
  /** Announces the whole body, sends what `part` left of it, and hangs up. */
  readonly hangsUp?: boolean;
}

/** A request that was answered, with the bytes of the body. */
export interface AnsweredRequest {
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
  readonly conditional: boolean;
}

export interface FaultyMirror {
  readonly url: string;
  readonly requests: AnsweredRequest[];
  /** Answers of single paths that are wrong; none: the mirror is a good one. */
  readonly faults: Map<string, FaultyAnswer>;
  /** What it has now. */
  files: ReadonlyMap<string, Buffer>;
  close(): void;
}

/** Starts a mirror with entity tags whose faults are bytes that a test gives. */
export async function startFaultyMirror(): Promise<FaultyMirror> {
  const faults = new Map<string, FaultyAnswer>();
  const requests: AnsweredRequest[] = [];

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    const conditional = request.headers['if-none-match'] !== undefined;
    const send = (status: number, headers: Record<string, string>, body: Buffer): void => {
      requests.push({ path, status, bytes: body.length, conditional });
      response.writeHead(status, { ...headers, ...(status !== 304 && { 'content-length': String(body.length) }) });
      response.end(body);
    };
    const file = mirror.files.get(path);
    const fault = faults.get(path);
    if (fault !== undefined) {
      const whole = fault.body === undefined ? (file ?? Buffer.alloc(0)) : Buffer.from(fault.body);
      const body = fault.part?.(whole) ?? whole;
      if (fault.hangsUp === true) {
        response.writeHead(200, { 'content-length': String(whole.length) });
        response.write(body, () => setTimeout(() => response.destroy(), 5));
      } else send(fault.status ?? 200, { ...fault.headers }, body);
      return;
    }
    if (file === undefined) {
      send(404, {}, Buffer.from('not found'));
      return;
    }
    const etag = `"${createHash('sha256').update(file).digest('hex').slice(0, 20)}"`;
    if (request.headers['if-none-match'] === etag) send(304, { etag }, Buffer.alloc(0));
    else send(200, { etag }, file);
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const mirror: FaultyMirror = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    files: new Map(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return mirror;
}
