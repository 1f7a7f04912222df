/** The first words of 32 bits behind the point of pi: what Blowfish begins with, so that nobody can have chosen it. */
export function piWords(count: number): Uint32Array {
  // Some bits more, which are inexact.
  const bits = BigInt(32 * count + 64);
  const one = 1n << bits;
  // John Machin, 1706.
  const pi = 4n * (4n * inverseTangent(5n, one) - inverseTangent(239n, one));
  const words = new Uint32Array(count);
  const digits = ((pi - 3n * one) >> 64n).toString(16).padStart(8 * count, '0');
  for (let word = 0; word < count; word++) words[word] = Number.parseInt(digits.slice(8 * word, 8 * word + 8), 16);
  return words;
}

/** The angle whose tangent is one by `of`, in parts of `one`. */
function inverseTangent(of: bigint, one: bigint): bigint {
  const square = of * of;
  let power = one / of;
  let sum = 0n;
  for (let odd = 1n, sign = 1n; power > 0n; odd += 2n, sign = -sign) {
    sum += (sign * power) / odd;
    power /= square;
  }
  return sum;
}
