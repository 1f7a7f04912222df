import { SourceError } from '../../errors.ts';
import { FileSource, readBytes } from '../../formats/byte-source.ts';
import { Spool } from '../../image/spool.ts';

/** Bytes that are read at a time. */
const PIECE = 1024 * 1024;

/**
 * Bytes that can be fetched once: the first time they come from where they are and are kept on the way in a file without
 * a name, then from there. A client of Clair signs addresses for a minute, and Clair asks each one once.
 */
export class KeptStream {
  readonly #fetch: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly #folder: string;
  readonly #limit: number;
  #kept: Spool | undefined;

  /** @param limit bytes that are kept; of more nothing is, and they are fetched again */
  constructor(fetch: (signal: AbortSignal) => AsyncIterable<Uint8Array>, folder: string, limit: number) {
    this.#fetch = fetch;
    this.#folder = folder;
    this.#limit = limit;
  }

  async *open(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#kept !== undefined) return yield* piecesOf(this.#kept, signal);
    let spool = this.#make();
    try {
      for await (const chunk of this.#fetch(signal)) {
        if (spool !== undefined && !written(spool, chunk)) {
          spool.close();
          spool = undefined;
        }
        yield chunk;
      }
      // Two that read it at once keep it once.
      if (this.#kept === undefined) [this.#kept, spool] = [spool, undefined];
    } finally {
      spool?.close();
    }
  }

  close(): void {
    this.#kept?.close();
    this.#kept = undefined;
  }

  /** Where there is no room to keep anything, it has to do without. */
  #make(): Spool | undefined {
    try {
      return new Spool(this.#folder, this.#limit);
    } catch (error) {
      if (error instanceof SourceError) return undefined;
      throw error;
    }
  }
}

function written(spool: Spool, chunk: Uint8Array): boolean {
  try {
    spool.write(chunk);
    return true;
  } catch (error) {
    if (error instanceof SourceError) return false;
    throw error;
  }
}

function* piecesOf(spool: Spool, signal: AbortSignal): Generator<Uint8Array, void, undefined> {
  const source = new FileSource(spool.descriptor);
  for (let offset = 0; offset < spool.size; offset += PIECE) {
    signal.throwIfAborted();
    yield readBytes(source, offset, PIECE);
  }
}
