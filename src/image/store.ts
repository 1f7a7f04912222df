import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import path from 'node:path';
import { SourceError } from '../errors.ts';
import { FileSource, readBytes } from '../formats/byte-source.ts';
import { normalisePath } from '../formats/tar/path.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import { walkTar } from '../formats/tar/walk.ts';
import type { Limits } from '../limits.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { FileHeader } from '../model/file.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerContent } from './content.ts';
import { FolderFile } from './folder-file.ts';

/** The files that make up an image, by name: the members of an archive, or the files of a folder. */
export interface BlobStore {
  get(name: string): ByteSource | undefined;
  has(name: string): boolean;
  /** A layer whose bytes the store does not hold, where it knows of such. */
  layer?(name: string): LayerContent | undefined;
  /** What was wrong with the container of the files itself. */
  readonly problems: readonly Problem[];
}

/** What is kept of a member: a root file system may have millions, and is an archive like any other. */
type Member = Pick<FileHeader, 'type' | 'offset' | 'size' | 'linkTarget'>;

/** Saved images have a few hundred members. Beyond so many, only what could be part of one is kept, beyond more nothing. */
const USUAL_MEMBERS = 20_000;
const MAX_MEMBERS = 200_000;

/** Where the parts of a saved image lie; deeper down, only a root file system has anything. */
function mayBePart(path: string): boolean {
  return path.indexOf('/', path.indexOf('/') + 1) < 0 || path.startsWith('blobs/') || rootMarks.has(path);
}

/** By these a root file system is told, whatever lies beside them. */
export const rootMarks: ReadonlySet<string> = new Set([
  'etc/passwd',
  'etc/os-release',
  'usr/lib/os-release',
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
]);

/** The members of an archive, found by one walk over its headers. A name that comes twice: the last counts. */
export class ArchiveStore implements BlobStore {
  readonly problems: Problem[] = [];
  readonly #source: ByteSource;
  readonly #members: Map<string, Member> = new Map();

  private constructor(source: ByteSource) {
    this.#source = source;
  }

  static async open(source: ByteSource, limits: Limits, signal: AbortSignal): Promise<ArchiveStore> {
    const store = new ArchiveStore(source);
    let untold = 0;
    const problem: TarVisitor['problem'] = (code, message) => {
      if (store.problems.length < limits.problems) store.problems.push({ code, message: `the archive: ${message}` });
      else untold++;
    };
    const visitor: TarVisitor = {
      member: (header) => {
        if (header.path.length > limits.pathBytes) {
          problem('layer.limit', `a name has ${header.path.length} characters; the member was left out`);
        } else if (header.sparse === true) {
          // Its bytes as stored are not those that a runtime sees.
          problem('file.sparse', `${header.path} is stored as a sparse file and was not read`);
          store.#members.delete(header.path);
        } else if (store.#isKept(header.path)) {
          if (header.type === 'file' && store.#members.get(header.path)?.type === 'file') {
            problem(
              'image.ambiguous',
              `${header.path} comes twice; the last one was read, some programs read the first`,
            );
          }
          const { type, offset, size, linkTarget } = header;
          store.#members.set(
            header.path,
            linkTarget === undefined ? { type, offset, size } : { type, offset, size, linkTarget },
          );
        }
        return 0;
      },
      content: () => undefined,
      problem,
    };
    await walkTar(source, visitor, { limits: { ...limits, layerBytes: limits.imageBytes }, signal });
    if (store.#members.size >= MAX_MEMBERS) problem('layer.limit', `only ${MAX_MEMBERS} members were looked at`);
    if (untold > 0) store.problems.push({ code: 'layer.limit', message: `the archive: ${untold} more problems` });
    return store;
  }

  get size(): number {
    return this.#members.size;
  }

  #isKept(path: string): boolean {
    const { size } = this.#members;
    return size < USUAL_MEMBERS || (size < MAX_MEMBERS && mayBePart(path));
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** True where the members are those of a saved image, even if what describes it is missing. */
  looksLikeImage(): boolean {
    if (this.#members.has('oci-layout')) return true;
    for (const name of this.#members.keys()) {
      if (name.startsWith('blobs/sha256/') || /^[0-9a-f]{64}(\/layer\.tar|\.json)$/.test(name)) return true;
    }
    return false;
  }

  get(name: string): ByteSource | undefined {
    const header = this.#find(name);
    return header === undefined ? undefined : this.#source.slice(header.offset, header.size);
  }

  /** Old archives store a layer that two images share once, and link to it. */
  #find(name: string): Member | undefined {
    let wanted = normalisePath(name).path;
    for (let hops = 0; hops < 8; hops++) {
      const header = this.#members.get(wanted);
      if (header === undefined || header.type === 'file') return header;
      if (header.linkTarget === undefined) return undefined;
      const folder = wanted.includes('/') ? wanted.slice(0, wanted.lastIndexOf('/')) : '';
      wanted = normalisePath(header.type === 'symlink' ? `${folder}/${header.linkTarget}` : header.linkTarget).path;
    }
    return undefined;
  }
}

/** Files of a folder that are kept open; of more than that, each is opened when it is read. */
const KEPT_OPEN = 64;

/** The files of a folder. The first ones are opened on first use and kept open until `close`. */
export class FolderStore implements BlobStore {
  readonly problems: readonly Problem[] = [];
  readonly #root: string;
  readonly #open: Map<string, number> = new Map();
  readonly #others: Map<string, FolderFile> = new Map();

  constructor(root: string) {
    this.#root = root;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): ByteSource | undefined {
    const { path: relative, escapes } = normalisePath(name);
    if (escapes) return undefined;
    const open = this.#open.get(relative);
    if (open !== undefined) return new FileSource(open);
    const other = this.#others.get(relative);
    if (other !== undefined) return other;
    if (!this.#isPlain(path.dirname(relative))) return undefined;
    const file = path.join(this.#root, relative);
    const descriptor = openRegularFile(file);
    if (descriptor === undefined) return undefined;
    if (this.#open.size < KEPT_OPEN) {
      this.#open.set(relative, descriptor);
      return new FileSource(descriptor);
    }
    const opened = FolderFile.take(file, SAFELY, descriptor);
    this.#others.set(relative, opened);
    return opened;
  }

  /** No folder on the way may be a link: it could lead anywhere on this machine. */
  #isPlain(folder: string): boolean {
    if (folder === '.') return true;
    const stats = lstatSync(path.join(this.#root, folder), { throwIfNoEntry: false });
    return stats?.isDirectory() === true && this.#isPlain(path.dirname(folder));
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }
}

/** Without following a link and without blocking on a pipe. */
const SAFELY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a plain file without following a link and without blocking on a pipe. */
function openRegularFile(file: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, SAFELY);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw new SourceError('source.unreadable', `cannot read ${file} (${code})`, { cause: error });
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return undefined;
}

/**
 * Reads a JSON file of an image: a manifest, an index, a configuration.
 * @returns undefined where it is absent, too large or no JSON; `why` says which
 */
export function readJson(
  source: ByteSource | undefined,
  limits: Limits,
): { readonly value?: unknown; readonly bytes?: Buffer; readonly why?: string } {
  if (source === undefined) return { why: 'it is missing' };
  if (source.size > limits.manifestBytes) return { why: `it is larger than ${limits.manifestBytes} bytes` };
  const bytes = readBytes(source, 0, source.size);
  if (bytes.length < source.size) return { why: 'it is truncated' };
  if (isNestedTooDeep(bytes)) return { bytes, why: 'its values are nested too deep' };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const twice = keyTwice(value);
    return twice === undefined
      ? { value, bytes }
      : { bytes, why: `it has "${twice}" in two spellings, and programs differ in which they take` };
  } catch {
    return { bytes, why: bytes.length === 0 ? 'it is empty' : 'it is no valid JSON' };
  }
}

/** Deeper than anything that describes an image: a parser takes 50 bytes a level, and a level takes one. */
const DEEPEST = 1000;

/** Counts brackets, those in texts left out. */
function isNestedTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** Keys that are read anywhere: Go takes them in any case, the last one where there are several. */
const keys: ReadonlySet<string> = new Set(
  'annotations architecture config created_by diff_ids digest empty_layer history layers manifests mediatype os platform repotags rootfs size variant'.split(
    ' ',
  ),
);

function keyTwice(root: unknown): string | undefined {
  const pending = [root];
  for (let value = pending.pop(); pending.length > 0 || value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const seen = new Set<string>();
    for (const [key, inner] of Object.entries(value)) {
      const folded = key.toLowerCase().replaceAll('\u017f', 's');
      if (seen.has(folded) && keys.has(folded)) return folded;
      seen.add(folded);
      if (typeof inner === 'object' && inner !== null) pending.push(inner);
    }
  }
  return undefined;
}
