import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import path from 'node:path';

/** A server of a test. */
export interface TestServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<TestServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export async function serve(handler: RequestListener): Promise<TestServer> {
  const server = createServer(handler);
  const running = await listening(server);
  return {
    ...running,
    async close() {
      const closed = running.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Files of a folder; below `/auth/` for those who know the token, below `/redir/` by way of a redirect. */
export function serveLayers(folder: string): Promise<TestServer> {
  return serve((request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith('/redir/')) {
      response.writeHead(302, { Location: url.slice('/redir'.length) }).end();
      return;
    }
    const needsToken = url.startsWith('/auth/');
    if (needsToken && request.headers.authorization !== 'Bearer tok') {
      response.writeHead(401).end();
      return;
    }
    const file = path.join(folder, path.basename(url));
    if (!existsSync(file)) response.writeHead(404).end();
    else createReadStream(file).pipe(response.writeHead(200, { 'Content-Type': 'application/octet-stream' }));
  });
}

/** Accepts connections and never says a word. */
export async function serveNothing(): Promise<TestServer> {
  const sockets = new Set<{ destroy(): void }>();
  const running = await listening(
    createSocketServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }),
  );
  return {
    ...running,
    async close() {
      for (const socket of sockets) socket.destroy();
      await running.close();
    },
  };
}

export interface TestResponse {
  readonly status: number;
  /** In the spelling in which they came. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** One exchange on a connection of its own, nothing decoded. */
export function exchange(
  host: string,
  message: {
    readonly method: string;
    readonly path: string;
    readonly headers?: IncomingHttpHeaders;
    readonly body?: string | Uint8Array;
  },
): Promise<TestResponse> {
  const [hostname, port] = host.split(':') as [string, string];
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, method: message.method, path: message.path, headers: message.headers ?? {}, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { rawHeaders } = response;
          const headers: Record<string, string> = {};
          for (let index = 0; index < rawHeaders.length; index += 2) {
            headers[rawHeaders[index]!] = rawHeaders[index + 1]!;
          }
          resolve({ status: response.statusCode!, headers, body: Buffer.concat(chunks) });
        });
      },
    );
    request.on('error', reject);
    request.end(message.body);
  });
}
