import { hash } from 'node:crypto';
import { encodeBits, encodeBytes } from './encode.ts';

/** Rounds of a hash that names none. */
export const SHA_ROUNDS = 5000;

/**
 * The text behind the last `$` of a hash of the methods `$5$` and `$6$`.
 *
 * Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", https://www.akkadia.org/drepper/SHA-crypt.txt
 * @param salt sixteen characters at most
 * @param rounds between 1000 and 999999999: the time grows with them
 */
export function shaCrypt(method: 'sha256' | 'sha512', password: Uint8Array, salt: string, rounds: number): string {
  const digestOf = (...parts: readonly Uint8Array[]): Uint8Array => hash(method, Buffer.concat(parts), 'buffer');
  const size = method === 'sha256' ? 32 : 64;
  const salted = Buffer.from(salt.slice(0, 16), 'latin1');
  const inner = digestOf(password, salted, password);
  const bits: Uint8Array[] = [];
  for (let length = password.length; length > 0; length >>= 1) bits.push((length & 1) === 1 ? inner : password);
  let digest = digestOf(password, salted, repeat(inner, password.length), ...bits);
  const first = digest[0] as number;
  const p = repeat(digestOf(...Array.from({ length: password.length }, () => password)), password.length);
  const s = repeat(digestOf(...Array.from({ length: 16 + first }, () => salted)), salted.length);
  const message = Buffer.alloc(2 * size + 2 * p.length + s.length);
  for (let round = 0; round < rounds; round++) {
    let at = 0;
    const add = (bytes: Uint8Array): void => {
      message.set(bytes, at);
      at += bytes.length;
    };
    const isOdd = (round & 1) === 1;
    add(isOdd ? p : digest);
    if (round % 3 !== 0) add(s);
    if (round % 7 !== 0) add(p);
    add(isOdd ? digest : p);
    digest = hash(method, message.subarray(0, at), 'buffer');
  }
  return method === 'sha256' ? encode256(digest, size) : encode512(digest);

  function repeat(bytes: Uint8Array, length: number): Uint8Array {
    const all = new Uint8Array(length);
    for (let at = 0; at < length; at += size) all.set(bytes.subarray(0, Math.min(size, length - at)), at);
    return all;
  }
}

function encode256(digest: Uint8Array, size: number): string {
  const order: [number, number, number][] = [];
  let [a, b, c] = [0, 10, 20];
  for (let i = 0; i < (size - 2) / 3; i++) {
    order.push([a, b, c]);
    [a, b, c] = [c + 1, a + 1, b + 1];
  }
  return encodeBytes(digest, order) + encodeBits(((digest[31] as number) << 8) | (digest[30] as number), 3);
}

function encode512(digest: Uint8Array): string {
  const order: [number, number, number][] = [];
  let [a, b, c] = [0, 21, 42];
  for (let i = 0; i < 21; i++) {
    order.push([a, b, c]);
    [a, b, c] = [b + 1, c + 1, a + 1];
  }
  return encodeBytes(digest, order) + encodeBits(digest[63] as number, 2);
}
