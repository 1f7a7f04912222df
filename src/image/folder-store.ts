import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import path from 'node:path';
import { SourceError } from '../errors.ts';
import { FileSource } from '../formats/byte-source.ts';
import { normalisePath } from '../formats/tar/path.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import { FolderFile } from './folder-file.ts';
import type { BlobStore } from './store.ts';

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
