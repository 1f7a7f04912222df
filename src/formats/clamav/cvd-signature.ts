import { constants, publicDecrypt, verify } from 'node:crypto';
import { type CvdKey, publicKey } from './cvd-keys.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
const BITS = 6;
const MAX_TEXT = 1024;
const SALT_BYTES = 32;
const MD5_BYTES = 16;

/**
 * A signature as containers write it: a number, six bits a sign, the least significant first.
 * @param bytes of the number, the most significant first
 * @returns undefined where it has another sign, or does not fit
 */
export function decodeSignature(text: string, bytes: number): Buffer | undefined {
  if (text.length === 0 || text.length > MAX_TEXT) return undefined;
  const number = Buffer.alloc(bytes);
  for (let index = 0; index < text.length; index++) {
    const value = ALPHABET.indexOf(text[index]!);
    if (value < 0) return undefined;
    for (let bit = 0; bit < BITS; bit++) {
      if (((value >>> bit) & 1) === 0) continue;
      const place = index * BITS + bit;
      const byte = bytes - 1 - (place >>> 3);
      if (byte < 0) return undefined;
      number[byte]! |= 1 << (place & 7);
    }
  }
  return number;
}

/** Bytes of the modulus of a key. */
function keyBytes({ n }: CvdKey): number {
  return Math.ceil(BigInt(n).toString(16).length / 2);
}

/** Whether the signature of a header is that of an MD5: plain RSA, without padding. */
export function verifiesDigest(signature: string, md5: Uint8Array, key: CvdKey): boolean {
  const number = decodeSignature(signature, keyBytes(key));
  if (number === undefined) return false;
  let plain: Buffer;
  try {
    plain = publicDecrypt({ key: publicKey(key), padding: constants.RSA_NO_PADDING }, number);
  } catch {
    // A number that is larger than the modulus.
    return false;
  }
  const zeros = plain.length - MD5_BYTES;
  return plain.subarray(0, zeros).every((byte) => byte === 0) && plain.subarray(zeros).equals(md5);
}

/** Whether a text is signed: RSASSA-PSS with SHA-256 and a salt of 32 bytes. */
export function verifiesText(signature: string, text: Uint8Array, key: CvdKey): boolean {
  const number = decodeSignature(signature, keyBytes(key));
  if (number === undefined) return false;
  const { RSA_PKCS1_PSS_PADDING: padding } = constants;
  return verify('sha256', text, { key: publicKey(key), padding, saltLength: SALT_BYTES }, number);
}
