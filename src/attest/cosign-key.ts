import { scryptSync } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { FormatError } from '../errors.ts';
import { decodeBase64 } from '../formats/attestation/envelope.ts';
import { asRecord, type JsonRecord } from '../formats/record.ts';

/** Mebibytes that a key may cost to be opened; cosign's cost 64. */
const MEMORY = 256 * 1024 * 1024;

const BLOCK = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([A-Za-z0-9+/=\s]{1,65536})-----END/;

/** Whether a private key is of the form that cosign makes. */
export function isCosignKey(pem: string): boolean {
  return /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----/.test(pem);
}

/**
 * Opens a private key of cosign (go-securesystemslib, "encrypted"): JSON in PEM, the key by scrypt (RFC 7914) of the
 * password, the bytes in a box of NaCl. The key is PKCS #8 in DER.
 * @throws FormatError where the password is another one, or the form is
 */
export function openCosignKey(pem: string, password: string): Buffer {
  const root = parse(decodeBase64(BLOCK.exec(pem)?.[1])?.toString('utf8'));
  const [kdf, cipher] = [asRecord(root?.['kdf']), asRecord(root?.['cipher'])];
  if (kdf?.['name'] !== 'scrypt' || cipher?.['name'] !== 'nacl/secretbox') {
    throw new FormatError('it is a key of cosign in a form that is not known');
  }
  const params = asRecord(kdf['params']);
  const [cost, blocks, parallel] = ['N', 'r', 'p'].map((name) => Number(params?.[name]));
  const [salt, nonce, box] = [kdf['salt'], cipher['nonce'], root?.['ciphertext']].map(decodeBase64);
  if (salt === undefined || nonce === undefined || box === undefined)
    throw new FormatError('it is a damaged key of cosign');
  const derivedKey = derived(password, salt, cost!, blocks!, parallel!);
  try {
    return Buffer.from(xsalsa20poly1305(derivedKey, nonce).decrypt(box));
  } catch (error) {
    throw new FormatError('it does not open: the password is another one, or it is damaged', { cause: error });
  }
}

function derived(password: string, salt: Uint8Array, cost: number, blocks: number, parallel: number): Buffer {
  // This is what a stranger's file could make expensive.
  if (!(cost * blocks * 128 <= MEMORY && blocks <= 32 && parallel <= 16)) {
    throw new FormatError('it is a key of cosign that would take too much work to open');
  }
  try {
    return scryptSync(password, salt, 32, { N: cost, r: blocks, p: parallel, maxmem: 2 * MEMORY });
  } catch (error) {
    throw new FormatError('it is a damaged key of cosign', { cause: error });
  }
}

function parse(text: string | undefined): JsonRecord | undefined {
  try {
    return asRecord(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}
