import { createHash, verify, X509Certificate } from 'node:crypto';
import { FormatError } from '../../errors.ts';
import { type DerValue, derTag, derValue, derValues } from '../der.ts';
import { fitsLevel } from './outcome.ts';

const FIRST_LINE = '#clamsign-1.0';
const MAX_TEXT = 256 * 1024;
const MAX_CHAIN = 8;

/** Object identifiers, as they stand in DER. */
const oids = {
  signedData: '2a864886f70d010702',
  messageDigest: '2a864886f70d010904',
} as const;
const digests: Readonly<Record<string, string>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

/**
 * Checks `NAME-VERSION.cvd.sign`: PKCS #7 over the whole container (RFC 5652), detached, by a certificate that leads to one of
 * the roots. Lines for other levels are passed over; one that is right suffices.
 * @param file all of the container
 * @param roots certificates in PEM that are trusted: those that ClamAV installs
 * @param now at this moment the certificates must be valid
 * @throws FormatError where no line is a signature that fits
 */
export function verifySignFile(sign: Buffer, file: Uint8Array, roots: readonly string[], now: Date): void {
  if (sign.length > MAX_TEXT) throw new FormatError('the file of signatures is too long');
  const lines = sign.toString('latin1').split(/\r?\n/);
  if (lines[0] !== FIRST_LINE) throw new FormatError('it is no file of signatures of ClamAV');
  let reason = 'it holds no signature for this level';
  for (const line of lines.slice(1)) {
    const [low, high, kind, ...rest] = line.split(':');
    if (line === '' || line.startsWith('#') || kind !== 'pkcs7-pem' || !fitsLevel(low, high)) continue;
    try {
      verifyPkcs7(
        pemBytes(rest.join(':')),
        file,
        roots.map((root) => new X509Certificate(root)),
        now,
      );
      return;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      reason = error.message;
    }
  }
  throw new FormatError(`no signature fits: ${reason}`);
}

/** Of a text in base64, whether or not the marks of PEM stand around it, or within. */
function pemBytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (!bytes.subarray(0, 11).equals(Buffer.from('-----BEGIN '))) return bytes;
  return Buffer.from(bytes.toString('latin1').replace(/-----[^-]+-----/g, ''), 'base64');
}

function verifyPkcs7(der: Buffer, file: Uint8Array, roots: readonly X509Certificate[], now: Date): void {
  const [kind, wrapped] = derValues(derValue(der, derTag.sequence).content);
  if (kind?.content.toString('hex') !== oids.signedData || wrapped === undefined) {
    throw new FormatError('it is no signed data');
  }
  const fields = derValues(derValue(wrapped.content, derTag.sequence).content);
  const certificates = fields
    .filter(({ tag }) => tag === derTag.context0)
    .flatMap(({ content }) => certificatesOf(content));
  const signers = fields.at(-1);
  if (signers?.tag !== derTag.set || fields.length < 4) throw new FormatError('nobody signed it');
  for (const signer of derValues(signers.content)) {
    const certificate = signedBy(signer, file, certificates);
    if (certificate !== undefined && isTrusted(certificate, certificates, roots, now)) return;
  }
  throw new FormatError('the signature is wrong, or of somebody who is not trusted');
}

function certificatesOf(content: Buffer): X509Certificate[] {
  return derValues(content).flatMap(({ whole }) => {
    try {
      return [new X509Certificate(whole)];
    } catch {
      // Certificates of other kinds may stand among them.
      return [];
    }
  });
}

/** The certificate by which a signer signed the file; undefined where the signature is wrong. */
function signedBy(
  signer: DerValue,
  file: Uint8Array,
  certificates: readonly X509Certificate[],
): X509Certificate | undefined {
  const [, , algorithm, attributes, , signature] = derValues(signer.content);
  if (attributes?.tag !== derTag.context0 || signature?.tag !== derTag.octets) return undefined;
  const digest = digests[derValues(algorithm!.content)[0]?.content.toString('hex') ?? ''];
  if (digest === undefined) return undefined;
  const stated = derValues(attributes.content)
    .map(({ content }) => derValues(content))
    .find(([type]) => type?.content.toString('hex') === oids.messageDigest)?.[1];
  const value = stated === undefined ? undefined : derValues(stated.content)[0]?.content;
  if (value === undefined || !createHash(digest).update(file).digest().equals(value)) return undefined;
  // What is signed are the attributes as a set, whatever tag they bear here.
  const signed = Buffer.from(attributes.whole);
  signed[0] = derTag.set;
  return certificates.find(({ publicKey }) => verify(digest, signed, publicKey, signature.content));
}

function isTrusted(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Date,
): boolean {
  let current = certificate;
  for (let step = 0; step < MAX_CHAIN; step++) {
    if (!isValid(current, now)) return false;
    const is = (other: X509Certificate): boolean => current.checkIssued(other) && current.verify(other.publicKey);
    if (roots.some((root) => root.fingerprint256 === current.fingerprint256)) return true;
    if (roots.some((root) => isValid(root, now) && is(root))) return true;
    const issuer = others.find((other) => other.ca && other !== current && is(other));
    if (issuer === undefined) return false;
    current = issuer;
  }
  return false;
}

function isValid({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);
}
