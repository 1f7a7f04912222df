import { type BitInput, buildCode, decodeSymbol, type HuffmanCode, takeBits } from './huffman.ts';

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/**
 * Inflates the beginning of a raw deflate stream (RFC 1951): at most `limit` bytes, and as far as it is sound. What was
 * made before damage counts, for an attacker may damage the end of what a lenient decoder still runs. zlib as Node.js
 * has it gives nothing at all then, or where there is more than one wants.
 *
 * @returns undefined where nothing came out, or the stream is damaged within its first block
 */
export function inflateBeginning(bytes: Uint8Array, limit: number): Buffer | undefined {
  const input: BitInput = { bytes, at: 0, bits: 0, held: 0 };
  // Most streams are none, and bring nothing that is kept.
  const out: Output = {
    bytes: limit <= scratch.length ? scratch.subarray(0, limit) : Buffer.allocUnsafe(limit),
    at: 0,
  };
  for (let block = 0; out.at < limit; block++) {
    const isLast = takeBits(input, 1);
    const kind = takeBits(input, 2);
    if (isLast < 0 || kind < 0) break;
    const isSound = kind === 0 ? copyStored(input, out) : kind < 3 && inflateBlock(input, out, kind === 2);
    if (!isSound && block === 0 && input.at < bytes.length) return undefined;
    if (!isSound || isLast === 1) break;
  }
  return out.at === 0 ? undefined : Buffer.from(out.bytes.subarray(0, out.at));
}

const scratch = Buffer.allocUnsafeSlow(64 * 1024);

interface Output {
  readonly bytes: Buffer;
  at: number;
}

function copyStored(input: BitInput, out: Output): boolean {
  input.bits = 0;
  input.held = 0;
  const { bytes, at } = input;
  if (at + 4 > bytes.length) return false;
  const length = bytes[at]! | (bytes[at + 1]! << 8);
  if ((length ^ 0xffff) !== (bytes[at + 2]! | (bytes[at + 3]! << 8))) return false;
  const piece = bytes.subarray(at + 4, Math.min(at + 4 + length, at + 4 + out.bytes.length - out.at));
  out.bytes.set(piece, out.at);
  out.at += piece.length;
  input.at = at + 4 + length;
  return input.at <= bytes.length;
}

const fixed = { lengths: buildCode(fixedLengths(), 0, 288)!, distances: buildCode(new Uint8Array(30).fill(5), 0, 30)! };

function fixedLengths(): Uint8Array {
  return new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
}

/** Whether the block came to its end, or there is no more room. */
function inflateBlock(input: BitInput, out: Output, isDynamic: boolean): boolean {
  const codes = isDynamic ? readCodes(input) : fixed;
  if (codes === undefined) return false;
  const { bytes } = out;
  const limit = bytes.length;
  let o = out.at;
  let isSound = true;
  while (o < limit) {
    const symbol = decodeSymbol(input, codes.lengths);
    if (symbol === 256) break;
    if (symbol < 0 || symbol > 285) {
      isSound = false;
      break;
    }
    if (symbol < 256) {
      bytes[o++] = symbol;
      continue;
    }
    const extra = takeBits(input, lengthExtra[symbol - 257]!);
    const code = decodeSymbol(input, codes.distances);
    const more = code < 0 || code > 29 ? -1 : takeBits(input, distanceExtra[code]!);
    const distance = more < 0 ? 0 : distanceBase[code]! + more;
    if (extra < 0 || distance === 0 || distance > o) {
      isSound = false;
      break;
    }
    const end = Math.min(limit, o + lengthBase[symbol - 257]! + extra);
    for (; o < end; o++) bytes[o] = bytes[o - distance]!;
  }
  out.at = o;
  return isSound;
}

interface BlockCodes {
  readonly lengths: HuffmanCode;
  readonly distances: HuffmanCode;
}

/** Lengths of the codes at hand. */
const lengths = new Uint8Array(320);

function readCodes(input: BitInput): BlockCodes | undefined {
  const literals = takeBits(input, 5) + 257;
  const distances = takeBits(input, 5) + 1;
  const count = takeBits(input, 4) + 4;
  if (literals < 257 || literals > 286 || distances < 1 || distances > 30 || count < 4) return undefined;
  lengths.fill(0);
  for (let i = 0; i < count; i++) {
    const length = takeBits(input, 3);
    if (length < 0) return undefined;
    lengths[lengthOrder[i]!] = length;
  }
  const code = buildCode(lengths, 0, 19);
  if (code === undefined) return undefined;
  lengths.fill(0);
  let i = 0;
  while (i < literals + distances) {
    const symbol = decodeSymbol(input, code);
    if (symbol < 0) return undefined;
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) return undefined;
    const value = symbol === 16 ? lengths[i - 1]! : 0;
    const extra = symbol === 16 ? takeBits(input, 2) : symbol === 17 ? takeBits(input, 3) : takeBits(input, 7);
    const repeat = extra + (symbol === 18 ? 11 : 3);
    if (extra < 0 || i + repeat > literals + distances) return undefined;
    lengths.fill(value, i, i + repeat);
    i += repeat;
  }
  if (lengths[256] === 0) return undefined;
  const first = buildCode(lengths, 0, literals);
  const second = buildCode(lengths, literals, distances);
  return first && second && { lengths: first, distances: second };
}
