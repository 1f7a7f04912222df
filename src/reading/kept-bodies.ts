import { DrydockError } from '../errors.ts';
import { FileSource, MemorySource } from '../formats/byte-source.ts';
import type { BodySink } from '../formats/tar/visitor.ts';
import { Spool } from '../image/spool.ts';
import type { ByteSource } from '../model/bytes.ts';

/** Bodies up to this many bytes, all together, stay in memory. */
const IN_MEMORY = 4 * 1024 * 1024;

/** What became of a body. */
export interface KeptBody {
  readonly body: ByteSource;
  /** The same in memory, where it is there. */
  readonly bytes?: Buffer;
  /** Why the body is not whole, where it is not. */
  readonly why?: string;
}

/**
 * Keeps bodies that analyzers read at any place while they come in pieces: small ones in memory, the rest in one
 * unlinked temporary file. All of them end with `close`.
 */
export class KeptBodies {
  readonly #folder: string;
  readonly #limit: number;
  #spool: Spool | undefined;
  #kept = 0;
  /** Why nothing can be written to the file any more: what failed in the middle of a piece left it in disorder. */
  #broken: string | undefined;

  /** @param limit bytes of all bodies together */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /**
   * Takes one body; bodies come one after another. `done` gets it when it ended.
   * @param most bytes that are wanted of it
   */
  keep(
    size: number,
    done: (kept: KeptBody) => void | Promise<void>,
    most: number = Number.POSITIVE_INFINITY,
  ): BodySink {
    const pieces: Buffer[] = [];
    const spooled = this.#kept + Math.min(size, most) > IN_MEMORY;
    const start = this.#spool?.size ?? 0;
    let length = 0;
    let why: string | undefined;
    return {
      write: (piece) => {
        if (spooled) why ??= this.#broken;
        if (why !== undefined) return;
        const wanted = piece.subarray(0, Math.max(0, most - length));
        const room = this.#limit - this.#kept;
        if (wanted.length > room) why = `files that are read at any place have more than ${this.#limit} bytes together`;
        const part = wanted.subarray(0, Math.max(0, room));
        try {
          if (spooled) this.#file().write(part);
          else pieces.push(Buffer.from(part));
          length += part.length;
          this.#kept += part.length;
        } catch (error) {
          // A full disk costs this body and those after it, not the scan.
          if (!(error instanceof DrydockError)) throw error;
          this.#broken = error.message;
          why = error.message;
        }
      },
      end: () => {
        const body =
          spooled && this.#spool !== undefined
            ? new FileSource(this.#spool.descriptor, start, length)
            : new MemorySource(Buffer.concat(pieces, spooled ? 0 : length));
        return done({ body, ...(why !== undefined && { why }) });
      },
    };
  }

  #file(): Spool {
    this.#spool ??= new Spool(this.#folder, this.#limit);
    return this.#spool;
  }

  close(): void {
    this.#spool?.close();
  }
}
