import { FormatError } from '../errors.ts';
import { type DerValue, derTag, derValue, derValues } from '../formats/der.ts';

/** What the extensions of a certificate say, as far as it matters here. */
export interface CertificateExtensions {
  /** Who vouched for the identity (OIDC), as Fulcio writes it. */
  readonly issuer?: string;
  /** It is meant to sign code, and therefore what is said of images. */
  readonly signsCode: boolean;
  /** Authorities that may stand between it and a signer; absent where there is no limit. */
  readonly pathLength?: number;
  /** Something must be understood that is not: the certificate cannot be trusted. */
  readonly isUnknown: boolean;
}

const EXTENSIONS = 0xa3;
const BOOLEAN = 0x01;
const CODE_SIGNING = '2b06010505070303';

/** By the bytes of their object identifiers. */
const known = {
  keyUsage: '551d0f',
  names: '551d11',
  constraints: '551d13',
  usages: '551d25',
  /** Fulcio: the issuer as a text in DER, and as its bytes alone, which came first. */
  issuer: '2b0601040183bf300108',
  bareIssuer: '2b0601040183bf300101',
} as const;

const understood: ReadonlySet<string> = new Set([known.keyUsage, known.names, known.constraints, known.usages]);

interface Extension {
  readonly isCritical: boolean;
  readonly value: Buffer;
}

/**
 * Reads the extensions where they stand (RFC 5280, 4.1): what looks like one elsewhere, in a name or in a key that its owner
 * chose, is none. One that is there twice is nothing that can be trusted.
 * @throws FormatError for what is no certificate
 */
export function extensionsOf(certificate: Buffer): CertificateExtensions {
  const all = readExtensions(certificate);
  const issuer = issuerOf(all);
  const pathLength = pathLengthOf(all.get(known.constraints)?.value);
  const usages = all.get(known.usages)?.value;
  return {
    signsCode:
      usages !== undefined &&
      sequence(usages).some(({ tag, content }) => tag === derTag.oid && content.toString('hex') === CODE_SIGNING),
    isUnknown: [...all].some(([id, { isCritical }]) => isCritical && !understood.has(id)),
    ...(issuer !== undefined && { issuer }),
    ...(pathLength !== undefined && { pathLength }),
  };
}

function readExtensions(certificate: Buffer): ReadonlyMap<string, Extension> {
  const [body] = sequence(certificate);
  const list = body === undefined ? undefined : derValues(body.content).find(({ tag }) => tag === EXTENSIONS);
  const found = new Map<string, Extension>();
  for (const { content } of list === undefined ? [] : sequence(list.content)) {
    const parts = derValues(content);
    const [id, second] = parts;
    const value = parts.at(-1);
    if (id?.tag !== derTag.oid || value?.tag !== derTag.octets) throw new FormatError('an extension is none');
    const name = id.content.toString('hex');
    if (found.has(name)) throw new FormatError('an extension is there twice');
    found.set(name, { isCritical: second?.tag === BOOLEAN && second.content[0] !== 0, value: value.content });
  }
  return found;
}

function sequence(bytes: Buffer): readonly DerValue[] {
  return derValues(derValue(bytes, derTag.sequence).content);
}

function issuerOf(all: ReadonlyMap<string, Extension>): string | undefined {
  const text = all.get(known.issuer)?.value;
  const words = (text === undefined ? all.get(known.bareIssuer)?.value : derValues(text)[0]?.content)?.toString('utf8');
  return words !== undefined && /^[\x21-\x7e]{1,500}$/.test(words) ? words : undefined;
}

/** `SEQUENCE { cA BOOLEAN, pathLenConstraint INTEGER }`, both of which may be absent. */
function pathLengthOf(constraints: Buffer | undefined): number | undefined {
  const length =
    constraints === undefined ? undefined : sequence(constraints).find(({ tag }) => tag === derTag.integer);
  if (length === undefined) return undefined;
  // A longer number is more than any chain has.
  return length.content.length === 1 ? length.content[0] : Number.MAX_SAFE_INTEGER;
}
