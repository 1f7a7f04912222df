import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type OciOptions, ociFiles, sha256 } from './image.ts';

/** Answers a request instead of the registry; true when it did. `count` counts the requests that it saw, from 1. */
export type Fault = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

export interface FakeRegistryOptions {
  /** Where it listens; default: 127.0.0.1. */
  readonly address?: string;
  /** Whether it can send a part of a blob; default: true. */
  readonly ranges?: boolean;
  readonly fault?: Fault;
}

/** What was asked, for assertions. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** A registry on a free port of this machine that does what a test wants it to. */
export class FakeRegistry {
  readonly asked: Asked[] = [];
  readonly blobs: Map<string, Uint8Array> = new Map();
  /** By tag and by digest. */
  readonly manifests: Map<string, { readonly bytes: Uint8Array; readonly mediaType: string }> = new Map();
  readonly #server: Server;
  readonly #options: FakeRegistryOptions;
  #faults = 0;

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    await new Promise<void>((resolve) => registry.#server.listen(0, options.address ?? '127.0.0.1', resolve));
    return registry;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:40000` */
  get host(): string {
    return `${this.#options.address ?? '127.0.0.1'}:${this.port}`;
  }

  /** Paths that were asked for, in order. */
  get paths(): string[] {
    return this.asked.map(({ url }) => url);
  }

  /** Puts an image into it, under a tag: its manifest, or the index of all its variants. */
  push(options: OciOptions, tag = 'latest'): { readonly digest: string } {
    const files = ociFiles(options);
    let descriptors: { digest: string; mediaType: string }[] = [];
    for (const [name, bytes] of files) {
      if (!(bytes instanceof Uint8Array)) continue;
      if (name === 'index.json') {
        ({ manifests: descriptors } = JSON.parse(Buffer.from(bytes).toString('utf8')));
      } else if (name.startsWith('blobs/')) {
        this.#addFile(bytes, name.slice('blobs/'.length).replace('/', ':'));
      }
    }
    const several = descriptors.length > 1;
    const bytes = several ? (files.get('index.json') as Uint8Array) : this.blobs.get(descriptors[0]!.digest)!;
    const mediaType = several ? 'application/vnd.oci.image.index.v1+json' : descriptors[0]!.mediaType;
    return this.addManifest(bytes, mediaType, tag);
  }

  /** A blob of a layout; it may be a manifest or an index too. */
  #addFile(bytes: Uint8Array, digest: string): void {
    this.addBlob(bytes, digest);
    if (bytes[0] !== 0x7b) return;
    const { mediaType } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { mediaType?: string };
    if (mediaType !== undefined) this.manifests.set(digest, { bytes, mediaType });
  }

  addBlob(bytes: Uint8Array, digest: string = sha256(bytes)): string {
    this.blobs.set(digest, bytes);
    return digest;
  }

  /** Puts a manifest into it, whatever it is. */
  addManifest(content: Uint8Array | object, mediaType: string, tag = 'latest'): { readonly digest: string } {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
    const digest = sha256(bytes);
    this.manifests.set(tag, { bytes, mediaType });
    this.manifests.set(digest, { bytes, mediaType });
    return { digest };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.asked.push({ method, url, authorization: headers.authorization, range: headers.range });
    if (this.#options.fault?.(request, response, this.#faults + 1) === true) {
      this.#faults++;
      return;
    }
    if (method !== 'GET') {
      void this.#write(request, response);
      return;
    }
    const [, kind, name = ''] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
    const manifest = kind === 'manifests' ? this.manifests.get(name) : undefined;
    const blob = kind === 'blobs' ? this.blobs.get(name) : undefined;
    if (manifest !== undefined) {
      response.writeHead(200, {
        'content-type': manifest.mediaType,
        'content-length': manifest.bytes.length,
        'docker-content-digest': sha256(manifest.bytes),
      });
      response.end(manifest.bytes);
    } else if (blob !== undefined) {
      sendBlob(response, blob, this.#options.ranges === false ? undefined : headers.range);
    } else {
      refuse(response, 404, kind === 'manifests' ? 'MANIFEST_UNKNOWN' : 'BLOB_UNKNOWN');
    }
  }

  /** Takes blobs and manifests in (OCI distribution specification 1.1, "Push"). */
  async #write(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const bytes = await buffer(request);
    const { pathname, searchParams } = new URL(url, `http://${this.host}`);
    const [, kind, name = ''] = /^\/v2\/.+\/(manifests|blobs(?:\/uploads)?)\/([^/]*)$/.exec(pathname) ?? [];
    if (method === 'HEAD' && kind === 'blobs') {
      const blob = this.blobs.get(name);
      response.writeHead(blob === undefined ? 404 : 200, { 'content-length': blob?.length ?? 0 }).end();
    } else if (method === 'POST' && kind === 'blobs/uploads') {
      response.writeHead(202, { location: `${pathname}1?state=x` }).end();
    } else if (method === 'PUT' && kind === 'blobs/uploads' && searchParams.get('digest') === sha256(bytes)) {
      this.addBlob(bytes);
      response.writeHead(201).end();
    } else if (method === 'PUT' && kind === 'manifests') {
      this.addManifest(bytes, headers['content-type'] ?? '', name);
      response.writeHead(201).end();
    } else {
      refuse(response, 400, 'DIGEST_INVALID');
    }
  }
}

/** Sends a blob, or the part of it that was asked for. */
export function sendBlob(response: ServerResponse, blob: Uint8Array, range: string | undefined): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const part = blob.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': part.length,
    ...(start > 0 && { 'content-range': `bytes ${start}-${blob.length - 1}/${blob.length}` }),
  });
  response.end(part);
}

/** Sends so many bytes of a blob, from where it was asked for, and cuts the connection. */
export function cutBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blob: Uint8Array,
  bytes: number,
  ranges = true,
): void {
  const start = ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': blob.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${blob.length - 1}/${blob.length}` }),
  });
  response.write(blob.subarray(start, start + bytes), () => setTimeout(() => response.destroy(), 10));
}

/** An error as registries write it. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message: 'no' }] }));
}
