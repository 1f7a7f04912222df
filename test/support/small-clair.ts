import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from './image.ts';

/** A package as the v1 API tells it. */
export interface SmallFeature {
  readonly Name: string;
  readonly Version: string;
  readonly Vulnerabilities?: readonly object[];
}

/** As a client posts it. */
export interface PostedToClair {
  readonly Name: string;
  readonly Path: string;
  readonly ParentName?: string;
  readonly Format: string;
}

/** A server that answers as Clair does to those who index layers: known ones stay as they are. */
export interface SmallClair {
  readonly port: number;
  readonly posted: readonly PostedToClair[];
  /** `GET /v1/layers/x` */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** @param featuresOf packages of a layer by the digest of its bytes; undefined: as its parent's */
export async function startSmallClair(
  featuresOf: (digest: string) => readonly SmallFeature[] | undefined,
): Promise<SmallClair> {
  const layers = new Map<string, { readonly parent: string; readonly features: readonly object[] }>();
  const posted: PostedToClair[] = [];
  const requests: string[] = [];

  const post = async (layer: PostedToClair): Promise<{ status: number; body: object }> => {
    posted.push(layer);
    if (!layers.has(layer.Name)) {
      const bytes = await open(layer.Path).catch(() => undefined);
      if (bytes === undefined) return { status: 400, body: { Error: { Message: 'could not find layer' } } };
      const parent = layer.ParentName ?? '';
      const own = featuresOf(sha256(bytes));
      const features = own?.map((feature) => ({ ...feature, AddedBy: layer.Name }));
      layers.set(layer.Name, { parent, features: features ?? layers.get(parent)?.features ?? [] });
    }
    return { status: 201, body: { Layer: { ...layer, IndexedByVersion: 3 } } };
  };
  const get = (name: string, query: string): { status: number; body: object } => {
    const found = layers.get(name);
    if (found === undefined) return { status: 404, body: { Error: { Message: 'the resource cannot be found' } } };
    const features = query === '' || found.features.length === 0 ? {} : { Features: found.features };
    const parent = found.parent === '' ? {} : { ParentName: found.parent };
    return { status: 200, body: { Layer: { Name: name, ...parent, IndexedByVersion: 3, ...features } } };
  };

  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const [, name = '', query = ''] = /^\/v1\/layers\/?([^?]*)(.*)$/.exec(request.url ?? '') ?? [];
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { status, body } =
      request.method === 'POST'
        ? await post((JSON.parse(Buffer.concat(pieces).toString()) as { Layer: PostedToClair }).Layer)
        : get(decodeURIComponent(name), query);
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', server: 'clair' });
    response.end(`${JSON.stringify(body)}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    posted,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function open(place: string): Promise<Uint8Array> {
  if (!place.startsWith('http://')) return await readFile(place);
  const response = await fetch(place);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
