import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { layer } from '../support/image.ts';
import { noise } from '../support/noise.ts';

/** Layers of one image, each with the package database as it is then. */
export const LAYERS_PER_IMAGE = 4;

/** Packages of a layer, `name version`: those of the layers below, some that many have, and one that no other has. */
export function packagesOf(index: number): readonly string[] {
  const position = index % LAYERS_PER_IMAGE;
  const image = (index - position) / LAYERS_PER_IMAGE;
  const packages = Array.from({ length: 20 }, (_, i) => `shared-${i} 1.${image % 7}-1`);
  for (let i = 0; i <= position; i++) packages.push(`own-${image * LAYERS_PER_IMAGE + i} 1.0-1`);
  return packages.toSorted();
}

export const layerName = (index: number): string => `layer-${index}`;

/** The layer below, or undefined for the first of an image. */
export const parentOf = (index: number): string | undefined =>
  index % LAYERS_PER_IMAGE === 0 ? undefined : layerName(index - 1);

interface LayerServerOptions {
  /** Milliseconds that it takes to send one. */
  readonly pause?: () => number;
  /** More packages in each, which all have. */
  readonly packages?: number;
  /** Bytes in each that do not compress. */
  readonly bulk?: number;
}

function layerBytes(index: number, { packages = 0, bulk = 0 }: LayerServerOptions): Buffer {
  const more = Array.from({ length: packages }, (_, i) => `common-${i} 2.${i}-1`);
  const records = [...packagesOf(index), ...more].map((line) => {
    const [name, version] = line.split(' ');
    return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;
  });
  return gzipSync(
    layer([
      { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' },
      { path: 'var/lib/dpkg/status', content: records.join('\n') },
      { path: `srv/file-${index}`, content: `of layer ${index}\n`.repeat(500) },
      { path: 'srv/bulk', content: noise(bulk) },
    ]),
    { level: 1 },
  );
}

export interface LayerServer {
  readonly host: string;
  /** Where the layer of this index is. */
  path(index: number): string;
  close(): void;
}

/** Serves layers, each made when it is asked for. */
export async function startLayerServer(options: LayerServerOptions = {}): Promise<LayerServer> {
  const server = createServer((request, response) => {
    const index = /^\/(\d+)\.tar\.gz$/.exec(request.url ?? '')?.[1];
    if (index === undefined) return void response.writeHead(404).end();
    const bytes = layerBytes(Number(index), options);
    response.writeHead(200, { 'content-length': bytes.length });
    // In two pieces with a pause, so that many a process is killed while it reads.
    response.write(bytes.subarray(0, 200));
    setTimeout(() => response.end(bytes.subarray(200)), options.pause?.() ?? 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    path: (index) => `http://${host}/${index}.tar.gz`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
