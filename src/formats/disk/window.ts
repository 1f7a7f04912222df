import type { ByteSource } from '../../model/bytes.ts';

/** A part of a source that has parts of no kind of its own. */
export class SourceWindow implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #start: number;

  constructor(source: ByteSource, start: number, length: number) {
    this.#source = source;
    this.#start = Math.min(start, source.size);
    this.size = Math.max(0, Math.min(length, source.size - this.#start));
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - position));
    return this.#source.read(target.subarray(0, length), this.#start + position);
  }

  slice(start: number, length: number): ByteSource {
    const from = Math.min(start, this.size);
    return new SourceWindow(this.#source, this.#start + from, Math.min(length, this.size - from));
  }
}
