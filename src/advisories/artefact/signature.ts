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

/** @throws UsageError if it is no public key for Ed25519 */
export function readTrustedKey(pem: string, name: string): TrustedKey {
  // A private key would do as well, and must not lie about where only the public one is needed.
  if (pem.includes('PRIVATE KEY')) {
    throw new UsageError('usage.option', `${name} holds a private key: trust takes the public one only.`);
  }
  const key = readKey(name, 'public', () => createPublicKey(pem));
  return { id: keyId(key), key };
}

function readKey(name: string, kind: 'private' | 'public', read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    const words = `${name} holds no ${kind} key in PEM. "drydock db keygen" makes a pair.`;
    throw new UsageError('usage.option', words, { cause: error });
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  const type = String(key.asymmetricKeyType);
  throw new UsageError('usage.option', `${name} holds a key for ${type}: artefacts are signed with Ed25519.`);
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
