import { fstatSync, readSync } from 'node:fs';
import type { ByteSource } from '../model/bytes.ts';

/** Where bytes are in an open file: enough to read them from another thread of the same process. */
export interface FilePlace {
  readonly descriptor: number;
  readonly start: number;
  readonly size: number;
}

/** A file that somebody else opened and will close, or a part of it. */
export class FileSource implements ByteSource {
  readonly size: number;
  readonly #descriptor: number;
  readonly #start: number;

  constructor(descriptor: number, start = 0, size: number = fstatSync(descriptor).size - start) {
    this.#descriptor = descriptor;
    this.#start = start;
    this.size = Math.max(0, size);
  }

  get place(): FilePlace {
    return { descriptor: this.#descriptor, start: this.#start, size: this.size };
  }

  read(target: Uint8Array, position: number): number {
    const wanted = Math.min(target.length, this.size - position);
    let done = 0;
    while (done < wanted) {
      const got = readSync(this.#descriptor, target, done, wanted - done, this.#start + position + done);
      if (got === 0) break; // the file became shorter while it was read
      done += got;
    }
    return done;
  }

  slice(start: number, length: number): ByteSource {
    const from = Math.min(start, this.size);
    return new FileSource(this.#descriptor, this.#start + from, Math.min(length, this.size - from));
  }
}

/** Bytes in memory. */
export class MemorySource implements ByteSource {
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  read(target: Uint8Array, position: number): number {
    const part = this.#bytes.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }

  slice(start: number, length: number): ByteSource {
    return new MemorySource(this.#bytes.subarray(start, start + length));
  }
}

/** Reads up to `length` bytes into a new buffer; it is shorter where the source ends. */
export function readBytes(source: ByteSource, position: number, length: number): Buffer {
  const target = Buffer.allocUnsafe(Math.max(0, Math.min(length, source.size - position)));
  const got = source.read(target, position);
  return got === target.length ? target : target.subarray(0, got);
}
