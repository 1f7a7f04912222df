import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Decipher } from './zip-crypto.ts';

/** How a member is encrypted by AES (WinZip, "AES Encryption Information", section II.C): its extra field 0x9901. */
export interface ZipAes {
  /** Bytes of the key. */
  readonly keyBytes: 16 | 24 | 32;
  /** What was done before it was encrypted: 0 stored, 8 deflated ... */
  readonly method: number;
}

/** Bytes behind the body by which it is known to be whole. */
export const AES_CODE_BYTES = 10;
/** Bytes by which most wrong passwords are known. */
const VERIFIER_BYTES = 2;
const ROUNDS = 1000;
const BLOCK = 16;
/** Bytes of the stream of the key that are made at a time. */
const STREAM = 64 * 1024;

/** Bytes in front of such a body: salt and verifier. */
export function aesHeaderBytes({ keyBytes }: ZipAes): number {
  return keyBytes / 2 + VERIFIER_BYTES;
}

/** A body of which the bytes are shown in order. */
export interface AesBody {
  readonly decipher: Decipher;
  /** Asked behind the last byte, with what stands there: whether all of it was decrypted by the right key. */
  isRight(code: Uint8Array): boolean;
}

/**
 * Begins to decrypt a body. Costs about a millisecond: keys are made slowly on purpose.
 * @param header the first bytes of the body: `aesHeaderBytes`
 * @returns undefined where the password is wrong, as far as two bytes can tell
 */
export function openZipAes(header: Uint8Array, password: Uint8Array, aes: ZipAes): AesBody | undefined {
  const { keyBytes } = aes;
  const saltBytes = keyBytes / 2;
  if (header.length < aesHeaderBytes(aes)) return undefined;
  const keys = pbkdf2Sync(password, header.subarray(0, saltBytes), ROUNDS, 2 * keyBytes + VERIFIER_BYTES, 'sha1');
  if (!keys.subarray(2 * keyBytes).equals(header.subarray(saltBytes, saltBytes + VERIFIER_BYTES))) return undefined;
  // The counter begins at 1 with its lowest byte first, which CTR of OpenSSL does not have.
  const cipher = createCipheriv(`aes-${keyBytes * 8}-ecb`, keys.subarray(0, keyBytes), null).setAutoPadding(false);
  const code = createHmac('sha1', keys.subarray(keyBytes, 2 * keyBytes));
  const counters = Buffer.alloc(STREAM);
  let counter = 1;
  let stream: Buffer = Buffer.alloc(0);
  let used = 0;
  const more = (): void => {
    for (let at = 0; at < STREAM; at += BLOCK) {
      counters.writeUInt32LE(counter % 2 ** 32, at);
      counters.writeUInt32LE(Math.floor(counter++ / 2 ** 32), at + 4);
    }
    stream = cipher.update(counters);
    used = 0;
  };
  return {
    decipher: (bytes) => {
      code.update(bytes);
      for (let at = 0; at < bytes.length; at++) {
        if (used === stream.length) more();
        bytes[at] = bytes[at]! ^ stream[used++]!;
      }
    },
    isRight: (stated) =>
      stated.length === AES_CODE_BYTES && timingSafeEqual(code.digest().subarray(0, AES_CODE_BYTES), stated),
  };
}
