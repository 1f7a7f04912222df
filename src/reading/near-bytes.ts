import { MemorySource } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { KeptBody } from './kept-bodies.ts';

/** Bytes that are read of a file before anybody was asked: as many as take no longer than the first block of it. */
const FIRST = 16 * 1024;
/** Bytes up to which a file is read at once. */
const MOST = 1024 * 1024;

/**
 * Files that can be read at any place, but are small: each analyzer would read the beginning, then all of it, and every read
 * takes longer than what comes of it. One file at a time.
 */
export class NearBytes {
  #buffer: Buffer<ArrayBuffer> | undefined;

  /** The first bytes, and whatever came with them. Valid until the next file. */
  begin(body: ByteSource): Buffer {
    const wanted = Math.min(FIRST, body.size);
    const room = this.#room(wanted).subarray(0, wanted);
    return room.subarray(0, body.read(room, 0));
  }

  /** All of a file that is small enough, of which so many bytes are here already. Valid until the next file. */
  finish(kept: KeptBody, begun: number): KeptBody {
    const { body } = kept;
    if (body.size > MOST) return kept;
    const buffer = this.#room(body.size);
    let length = begun;
    if (length < body.size) length += body.read(buffer.subarray(length, body.size), length);
    // It became shorter while it was read.
    if (length < body.size) return kept;
    const bytes = buffer.subarray(0, length);
    return { ...kept, body: new MemorySource(bytes), bytes };
  }

  #room(bytes: number): Buffer {
    const held = this.#buffer;
    if (held !== undefined && held.length >= bytes) return held;
    const length = Math.max(4 * FIRST, 2 ** Math.ceil(Math.log2(bytes)));
    const larger = held === undefined ? Buffer.allocUnsafeSlow(length) : Buffer.from(held.buffer.transfer(length));
    this.#buffer = larger;
    return larger;
  }
}
