import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { ImageKey } from '../../model/service-scanner.ts';

/** SHA-256 of a public key as SubjectPublicKeyInfo, in hexadecimal. */
export function digestOfKey(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** What a file with a private key is to a scan of services; undefined where it is none, is of OpenSSH's own form, or is encrypted. */
export function imageKeyOf(pem: string | Buffer, path: string, layer?: number): ImageKey | undefined {
  try {
    const publicKey = digestOfKey(createPublicKey(createPrivateKey(pem)));
    return { path, publicKey, ...(layer !== undefined && { layer }) };
  } catch {
    return undefined;
  }
}
