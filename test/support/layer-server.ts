import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A loopback server that has layers, as the storage of a registry does. */
export interface LayerServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Requests so far: path and headers. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Where a blob is to be had. */
  put(name: string, bytes: Uint8Array): string;
  /** Where a request is sent on from. */
  redirect(name: string, to: string): string;
  close(): void;
}

/** @param authorization that a request has to bring; absent: none */
export async function startLayerServer(authorization?: string): Promise<LayerServer> {
  const blobs = new Map<string, Uint8Array>();
  const redirects = new Map<string, string>();
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push({ path, headers: request.headers });
    const to = redirects.get(path);
    if (to !== undefined) return response.writeHead(302, { Location: to }).end();
    const blob = blobs.get(path);
    if (blob === undefined) return response.writeHead(404).end();
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      return response.writeHead(401).end();
    }
    return response.writeHead(200, { 'Content-Length': blob.length }).end(blob);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    asked,
    put: (name, bytes) => {
      blobs.set(`/${name}`, bytes);
      return `http://${host}/${name}`;
    },
    redirect: (name, to) => {
      redirects.set(`/${name}`, to);
      return `http://${host}/${name}`;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
