import { DrydockError } from '../errors.ts';
import { FileSource, MemorySource } from '../formats/byte-source.ts';
import { Spool } from '../image/spool.ts';
import type { KeptBody } from './kept-bodies.ts';

const MiB = 1024 * 1024;
/** Bytes of a body of a layer that stay in memory, and of one of an archive: of those there may be one in the other. */
const IN_MEMORY = 16 * MiB;
const NESTED_IN_MEMORY = 4 * MiB;
/** Bytes of a new buffer, unless more are expected. */
const FIRST = 64 * 1024;

/**
 * Keeps bodies only while they are looked at: each in a buffer that is used again for the next one, or, where it is large,
 * in one unlinked temporary file that is cut back after it. A body may be begun while another one is looked at, as a
 * member of an archive is, and must be released before that one.
 */
export class PassingBodies {
  readonly #folder: string;
  readonly #limit: number;
  readonly #buffers: Buffer<ArrayBuffer>[] = [];
  #spool: Spool | undefined;
  #depth = 0;

  /** @param limit bytes of the bodies that are in the file at a time */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** @param expected bytes that it may have; nothing depends on it but speed */
  begin(expected: number): PassingBody {
    const depth = this.#depth++;
    const most = depth === 0 ? IN_MEMORY : NESTED_IN_MEMORY;
    const release = (): void => {
      this.#depth = depth;
    };
    return new PassingBody({
      buffer: (bytes) => this.#buffer(depth, bytes === 0 ? Math.min(expected, most) : bytes, most),
      spool: () => {
        this.#spool ??= new Spool(this.#folder, this.#limit);
        return this.#spool;
      },
      release,
    });
  }

  close(): void {
    this.#buffers.length = 0;
    this.#spool?.close();
    this.#spool = undefined;
  }

  /** The buffer of a depth, with room for so many bytes and with what it holds; undefined where they are too many. */
  #buffer(depth: number, bytes: number, most: number): Buffer | undefined {
    if (bytes > most) return undefined;
    const held = this.#buffers[depth];
    if (held !== undefined && held.length >= bytes) return held;
    const length = Math.min(most, Math.max(bytes, FIRST, 2 * (held?.length ?? 0)));
    // The smaller one is gone at once, and not when the next garbage is collected: buffers of all sizes would add up.
    const larger = held === undefined ? Buffer.allocUnsafeSlow(length) : Buffer.from(held.buffer.transfer(length));
    this.#buffers[depth] = larger;
    return larger;
  }
}

/** Where a body goes. */
interface Room {
  buffer(bytes: number): Buffer | undefined;
  spool(): Spool;
  release(): void;
}

/** One body, taken in pieces. */
export class PassingBody {
  readonly #room: Room;
  #buffer: Buffer;
  #spool: Spool | undefined;
  /** Where it begins in the file. */
  #start = 0;
  #length = 0;
  #why: string | undefined;

  constructor(room: Room) {
    this.#room = room;
    this.#buffer = room.buffer(0) ?? Buffer.alloc(0);
  }

  /** Bytes that were kept. */
  get length(): number {
    return this.#length;
  }

  /** What was written last could not be kept, and nothing behind it. */
  get isCut(): boolean {
    return this.#why !== undefined;
  }

  /** The bytes are valid during the call only. A full disk costs this body, not the scan. */
  write(piece: Uint8Array): void {
    if (this.#why !== undefined) return;
    const length = this.#length + piece.length;
    if (this.#spool === undefined) {
      const buffer = this.#room.buffer(length);
      if (buffer !== undefined) {
        this.#buffer = buffer;
        buffer.set(piece, this.#length);
        this.#length = length;
        return;
      }
    }
    try {
      this.#spool ??= this.#spill();
      this.#spool.write(piece);
      this.#length = length;
    } catch (error) {
      if (!(error instanceof DrydockError)) throw error;
      this.#why = error.message;
    }
  }

  /** What came so far, valid until more is written or the body is released. */
  get kept(): KeptBody {
    const why = this.#why === undefined ? {} : { why: this.#why };
    if (this.#spool !== undefined) {
      return { body: new FileSource(this.#spool.descriptor, this.#start, this.#length), ...why };
    }
    const bytes = this.#buffer.subarray(0, this.#length);
    return { body: new MemorySource(bytes), bytes, ...why };
  }

  release(): void {
    this.#spool?.cut(this.#start);
    this.#room.release();
  }

  /** Moves what is in memory into the file. */
  #spill(): Spool {
    const spool = this.#room.spool();
    this.#start = spool.size;
    spool.write(this.#buffer.subarray(0, this.#length));
    return spool;
  }
}
