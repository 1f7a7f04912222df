/** Bytes that can be read at any position, synchronously: a file, a part of one, or memory. */
export interface ByteSource {
  readonly size: number;
  /**
   * Fills `target` from `position` on and returns how many bytes came: fewer than asked only at the end.
   */
  read(target: Uint8Array, position: number): number;
  /** A window on the same bytes; it is cut where this source ends. */
  slice(start: number, length: number): ByteSource;
}
