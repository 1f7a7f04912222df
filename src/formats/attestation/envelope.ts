import { FormatError } from '../../errors.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';

/** Signatures of one envelope, and certificates of one chain. */
const MOST = 32;

/** What the payload of an envelope is, where it is a statement of in-toto. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** A certificate of whoever signed without a key of their own, and when a log says that it was. */
export interface SignedBy {
  /** DER, the signer's own first. */
  readonly certificates: readonly Buffer[];
  /** Seconds since 1970, as the entry of a transparency log has it; nobody has checked the entry. */
  readonly loggedAt?: number;
}

/** Bytes that somebody signed, of whatever form they came in. */
export interface Signed {
  /** What the signatures are of. */
  readonly message: Buffer;
  readonly signatures: readonly Buffer[];
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly by?: SignedBy;
}

/**
 * Reads an envelope (DSSE 1.0), by itself or in a bundle of Sigstore (0.1 to 0.3); undefined for JSON that is none.
 * @throws FormatError for an envelope that is damaged, or a form of bundle that is not read
 */
export function readEnvelope(root: JsonRecord): Signed | undefined {
  const bundled = asRecord(root['dsseEnvelope']);
  if (bundled === undefined && asRecord(root['messageSignature']) !== undefined) {
    throw new FormatError('the bundle signs bytes that are not in it (messageSignature)');
  }
  const envelope = bundled ?? root;
  const payloadType = asText(envelope['payloadType'], 500);
  if (payloadType === undefined || typeof envelope['payload'] !== 'string') return undefined;
  const payload = decodeBase64(envelope['payload']);
  if (payload === undefined) throw new FormatError('the payload of the envelope is no base64');
  const signatures = asList(envelope['signatures'])
    .slice(0, MOST)
    .flatMap((one) => {
      const bytes = decodeBase64(asRecord(one)?.['sig']);
      return bytes === undefined || bytes.length === 0 ? [] : [bytes];
    });
  const by = bundled === undefined ? undefined : signedBy(asRecord(root['verificationMaterial']));
  return {
    message: preAuthentication(payloadType, payload),
    signatures,
    payloadType,
    payload,
    ...(by !== undefined && { by }),
  };
}

/** An envelope with one signature. `keyid` is a hint, which nobody has to believe. */
export function envelopeOf(payloadType: string, payload: Uint8Array, signature: Uint8Array): object {
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: '', sig: Buffer.from(signature).toString('base64') }],
  };
}

/** What is signed of an envelope: its type and its payload with their lengths in bytes (DSSE 1.0, "PAE"). */
export function preAuthentication(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function signedBy(material: JsonRecord | undefined): SignedBy | undefined {
  if (material === undefined) return undefined;
  const alone = asRecord(material['certificate']);
  const chain = asList(asRecord(material['x509CertificateChain'])?.['certificates']);
  const certificates = [...(alone === undefined ? [] : [alone]), ...chain].slice(0, MOST).flatMap((one) => {
    const bytes = decodeBase64(asRecord(one)?.['rawBytes']);
    return bytes === undefined || bytes.length === 0 ? [] : [bytes];
  });
  if (certificates.length === 0) return undefined;
  const loggedAt = Number(asRecord(asList(material['tlogEntries'])[0])?.['integratedTime']);
  return { certificates, ...(Number.isSafeInteger(loggedAt) && loggedAt > 0 && { loggedAt }) };
}

/** Base64 in either alphabet; undefined for what is none. */
export function decodeBase64(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_=\s-]*$/.test(value)) return undefined;
  return Buffer.from(value, 'base64');
}
