import type { ScanContext } from '../context.ts';
import { readBytes } from '../formats/byte-source.ts';
import type { Steps } from '../formats/compression/wait.ts';
import type { BodySink } from '../formats/tar/visitor.ts';
import type { ByteSource } from '../model/bytes.ts';
import { Appetite, type FileHeader, HEAD_BYTES } from '../model/file.ts';
import type { Problem } from '../model/problem.ts';
import type { BodyParts } from './analyzer-reader.ts';
import { contentBytes } from './analyzer-reader.ts';
import { Archives } from './archives/archives.ts';
import { Breath } from './breath.ts';
import { type Interest, keepInterested, unionOf } from './interest.ts';
import type { KeptBody } from './kept-bodies.ts';
import { NearBytes } from './near-bytes.ts';
import { PassingBodies } from './passing-bodies.ts';
import { PassingSink } from './passing-sink.ts';

const NOTHING: Buffer = Buffer.alloc(0);

export interface SharingContext extends Pick<ScanContext, 'limits' | 'temporary'> {
  readonly signal?: AbortSignal;
}

/**
 * Gives what there is of a file to all analyzers that want something of it, in whichever pass, and then the members of an
 * archive to those that want them. Nothing is kept of a body.
 */
export class FileSharing {
  readonly #limits: SharingContext['limits'];
  readonly #tell: (problem: Problem) => void;
  readonly #bodies: PassingBodies;
  readonly #archives: Archives;
  readonly #breath: Breath;
  readonly #signal: AbortSignal | undefined;
  readonly #near: NearBytes = new NearBytes();

  constructor({ limits, temporary, signal }: SharingContext, tell: (problem: Problem) => void) {
    this.#limits = limits;
    this.#tell = tell;
    // A body of a layer, and in it those of archives.
    this.#bodies = new PassingBodies(temporary, 2 * limits.randomBytes);
    const share = (header: FileHeader, interests: readonly Interest[], kept: KeptBody, depth: number): Steps =>
      this.#share(header, interests, kept, depth);
    this.#archives = new Archives({ limits, bodies: this.#bodies, tell, share });
    this.#breath = new Breath(signal);
    this.#signal = signal;
  }

  /** Shares a file of which nobody wants more than its beginning, in memory. */
  content(header: FileHeader, interests: readonly Interest[], content: Buffer): void {
    this.#show(header, interests, { content });
  }

  /** Shares a file that can be read at any place. */
  whole(header: FileHeader, interests: readonly Interest[], kept: KeptBody): void | Promise<void> {
    return this.#breath.run(this.#whole(header, interests, kept));
  }

  /** Shares a file that comes in pieces, once it came. */
  sink(header: FileHeader, interests: readonly Interest[]): BodySink {
    const body = this.#bodies.begin(header.size);
    const sink = new PassingSink(header, interests, body, this.#limits);
    const finish = function* (this: FileSharing): Steps {
      try {
        yield* this.#share(header, interests, sink.finish(), 0);
      } finally {
        body.release();
      }
    };
    return {
      write: (piece) => sink.write(piece),
      end: () => this.#breath.run(finish.call(this)),
    };
  }

  close(): void {
    this.#bodies.close();
    this.#archives.close();
  }

  *#whole(header: FileHeader, interests: readonly Interest[], kept: KeptBody): Steps {
    const union = unionOf(interests);
    // Who reads at any place may do so until the layer ends.
    if ((union & Appetite.Whole) === 0 || (union & Appetite.Random) !== 0) {
      keepInterested(header, interests, () => readBytes(kept.body, 0, HEAD_BYTES));
      yield* this.#share(header, interests, kept, 0);
      return;
    }
    const begun = this.#near.begin(kept.body);
    keepInterested(header, interests, () => begun);
    const isWanted = (unionOf(interests) & Appetite.Whole) !== 0;
    yield* this.#share(header, interests, isWanted ? this.#near.finish(kept, begun.length) : kept, 0);
  }

  /** @param depth archives around the file */
  *#share(header: FileHeader, interests: readonly Interest[], kept: KeptBody, depth: number): Steps {
    const { body, bytes, why } = kept;
    const inMemory = Math.min(contentBytes(unionOf(interests), this.#limits), body.size);
    const content = inMemory === 0 ? NOTHING : (bytes?.subarray(0, inMemory) ?? readBytes(body, 0, inMemory));
    this.#show(header, interests, { content, body, ...(why !== undefined && { why }) });
    for (const { reader, path } of interests) {
      for (const _ of reader.rest(path)) yield 'pause';
      const pending = reader.pending();
      if (pending !== undefined) yield orAborted(pending, this.#signal);
    }
    const openers = interests.filter(({ appetite }) => (appetite & (Appetite.Members | Appetite.AnyMembers)) !== 0);
    if (openers.length === 0 || !this.#isWhole(header, kept)) return;
    for (const [path, group] of Map.groupBy(openers, (interest) => interest.path)) {
      const any = group.filter(({ appetite }) => (appetite & Appetite.AnyMembers) !== 0);
      const readers = group.filter((interest) => !any.includes(interest)).map(({ reader }) => reader);
      const place = { path, depth: depth + 1, offset: header.offset, file: header };
      yield* this.#archives.read(
        place,
        body,
        readers,
        any.map(({ reader }) => reader),
      );
    }
  }

  /** An archive is described at its end. */
  #isWhole(header: FileHeader, { body, why }: { readonly body: ByteSource; readonly why?: string }): boolean {
    if (body.size >= header.size) return true;
    // Where the layer itself ends in the middle of it, whoever walks that says so.
    if (why !== undefined || header.size > this.#limits.randomBytes) {
      const message = `${header.path} was not looked into: ${why ?? `it has more than ${this.#limits.randomBytes} bytes`}`;
      this.#tell({ code: 'file.too-large', message, path: header.path });
    }
    return false;
  }

  #show(header: FileHeader, interests: readonly Interest[], parts: BodyParts): void {
    const told: string[] = [];
    for (const { reader, path, appetite } of interests) {
      if (appetite === 0) continue;
      const lack = reader.show(header, path, appetite, parts);
      if (lack === undefined || told.includes(lack)) continue;
      told.push(lack);
      this.#tell({ code: 'file.too-large', message: lack, path });
    }
  }
}

/** Waits for something as long as nobody ends all. */
async function orAborted(pending: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await pending;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
