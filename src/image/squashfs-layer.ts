import { setImmediate } from 'node:timers/promises';
import { FormatError, LimitError } from '../errors.ts';
import { Budget } from '../formats/compression/budget.ts';
import type { CountBytes } from '../formats/squashfs/codec.ts';
import type { SquashfsNode } from '../formats/squashfs/inode.ts';
import type { Squashfs } from '../formats/squashfs/squashfs.ts';
import { ANY_PLACE, type BodySink, type TarVisitor } from '../formats/tar/visitor.ts';
import { type FileHeader, WHITEOUT_PREFIX } from '../model/file.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';
import { damageCodes } from './walk-through.ts';

/** Milliseconds of work after which timers, signals and Ctrl-C get their turn. */
const BREATH = 20;
/** Folders in folders; no runtime opens a path of more than 4096 bytes. */
const DEEPEST = 2048;
/** Bytes of holes that are read: logs by user number have holes of gigabytes, in images of megabytes. */
const MOST_HOLES = 4 * 1024 ** 3;

type System = Pick<Squashfs, 'root' | 'entries' | 'body'>;

/**
 * A SquashFS as one layer. Links are members and never followed; a folder that stands in several places is
 * shown in the first. What is damaged is told, and the rest is shown.
 */
export class SquashfsLayer implements LayerContent {
  readonly size: number;
  readonly #open: (count: CountBytes) => System;

  /** @param size bytes that the file system takes as stored */
  constructor(size: number, open: (count: CountBytes) => System) {
    this.size = size;
    this.#open = open;
  }

  async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    const walk = new SquashfsWalk(visitor, options, this.size, this.#open);
    await walk.run();
    options.onProgress?.(this.size);
    return { bytes: walk.bytes };
  }
}

interface Folder {
  readonly path: string;
  readonly node: SquashfsNode;
  readonly depth: number;
}

class SquashfsWalk {
  bytes = 0;
  readonly #visitor: TarVisitor;
  readonly #options: LayerWalkOptions;
  readonly #open: (count: CountBytes) => System;
  readonly #count: CountBytes;
  readonly #seen: Set<number> = new Set();
  #entries = 0;
  #holes = 0;
  #breath: number = performance.now();

  constructor(visitor: TarVisitor, options: LayerWalkOptions, size: number, open: (count: CountBytes) => System) {
    this.#visitor = visitor;
    this.#options = options;
    this.#open = open;
    const budget = new Budget(options.limits);
    this.#count = (bytes, what) => {
      if (what === 'hole') this.#hole(bytes);
      this.bytes += bytes;
      if (options.tally !== undefined) options.tally.bytes += bytes;
      if (what !== 'hole') budget.count(bytes, size);
    };
  }

  /** Holes are no decompression bomb, and end no more than the file whose they are. */
  #hole(bytes: number): void {
    this.#holes += bytes;
    if (this.#holes <= MOST_HOLES && this.bytes + bytes <= this.#options.limits.layerBytes) return;
    this.#holes -= bytes;
    throw new FormatError('the files have more bytes of holes than are read');
  }

  async run(): Promise<void> {
    try {
      const system = this.#open(this.#count);
      const root = system.root();
      this.#seen.add(root.inode);
      const pending: Folder[] = [{ path: '', node: root, depth: 0 }];
      for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
        const below = await this.#folder(system, folder);
        for (const one of below.reverse()) pending.push(one);
      }
    } catch (error) {
      if (error instanceof LimitError) this.#visitor.problem('layer.limit', error.message);
      else this.#damage(error, undefined);
    }
  }

  /** @returns the folders in it */
  async #folder(system: System, { path, node, depth }: Folder): Promise<Folder[]> {
    const folders: Folder[] = [];
    try {
      for (const entry of system.entries(node)) {
        if (++this.#entries > this.#options.limits.entries) {
          throw new LimitError(`more than ${this.#options.limits.entries} members`);
        }
        await this.#rest();
        const { name } = entry;
        if (name === '' || name === '.' || name === '..' || name.includes('/')) {
          this.#visitor.problem(
            'file.path-escapes',
            `a name in a folder is ${JSON.stringify(name)}; it was left out`,
            path,
          );
          continue;
        }
        const member = path === '' ? name : `${path}/${name}`;
        const inner = this.#node(entry.node, member);
        if (inner === undefined) continue;
        await this.#member(system, member, name, inner);
        if (inner.type !== 'directory') continue;
        if (this.#seen.has(inner.inode)) {
          this.#visitor.problem('layer.damaged', 'a folder stands in more than one place; it was read once', member);
        } else if (depth >= DEEPEST) {
          this.#visitor.problem('layer.limit', `folders are more than ${DEEPEST} deep`);
        } else {
          this.#seen.add(inner.inode);
          folders.push({ path: member, node: inner, depth: depth + 1 });
        }
      }
    } catch (error) {
      if (error instanceof LimitError) throw error;
      this.#damage(error, path);
    }
    return folders;
  }

  #node(read: () => SquashfsNode, member: string): SquashfsNode | undefined {
    try {
      return read();
    } catch (error) {
      this.#damage(error, member);
      return undefined;
    }
  }

  async #member(system: System, path: string, name: string, node: SquashfsNode): Promise<void> {
    const { type, size, mode, uid, gid, inode, linkTarget } = node;
    if (type === undefined) return; // a socket: no image holds one
    if (name.startsWith(WHITEOUT_PREFIX)) {
      this.#visitor.problem('file.unreadable', 'its name means a removal in a layer; it was not looked at', path);
    }
    const header: FileHeader = {
      path,
      name,
      type,
      size: type === 'file' ? size : 0,
      mode,
      uid,
      gid,
      // As good a name as the place in an archive.
      offset: type === 'file' ? inode : 0,
      ...(linkTarget !== undefined && { linkTarget }),
    };
    const wish = this.#visitor.member(header);
    if (wish === 0 || type !== 'file') return;
    if (wish !== ANY_PLACE) {
      this.#visitor.content(header, await this.#head(system, header, node, Math.min(wish, size)));
      return;
    }
    const sink = this.#visitor.pieces?.(header);
    if (sink === undefined) return;
    try {
      await this.#pass(system, header, node, sink);
    } finally {
      const pending = sink.end();
      if (pending !== undefined) await pending;
    }
  }

  /** The beginning of a body, as far as it can be read. */
  async #head(system: System, { path }: FileHeader, node: SquashfsNode, length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    const pieces: Buffer[] = [];
    let got = 0;
    try {
      for (const piece of system.body(node)) {
        const part = piece.subarray(0, length - got);
        pieces.push(Buffer.from(part));
        got += part.length;
        if (got >= length) break;
        await this.#rest();
      }
    } catch (error) {
      this.#unreadable(error, path);
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, got);
  }

  async #pass(system: System, { path }: FileHeader, node: SquashfsNode, sink: BodySink): Promise<void> {
    try {
      for (const piece of system.body(node)) {
        sink.write(piece);
        await this.#rest();
      }
    } catch (error) {
      this.#unreadable(error, path);
    }
  }

  #unreadable(error: unknown, path: string): void {
    if (!(error instanceof FormatError)) throw error;
    this.#visitor.problem('file.unreadable', `not all of it could be read: ${error.message}`, path);
  }

  #damage(error: unknown, path: string | undefined): void {
    if (!(error instanceof FormatError)) throw error;
    this.#visitor.problem(damageCodes[error.reason], `the file system: ${error.message}`, path);
  }

  async #rest(): Promise<void> {
    if (performance.now() - this.#breath <= BREATH) return;
    await setImmediate();
    this.#options.signal?.throwIfAborted();
    this.#breath = performance.now();
  }
}
