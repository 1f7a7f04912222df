/** A set of paths that only says what is in it: eight bytes a path. Of a million, one in ten million others seems to be in it. */
export class PathSet {
  /** Sorted. */
  readonly #hashes: Float64Array;

  constructor(hashes: Float64Array) {
    this.#hashes = hashes;
  }

  static of(paths: Iterable<string>): PathSet {
    return new PathSet(Float64Array.from(paths, hashOf).sort());
  }

  has(path: string): boolean {
    const wanted = hashOf(path);
    let [from, to] = [0, this.#hashes.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#hashes[middle]! < wanted) from = middle + 1;
      else to = middle;
    }
    return this.#hashes[from] === wanted;
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** As base64, for a file. */
  toText(): string {
    return Buffer.from(this.#hashes.buffer, this.#hashes.byteOffset, this.#hashes.byteLength).toString('base64');
  }

  /** @returns undefined for what `toText` did not make */
  static fromText(text: string): PathSet | undefined {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length % 8 !== 0) return undefined;
    const hashes = new Float64Array(bytes.length / 8);
    for (let index = 0; index < hashes.length; index++) hashes[index] = bytes.readDoubleLE(index * 8);
    return new PathSet(hashes.sort());
  }
}

/** 53 bits: what a number holds exactly. Two rows of multiplications, as in MurmurHash3's last step. */
function hashOf(path: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < path.length; index++) {
    const unit = path.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x85ebca77);
    low = Math.imul(low ^ unit, 0xc2b2ae3d);
  }
  high = Math.imul(high ^ (high >>> 15), 0x85ebca77) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae3d);
  low = Math.imul(low ^ (low >>> 15), 0xc2b2ae3d) ^ Math.imul(high ^ (high >>> 13), 0x85ebca77);
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
