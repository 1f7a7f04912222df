import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { readShared, sharedPath } from './shared.ts';
import { tarMembers } from './tar-members.ts';
import { zip } from './zip.ts';

/** What a mirror may do wrong with a file. `slow` stops in the middle of the body. */
export type MirrorFault = '500' | 'once-500' | 'truncated' | 'slow' | 'html' | 'empty' | 'missing';

/** A server that has feeds as a mirror has them: with entity tags, 304, gzip, and faults on demand. */
export interface FeedMirror {
  readonly url: string;
  /** Paths that were asked for, without the leading slash, with the status of the answer. */
  readonly requests: { readonly path: string; readonly status: number }[];
  /** Serves a body in place of what was there. */
  set(path: string, body: string | Uint8Array): void;
  fault(path: string, fault: MirrorFault | undefined): void;
  close(): void;
}

/** A list of notices that speaks of nothing. */
const noNotices = Buffer.from('[01 Jan 2020] DSA-1-1 none - none\n');

/** Starts a mirror. Bodies that were not `set` are asked of `source` once, and kept. */
export async function startFeedMirror(
  source: (path: string) => Buffer | undefined = () => undefined,
): Promise<FeedMirror> {
  // Belong to the Debian tracker's document, which tests put there alone.
  const lists = ['DSA', 'DLA'].map((name) => [`debian-security-tracker/data/${name}/list`, noNotices] as const);
  const bodies = new Map<string, Buffer | undefined>(lists);
  const faults = new Map<string, MirrorFault>();
  const requests: { path: string; status: number }[] = [];

  interface Answer {
    readonly status: number;
    readonly headers?: Record<string, string | number>;
    readonly body?: Buffer | string;
    readonly fault?: MirrorFault;
  }

  function decide(path: string, request: IncomingMessage): Answer {
    const fault = faults.get(path);
    if (fault === 'once-500') faults.delete(path);
    if (fault === '500' || fault === 'once-500') return { status: 500 };
    if (fault === 'html') return page('<!DOCTYPE html><title>Log in</title>');
    if (fault === 'empty') return { status: 200, body: '' };
    if (!bodies.has(path)) bodies.set(path, source(path));
    const body = bodies.get(path);
    if (body === undefined || fault === 'missing') return { status: 404, body: 'not found' };
    if (path === '' || path.endsWith('/')) return page(body.toString());

    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 20)}"`;
    if (request.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
    const compress = /\bgzip\b/.test(String(request.headers['accept-encoding'])) && !path.endsWith('.zip');
    const sent = compress ? gzipSync(body, { level: 1 }) : body;
    const headers = { etag, 'content-length': sent.length, ...(compress && { 'content-encoding': 'gzip' }) };
    return { status: 200, headers, body: sent, ...(fault !== undefined && { fault }) };
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    const { status, headers, body, fault } = decide(path, request);
    requests.push({ path, status });
    response.writeHead(status, headers);
    if (fault === undefined) {
      response.end(body);
      return;
    }
    response.write((body as Buffer).subarray(0, (body as Buffer).length >> 1), () => {
      if (fault === 'truncated') setTimeout(() => response.destroy(), 10);
    });
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    set: (path, body) => bodies.set(path, Buffer.from(body)),
    fault: (path, fault) => {
      if (fault === undefined) faults.delete(path);
      else faults.set(path, fault);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function page(body: string): {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
} {
  return { status: 200, headers: { 'content-type': 'text/html' }, body };
}

/** An OSV record, as far as the mirror cares. */
export interface MirrorRecord {
  readonly id: string;
  readonly modified: string;
}

/** Serves an ecosystem of OSV: the archive, the index and every record. */
export function setOsv(mirror: FeedMirror, ecosystem: string, records: readonly MirrorRecord[]): void {
  for (const [path, body] of osvFiles(ecosystem, records)) mirror.set(path, body);
}

function osvFiles(ecosystem: string, records: readonly MirrorRecord[]): [path: string, body: Buffer][] {
  const newestFirst = [...records].sort((a, b) => (a.modified < b.modified ? 1 : -1));
  const files = records.map((record) => ({ name: `${record.id}.json`, content: JSON.stringify(record) }));
  return [
    [`osv/${ecosystem}/all.zip`, zip(files)],
    [`osv/${ecosystem}/modified_id.csv`, Buffer.from(newestFirst.map((r) => `${r.modified},${r.id}\n`).join(''))],
    ...files.map(({ name, content }): [string, Buffer] => [`osv/${ecosystem}/${name}`, Buffer.from(content)]),
  ];
}

/**
 * The reference data in the layout of a mirror: the first `osvRecords` records of each ecosystem of OSV, the documents
 * of Alpine and the Debian tracker.
 */
export function sharedFeeds(osvRecords: number): (path: string) => Buffer | undefined {
  let alpine: Map<string, Buffer> | undefined;
  const osv = new Map<string, Map<string, Buffer>>();
  return (path) => {
    if (path === 'tracker/data/json') return readShared('feeds/debian-tracker/tracker-data.json.gz');
    if (path === 'osv/ecosystems.txt') return readShared('feeds/osv/ecosystems.txt');
    if (path.startsWith('alpine-secdb/')) {
      alpine ??= tarMembers(readShared('feeds/alpine-secdb/alpine-secdb.tar.zst'));
      return alpine.get(path.slice('alpine-secdb/'.length));
    }
    const ecosystem = /^osv\/([^/]+)\//.exec(path)?.[1];
    if (ecosystem === undefined || !existsSync(sharedPath(`feeds/osv/${ecosystem}`))) return undefined;
    let files = osv.get(ecosystem);
    if (files === undefined) {
      const lines = readShared(`feeds/osv/${ecosystem}/all.ndjson.zst`).toString().split('\n').filter(Boolean);
      files = new Map(
        osvFiles(
          ecosystem,
          lines.slice(0, osvRecords).map((line) => JSON.parse(line) as MirrorRecord),
        ),
      );
      osv.set(ecosystem, files);
    }
    return files.get(path);
  };
}
