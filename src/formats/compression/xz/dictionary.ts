import { damaged } from '../damage.ts';
import { spareMemory } from '../spare-memory.ts';

/** Longest piece that is asked for at a time: a chunk of LZMA2. */
export const MAX_PIECE = 2 * 1024 * 1024;

/** Room for the dictionary that `xz -6` asks for, as most files do. */
const spare = spareMemory(16 * 1024 * 1024);

/**
 * The last bytes that were made, to which matches refer. One buffer in a line, longer than needed, so that it seldom
 * moves: at least the last `size` bytes stand before `position`, or all since the last reset.
 */
export class Dictionary {
  readonly size: number;
  readonly bytes: Buffer;
  /** Where the next byte goes; 0 means that nothing was made since the last reset. */
  position = 0;
  /** Bytes made since the last reset are `position + moved`, modulo 2^32. */
  moved = 0;

  constructor(size: number) {
    this.size = size;
    this.bytes = spare.take(size + Math.max(MAX_PIECE, size >> 3));
  }

  /** Nothing more is made with it. */
  close(): void {
    spare.give(this.bytes);
  }

  reset(): void {
    this.position = 0;
    this.moved = 0;
  }

  /** Makes room for a piece; what was made before may move. */
  reserve(bytes: number): void {
    if (this.position + bytes <= this.bytes.length) return;
    const kept = Math.min(this.size, this.position);
    const gone = this.position - kept;
    this.bytes.copyWithin(0, gone, this.position);
    this.moved = (this.moved + gone) | 0;
    this.position = kept;
  }

  /** Repeats bytes from a distance back. @throws FormatError where there are none, or it goes beyond `limit` */
  copy(distance: number, length: number, limit: number): void {
    if (distance > this.position || distance > this.size) throw damaged('a distance before the beginning');
    if (length > limit - this.position) throw damaged('a match beyond its chunk');
    const { bytes } = this;
    let to = this.position;
    const end = to + length;
    for (let from = to - distance; to < end; ) bytes[to++] = bytes[from++] as number;
    this.position = end;
  }

  /** Takes bytes over as they are. */
  append(bytes: Buffer): void {
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** What was made since a position; valid until the next call. */
  since(position: number): Buffer {
    return this.bytes.subarray(position, this.position);
  }
}
