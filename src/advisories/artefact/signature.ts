import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { UsageError } from '../../errors.ts';

/** Bytes of an Ed25519 signature (RFC 8032, section 5.1.6). */
export const SIGNATURE_BYTES = 64;

/** Keys of one file that are read. */
const MAXIMUM_KEYS = 100;

/** A key by which artefacts are believed. */
export interface TrustedKey {
  /** Short name that tells keys apart: the beginning of the SHA-256 of the public key. */
  readonly id: string;
  readonly key: KeyObject;
}

/** A new pair of keys, in PEM (PKCS #8 and SPKI). */
export function generateKeys(): { readonly privateKey: string; readonly publicKey: string; readonly id: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    id: keyId(publicKey),
  };
}

/** @throws UsageError if it is no private key for Ed25519 */
export function readPrivateKey(pem: string, name: string): KeyObject {
  return readKey(name, 'private', () => createPrivateKey(pem));
}

const block = /-----BEGIN ([A-Z ]{1,40})-----[\sA-Za-z0-9+/=]{0,20000}-----END \1-----/g;

/**
 * The public keys of a text: one, or several one after the other, as while one takes the place of another.
 * @throws UsageError if one is no public key for Ed25519, or there is none
 */
export function readTrustedKeys(pem: string, name: string): readonly TrustedKey[] {
  const blocks = [...pem.matchAll(block)].slice(0, MAXIMUM_KEYS);
  if (blocks.length === 0) throw noKey(name, 'public');
  return blocks.map(([text, kind]) => {
    // The public key could be had from it, but it must not lie about where only that one is needed.
    if (kind !== 'PUBLIC KEY') {
      throw new UsageError('usage.option', `${name} holds a ${kind}: trust takes public keys only (PUBLIC KEY).`);
    }
    const key = readKey(name, 'public', () => createPublicKey(text));
    return { id: keyId(key), key };
  });
}

function readKey(name: string, kind: 'private' | 'public', read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw noKey(name, kind, error);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  const type = String(key.asymmetricKeyType);
  throw new UsageError('usage.option', `${name} holds a key for ${type}: artefacts are signed with Ed25519.`);
}

function noKey(name: string, kind: 'private' | 'public', cause?: unknown): UsageError {
  const words = `${name} holds no ${kind} key in PEM. "drydock db keygen" makes a pair.`;
  return new UsageError('usage.option', words, { cause });
}

/** The public half of a key that signs. */
export function publicHalf(key: KeyObject): TrustedKey {
  return { id: keyId(key), key: createPublicKey(key) };
}

/** The short name of a key, private or public. */
export function keyId(key: KeyObject): string {
  const shared = key.type === 'private' ? createPublicKey(key) : key;
  return hash('sha256', shared.export({ type: 'spki', format: 'der' })).slice(0, 16);
}

export function signBytes(bytes: Uint8Array, key: KeyObject): Buffer {
  return sign(null, bytes, key);
}

/** The key that signed the bytes, of those that are trusted. */
export function signerOf(
  bytes: Uint8Array,
  signature: Uint8Array,
  trusted: readonly TrustedKey[],
): TrustedKey | undefined {
  return trusted.find(({ key }) => verify(null, bytes, key, signature));
}
