import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { FormatError } from '../errors.ts';
import { isCosignKey, openCosignKey } from './cosign-key.ts';

/** Bits of an RSA key below which it proves nothing (NIST SP 800-131A). */
const RSA_BITS = 2048;

const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** A key with the name that it goes by. */
export interface NamedKey {
  readonly key: KeyObject;
  /** `sha256:` of its public half (SubjectPublicKeyInfo in DER). */
  readonly id: string;
}

/**
 * Reads a public key: PEM of a SubjectPublicKeyInfo (RFC 7468), a certificate's, or that of a private key is refused.
 * @throws FormatError for what is no key, or none that signatures are trusted of
 */
export function readPublicKey(bytes: Uint8Array): NamedKey {
  const text = Buffer.from(bytes).toString('latin1');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new FormatError('it is a private key; verifying needs the public one alone');
  }
  try {
    return named(createPublicKey(text));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError('it is no public key in PEM', { cause: error });
  }
}

/**
 * Reads a private key: PKCS #8, encrypted or not (RFC 5958, RFC 8018), of openssl, or of cosign.
 * @throws FormatError for what is no key, needs a password, or has another one
 */
export function readPrivateKey(bytes: Uint8Array, password: string | undefined): NamedKey {
  const text = Buffer.from(bytes).toString('latin1');
  if (isCosignKey(text)) {
    const der = openCosignKey(text, password ?? '');
    return named(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  }
  try {
    return named(createPrivateKey({ key: text, ...(password !== undefined && { passphrase: password }) }));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    if (!/ENCRYPTED/.test(text)) throw new FormatError('it is no private key in PEM', { cause: error });
    const words =
      password === undefined
        ? 'it is encrypted, and there is no password'
        : 'it does not open: the password is another one, or it is damaged';
    throw new FormatError(words, { cause: error });
  }
}

/** The key of a certificate. @throws FormatError for one that signatures are not trusted of */
export function named(key: KeyObject): NamedKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ec') {
    const curve = details?.namedCurve ?? '';
    if (!curves.has(curve)) throw new FormatError(`its curve, ${curve}, is none that is used for signatures here`);
  } else if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    if (bits < RSA_BITS)
      throw new FormatError(`it is an RSA key of ${bits} bits, and ${RSA_BITS} is the least that proves anything`);
  } else if (type !== 'ed25519') {
    throw new FormatError(`it is a key of the kind ${type ?? 'unknown'}; ECDSA, Ed25519 and RSA are known`);
  }
  const half = key.type === 'private' ? createPublicKey(key) : key;
  const der = half.export({ type: 'spki', format: 'der' });
  return { key, id: `sha256:${createHash('sha256').update(der).digest('hex')}` };
}
