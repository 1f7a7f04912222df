import { constants, type KeyObject, sign, verify } from 'node:crypto';

/** Digests that go with a curve: SHA-256 always, as cosign has it, and the one of its own size (RFC 5656). */
const digests: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha256', 'sha384'],
  secp521r1: ['sha256', 'sha512'],
};

/** Whether a signature is of this message and this key: ECDSA (DER), Ed25519, RSA (PKCS #1 1.5 or PSS with SHA-256). */
export function isSignature(message: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return verify(null, message, key, signature);
  if (type === 'ec') {
    const all = digests[details?.namedCurve ?? ''] ?? [];
    return all.some((digest) => verify(digest, message, key, signature));
  }
  if (type !== 'rsa') return false;
  return (
    verify('sha256', message, key, signature) ||
    verify(
      'sha256',
      message,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
      signature,
    )
  );
}

/** Signs a message, in the form that `isSignature` takes and cosign does. */
export function signatureOf(message: Uint8Array, key: KeyObject): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', message, key);
}
