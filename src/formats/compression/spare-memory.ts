/** Memory of decoders that ended, for the next ones. */
export interface SpareMemory {
  /** At least so many bytes, with anything in them. */
  take(bytes: number): Buffer;
  /** Gives them back, or up: nobody may look at them any more. */
  give(buffer: Buffer): void;
}

/**
 * An image has thousands of small compressed files. Memory of its own for each counts against the heap, so that garbage is
 * collected for it again and again, and lies about until then: what cannot be kept is freed at once.
 * @param most bytes that are kept
 */
export function spareMemory(most: number): SpareMemory {
  const spare: Buffer[] = [];
  let held = 0;
  return {
    take: (bytes) => {
      // What is much larger would be walked through from end to end, past all caches.
      const at = spare.findIndex(({ length }) => length >= bytes && length <= 2 * bytes);
      if (at < 0) return Buffer.allocUnsafeSlow(bytes);
      const [found] = spare.splice(at, 1) as [Buffer];
      held -= found.length;
      return found;
    },
    give: (buffer) => {
      if (held + buffer.length <= most) {
        spare.push(buffer);
        held += buffer.length;
      } else {
        free(buffer);
      }
    },
  };
}

/** Frees memory at once, and not when the next garbage is collected. Views of it are empty from then on. */
export function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
