import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Compressed forms, the better first: names of the registry of HTTP (RFC 9110, section 8.4.1). */
export const codings = ['br', 'gzip'] as const;
type Coding = (typeof codings)[number];

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Its name holds a digest of its content: whoever has it never needs to ask again. */
  readonly isHashed: boolean;
  /** Strong, for its bytes as they are; other codings have others (RFC 9110, section 8.8.3). */
  readonly digest: string;
  /** Compressed when it is first asked for, once; undefined where that makes it no smaller. */
  coded(coding: Coding): Promise<Buffer | undefined>;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Compressed already. */
const dense: ReadonlySet<string> = new Set(['.png', '.woff2']);

/** The frame of the HTML report lies in the same folder, and is no page of the service. */
const notServed: ReadonlySet<string> = new Set(['report.html']);

/** Below it lie files whose names hold a digest. */
const ASSETS = 'assets';

/**
 * Reads the page, by its addresses: `/index.html`, `/assets/…`. What is asked for later is looked up in this list, so that no
 * request can name a file.
 * @returns nothing where the page was not built
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const below of ['', ASSETS]) {
    for (const name of namesIn(path.join(folder, below))) {
      const type = types[path.extname(name)];
      if (type === undefined || notServed.has(name)) continue;
      const bytes = readFileSync(path.join(folder, below, name));
      files.set(
        path.posix.join('/', below, name),
        pageFile(type, bytes, below === ASSETS, dense.has(path.extname(name))),
      );
    }
  }
  return files.has('/index.html') ? files : new Map();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function pageFile(type: string, bytes: Buffer, isHashed: boolean, isDense: boolean): PageFile {
  const kept = new Map<Coding, Promise<Buffer | undefined>>();
  return {
    type,
    bytes,
    isHashed,
    digest: hash('sha256', bytes, 'base64url').slice(0, 22),
    coded(coding) {
      if (isDense) return Promise.resolve(undefined);
      let made = kept.get(coding);
      if (made === undefined) {
        made = compress(coding, bytes).then((coded) => (coded.length < bytes.length ? coded : undefined));
        kept.set(coding, made);
      }
      return made;
    },
  };
}

/** Above it Brotli takes ten times as long, for a fifteenth less: somebody waits for the first answer. */
const QUALITY = 9;

async function compress(coding: Coding, bytes: Buffer): Promise<Buffer> {
  if (coding === 'gzip') return await promisify(gzip)(bytes, { level: 9 });
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return await promisify(brotliCompress)(bytes, { params });
}
