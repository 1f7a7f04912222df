import { timingSafeEqual } from 'node:crypto';
import { salsaRounds } from '../formats/crypt/salsa20.ts';

/** Bytes of the authenticator in front of what is encrypted. */
const TAG = 16;

/** The first words of the state: "expand 32-byte k" (Salsa20 specification, section 8). */
const SIGMA = Buffer.from('expand 32-byte k');

/**
 * Opens a box of NaCl (crypto_secretbox_xsalsa20poly1305): XSalsa20 with a 24-byte nonce, Poly1305 over what is encrypted.
 * Meant for keys: it computes with large numbers, 16 bytes at a time.
 * @returns undefined where the key is another one, or the bytes were changed
 */
export function openSecretBox(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Buffer | undefined {
  if (box.length < TAG || nonce.length !== 24 || key.length !== 32) return undefined;
  const sub = hSalsa20(key, nonce.subarray(0, 16));
  const cipher = box.subarray(TAG);
  // The first 32 bytes of the stream are the key of the authenticator.
  const stream = salsa20(sub, nonce.subarray(16), 32 + cipher.length);
  if (!timingSafeEqual(poly1305(cipher, stream.subarray(0, 32)), box.subarray(0, TAG))) return undefined;
  const plain = Buffer.alloc(cipher.length);
  for (let i = 0; i < cipher.length; i++) plain[i] = (cipher[i] as number) ^ (stream[32 + i] as number);
  return plain;
}

/** The state of Salsa20: constants on the diagonal, the key around it, what counts in the middle. */
function stateOf(key: Uint8Array, middle: Uint8Array): Int32Array {
  const bytes = Buffer.alloc(64);
  for (let i = 0; i < 4; i++) SIGMA.copy(bytes, i * 20, i * 4, i * 4 + 4);
  bytes.set(key.subarray(0, 16), 4);
  bytes.set(middle, 24);
  bytes.set(key.subarray(16), 44);
  return Int32Array.from({ length: 16 }, (_, i) => bytes.readInt32LE(i * 4));
}

/** Of Salsa20, as the box of NaCl has it. */
const ROUNDS = 20;

function hSalsa20(key: Uint8Array, nonce: Uint8Array): Buffer {
  const x = stateOf(key, nonce);
  salsaRounds(x, ROUNDS);
  const out = Buffer.alloc(32);
  for (const [i, word] of [0, 5, 10, 15, 6, 7, 8, 9].entries()) out.writeInt32LE(x[word] as number, i * 4);
  return out;
}

function salsa20(key: Uint8Array, nonce: Uint8Array, length: number): Buffer {
  const out = Buffer.alloc(Math.ceil(length / 64) * 64);
  const middle = Buffer.alloc(16);
  middle.set(nonce);
  for (let block = 0; block * 64 < length; block++) {
    middle.writeUInt32LE(block, 8);
    const state = stateOf(key, middle);
    const x = Int32Array.from(state);
    salsaRounds(x, ROUNDS);
    for (let i = 0; i < 16; i++) out.writeInt32LE(((x[i] as number) + (state[i] as number)) | 0, block * 64 + i * 4);
  }
  return out.subarray(0, length);
}

/** RFC 8439, section 2.5. */
function poly1305(message: Uint8Array, key: Uint8Array): Buffer {
  const prime = (1n << 130n) - 5n;
  const r = littleEndian(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const piece = message.subarray(at, at + 16);
    sum = ((sum + littleEndian(piece) + (1n << BigInt(8 * piece.length))) * r) % prime;
  }
  const tag = (sum + littleEndian(key.subarray(16, 32))) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}
