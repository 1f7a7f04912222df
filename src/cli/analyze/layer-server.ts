import { lookup } from 'node:dns/promises';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { SavedLayer } from './saved-layer.ts';

/** Where the original serves layers. */
export const LAYER_PORT = 9279;

export interface LayerServer {
  close(): Promise<void>;
}

/**
 * Hands out the layers of a folder, and nothing else, to one host: `GET /ID/layer.tar`. The original compared the host
 * with the address of whoever asked as text, so that a name let nobody in; here it is resolved.
 * @throws Error in the words of the original where it cannot listen, or the name cannot be resolved
 */
export async function serveLayers(
  folder: string,
  layers: readonly SavedLayer[],
  host: string,
  port: number = LAYER_PORT,
): Promise<LayerServer> {
  const addresses = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new Error(`lookup ${host}: no such host`, { cause: error });
  });
  const allowed = new Set(addresses.map(({ address }) => plainAddress(address)));
  const files = new Map(layers.map(({ file }) => [`/${file}`, path.join(folder, file)]));
  const server = createServer((request, response) => {
    const peer = plainAddress(request.socket.remoteAddress ?? '');
    void answer(request, response, allowed.has(peer) ? files : undefined).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words = error.code === 'EADDRINUSE' ? 'address already in use' : error.message;
      reject(new Error(`listen tcp :${port}: bind: ${words}`, { cause: error }));
    });
    server.listen(port, resolve);
  });
  return {
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** @param files by path; absent: whoever asks may have none */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, string> | undefined,
): Promise<void> {
  const refuse = (status: number): void => void response.writeHead(status).end();
  if (files === undefined) return refuse(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const file = files.get((request.url ?? '').replace(/\?.*$/s, ''));
  if (file === undefined) return refuse(404);
  const { size } = await stat(file);
  response.writeHead(200, { 'content-type': 'application/x-tar', 'content-length': size });
  if (request.method === 'HEAD') response.end();
  else {
    const stream = createReadStream(file);
    stream.once('error', () => response.destroy());
    response.once('close', () => stream.destroy());
    stream.pipe(response);
  }
}

/** An IPv4 address also where a socket of both families, or a URL, tells it as one of IPv6. */
function plainAddress(address: string): string {
  const [, dotted, high, low] = /^::ffff:(?:([\d.]+)|([\da-f]{1,4}):([\da-f]{1,4}))$/i.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return address.replace(/%.*$/, '');
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
