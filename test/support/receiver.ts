import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A message as it came. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names as they were written, in their order. */
  readonly headerNames: readonly string[];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Takes messages of webhooks. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** @param answer status, or more; undefined: none ever comes */
export async function startReceiver(
  answer: (message: Received, count: number) => number | Answer | undefined = () => 200,
  tls?: ServerOptions,
): Promise<Receiver> {
  const received: Received[] = [];
  const server: Server = (tls === undefined ? createServer() : createTlsServer(tls)) as Server;
  server.on('request', async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const message = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      headerNames: request.rawHeaders.filter((_, i) => i % 2 === 0),
      body: Buffer.concat(pieces).toString('utf8'),
    };
    received.push(message);
    const said = answer(message, received.length);
    if (said === undefined) return;
    const { status, headers = {}, body = '' } = typeof said === 'number' ? { status: said } : said;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/notify`,
    port,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
