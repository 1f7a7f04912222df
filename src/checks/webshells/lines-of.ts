/** The lines of a text, from 1 on, by offset. Looks for the ends of lines when it is first asked. */
export function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let ends: Int32Array | undefined;
  return (offset) => {
    ends ??= lineEnds(bytes);
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** Where the line feeds of a text stand, and the carriage returns that no line feed follows. */
function lineEnds(bytes: Uint8Array): Int32Array {
  const ends: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x0a || (byte === 0x0d && bytes[i + 1] !== 0x0a)) ends.push(i);
  }
  return Int32Array.from(ends);
}
