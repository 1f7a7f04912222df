import { hash } from 'node:crypto';
import { encodeBits, encodeBytes } from './encode.ts';

function md5(...parts: readonly Uint8Array[]): Uint8Array {
  return hash('md5', Buffer.concat(parts), 'buffer');
}

const order = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

/** Rounds of the method: they are not a setting. */
export const MD5_ROUNDS = 1000;

/**
 * The text behind the last `$` of a hash of the method `$1$` (Poul-Henning Kamp's, FreeBSD 2.0; crypt(5)).
 * @param salt eight characters at most
 * @param prefix `$apr1$` for the variant of Apache, which differs in nothing else
 */
export function md5Crypt(password: Uint8Array, salt: string, prefix: '$1$' | '$apr1$' = '$1$'): string {
  const salted = Buffer.from(salt.slice(0, 8), 'latin1');
  const inner = md5(password, salted, password);
  const bits: Uint8Array[] = [];
  for (let rest = password.length; rest > 0; rest -= 16) bits.push(inner.subarray(0, Math.min(16, rest)));
  for (let length = password.length; length > 0; length >>= 1) {
    bits.push((length & 1) === 1 ? ZERO : password.subarray(0, 1));
  }
  let digest = md5(password, Buffer.from(prefix), salted, ...bits);
  for (let round = 0; round < MD5_ROUNDS; round++) {
    const isOdd = (round & 1) === 1;
    digest = md5(
      isOdd ? password : digest,
      round % 3 === 0 ? NONE : salted,
      round % 7 === 0 ? NONE : password,
      isOdd ? digest : password,
    );
  }
  return encodeBytes(digest, order) + encodeBits(digest[11] as number, 2);
}

const NONE = new Uint8Array(0);
const ZERO = new Uint8Array(1);
