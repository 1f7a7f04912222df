const NEWLINE = 0x0a;
const BLOCK = 64 * 1024;

/**
 * Tells on which line a byte stands, from 1, as `grep -n` and `sed` count: a line ends with a line feed, whatever stands
 * before it; a carriage return alone ends none. The bytes are gone through once, as far as anybody asks, however many ask.
 */
export function lineNumbers(bytes: Uint8Array): (offset: number) => number {
  /** Newlines before each block. */
  const before: number[] = [0];
  return (offset) => {
    const at = Math.min(Math.max(offset, 0), bytes.length);
    const block = Math.floor(at / BLOCK);
    for (let next = before.length; next <= block; next++) {
      before.push((before[next - 1] as number) + countNewlines(bytes, (next - 1) * BLOCK, next * BLOCK));
    }
    return 1 + (before[block] as number) + countNewlines(bytes, block * BLOCK, at);
  };
}

function countNewlines(bytes: Uint8Array, from: number, to: number): number {
  const part = bytes.subarray(from, to);
  let count = 0;
  for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
