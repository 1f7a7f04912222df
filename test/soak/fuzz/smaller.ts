/**
 * Makes a failing input smaller: pieces are left out, then set to zero, as long as it fails in the same way.
 * @param tries inputs that may be tried
 */
export async function smaller(
  bytes: Buffer,
  fails: (bytes: Buffer) => Promise<boolean>,
  tries: number,
): Promise<Buffer> {
  let best = bytes;
  let left = tries;
  for (const change of [without, zeroed]) {
    for (let size = best.length >> 1; size >= 1 && left > 0; size >>= 1) {
      for (let at = 0; at < best.length && left > 0; ) {
        const less = change(best, at, size);
        if (less === undefined) {
          at += size;
          continue;
        }
        left--;
        if (await fails(less)) {
          if (less.length === best.length) at += size;
          best = less;
        } else at += size;
      }
    }
  }
  return best;
}

function without(bytes: Buffer, at: number, size: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
}

function zeroed(bytes: Buffer, at: number, size: number): Buffer | undefined {
  if (bytes.subarray(at, at + size).every((byte) => byte === 0)) return undefined;
  return Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + size));
}
