import { FormatError } from '../errors.ts';
import { decodeBase64, IN_TOTO, readEnvelope, type Signed, type SignedBy } from '../formats/attestation/envelope.ts';
import { isOfType } from '../formats/attestation/predicate-types.ts';
import { readSimpleSigning } from '../formats/attestation/simple-signing.ts';
import { isStatement, readStatement, type Statement } from '../formats/attestation/statement.ts';
import { jsonValue } from '../formats/bom/json-values.ts';
import { asRecord } from '../formats/record.ts';
import type { AttachedDocument } from './attached.ts';
import { certificateOf, chainFault, readCertificates, signerOf, type TrustedIdentities } from './certificate.ts';
import type { NamedKey } from './keys.ts';
import { isSignature } from './signature.ts';

/** Whom a verifier trusts. */
export interface Trust {
  readonly keys: readonly NamedKey[];
  readonly identities?: TrustedIdentities;
  readonly now: Date;
  /** Predicates that are asked for; absent: all. */
  readonly predicateType?: string;
}

/** Why a document is not used. */
export const refusals = {
  signature: 'No key that was given made the signature, or what is signed was changed.',
  certificate: 'The certificate of the signer does not lead to a root that was given, or names somebody else.',
  subject: 'It is about something else than the image that it is attached to.',
  type: 'Its payload or predicate is of another type than is asked for.',
  unreadable: 'It is damaged, or of a form that is not read.',
} as const;

export type Refusal = keyof typeof refusals;

/** What comes of a document that is attached to an image. */
export interface Verdict {
  readonly document: AttachedDocument;
  readonly kind: 'signature' | 'attestation' | 'sbom' | 'vex';
  /**
   * `verified`: signed by somebody who is trusted, about this image. `unverified`: nobody who is trusted was named, or it
   * is not signed at all; what it says may be anybody's. `refused`: it must not be used.
   */
  readonly outcome: 'verified' | 'unverified' | 'refused';
  readonly refusal?: Refusal;
  /** A sentence on the outcome. */
  readonly reason?: string;
  readonly statement?: Statement;
  /** Who signed it: the id of a key that was given, or the names of a certificate, which count where it is verified. */
  readonly signer?: { readonly key?: string; readonly identity?: string; readonly issuer?: string };
}

/** Holds a document against whom the user trusts. Throws for nothing that is in it. */
export function verdictOf(document: AttachedDocument, trust: Trust): Verdict {
  try {
    if (/simplesigning/.test(document.mediaType)) return signatureVerdict(document, trust);
    if (/^(?:application|text)\/(?:vnd\.)?(?:cyclonedx|spdx|syft)/.test(document.mediaType)) {
      return { document, kind: 'sbom', outcome: 'unverified', reason: 'it is not signed' };
    }
    if (/^application\/(?:vnd\.open)?vex\+json$/.test(document.mediaType)) {
      return { document, kind: 'vex', outcome: 'unverified', reason: 'it is not signed' };
    }
    return attestationVerdict(document, trust);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const kind = /simplesigning/.test(document.mediaType) ? 'signature' : 'attestation';
    return { document, kind, outcome: 'refused', refusal: 'unreadable', reason: error.message };
  }
}

/** A signature of cosign stands beside what it signs. */
function signatureVerdict(document: AttachedDocument, trust: Trust): Verdict {
  const { annotations, bytes } = document;
  const signature = decodeBase64(annotations.get('dev.cosignproject.cosign/signature'));
  const by = signedByAnnotations(annotations);
  const signed: Signed = {
    message: bytes,
    signatures: signature === undefined ? [] : [signature],
    payloadType: '',
    payload: bytes,
    ...(by !== undefined && { by }),
  };
  const held = heldAgainst(signed, trust);
  const head = { document, kind: 'signature', ...held.signer } as const;
  if (held.outcome === 'refused') return { ...head, ...held.verdict };
  const subject = readSimpleSigning(bytes);
  if (subject !== document.about)
    return { ...head, outcome: 'refused', refusal: 'subject', reason: `it is about ${subject}` };
  return { ...head, ...held.verdict };
}

function attestationVerdict(document: AttachedDocument, trust: Trust): Verdict {
  const root = asRecord(jsonValue(document.bytes));
  if (root === undefined) throw new FormatError('it is no JSON object');
  if (isStatement(root)) {
    const statement = readStatement(document.bytes);
    const verdict = { outcome: 'unverified', reason: 'it is not signed' } as const;
    return aboutTheImage({ document, kind: 'attestation', statement, ...verdict }, trust);
  }
  const signed = readEnvelope(root);
  if (signed === undefined) throw new FormatError('it is neither an envelope (DSSE) nor a statement (in-toto)');
  const by = signed.by ?? signedByAnnotations(document.annotations);
  const held = heldAgainst({ ...signed, ...(by !== undefined && { by }) }, trust);
  const head = { document, kind: 'attestation', ...held.signer } as const;
  // What is said under a wrong signature is not even read.
  if (held.outcome === 'refused') return { ...head, ...held.verdict };
  if (signed.payloadType !== IN_TOTO) {
    const reason = `its payload is of the type ${signed.payloadType.slice(0, 200)}, not ${IN_TOTO}`;
    return { ...head, outcome: 'refused', refusal: 'type', reason };
  }
  return aboutTheImage({ ...head, ...held.verdict, statement: readStatement(signed.payload) }, trust);
}

/** An attestation of another image may have been copied here. */
function aboutTheImage(verdict: Verdict & { readonly statement: Statement }, { predicateType }: Trust): Verdict {
  const { document, statement } = verdict;
  const { subjects } = statement;
  if (!subjects.includes(document.about)) {
    const other = subjects.length === 0 ? 'nothing with a digest' : subjects.slice(0, 3).join(', ');
    return { ...verdict, outcome: 'refused', refusal: 'subject', reason: `it is about ${other}` };
  }
  if (predicateType !== undefined && !isOfType(statement.predicateType, predicateType)) {
    const reason = `its predicate is ${statement.predicateType.slice(0, 200)}`;
    return { ...verdict, outcome: 'refused', refusal: 'type', reason };
  }
  return verdict;
}

interface Held {
  readonly outcome: Verdict['outcome'];
  readonly verdict: Pick<Verdict, 'outcome' | 'refusal' | 'reason'>;
  readonly signer: Pick<Verdict, 'signer'>;
}

function heldAgainst(signed: Signed, { keys, identities, now }: Trust): Held {
  const { by } = signed;
  const certificate = by === undefined ? undefined : certificateOf(by);
  const claimed = certificate === undefined ? undefined : signerOf(certificate);
  const answer = (
    outcome: Verdict['outcome'],
    more: Omit<Held['verdict'], 'outcome'>,
    signer?: Verdict['signer'],
  ): Held => ({
    outcome,
    verdict: { outcome, ...more },
    signer: signer === undefined ? {} : { signer },
  });
  const key = keys.find((one) =>
    signed.signatures.some((signature) => isSignature(signed.message, signature, one.key)),
  );
  if (key !== undefined) return answer('verified', {}, { key: key.id });
  if (by !== undefined) {
    const fits =
      certificate !== undefined &&
      signed.signatures.some((one) => isSignature(signed.message, one, certificate.publicKey));
    if (!fits)
      return answer(
        'refused',
        { refusal: 'signature', reason: 'its signature is not of the key of its certificate' },
        claimed,
      );
    if (identities === undefined) {
      if (keys.length > 0)
        return answer(
          'refused',
          { refusal: 'signature', reason: 'it is signed by a certificate, and by no key that was given' },
          claimed,
        );
      return answer('unverified', { reason: 'no root was given that its certificate could lead to' }, claimed);
    }
    const fault = chainFault(by, identities, now);
    return fault === undefined
      ? answer('verified', {}, claimed)
      : answer('refused', { refusal: 'certificate', reason: fault }, claimed);
  }
  if (signed.signatures.length === 0) return answer('refused', { refusal: 'signature', reason: 'it has no signature' });
  if (keys.length === 0) return answer('unverified', { reason: 'no key was given that could have signed it' });
  const words = keys.length === 1 ? 'the key that was given' : `one of the ${keys.length} keys that were given`;
  return answer('refused', { refusal: 'signature', reason: `it is not signed by ${words}, or was changed` });
}

/** Where cosign puts the certificate of a signature, and the entry of the log. */
function signedByAnnotations(annotations: ReadonlyMap<string, string>): SignedBy | undefined {
  const [own, chain] = ['certificate', 'chain'].map((name) => annotations.get(`dev.sigstore.cosign/${name}`));
  if (own === undefined || own === '') return undefined;
  try {
    const certificates = readCertificates(`${own}\n${chain ?? ''}`).map(({ raw }) => raw);
    const loggedAt = logTime(annotations.get('dev.sigstore.cosign/bundle'));
    return { certificates, ...(loggedAt !== undefined && { loggedAt }) };
  } catch {
    throw new FormatError('a certificate of the signer cannot be read');
  }
}

function logTime(bundle: string | undefined): number | undefined {
  try {
    const time = asRecord(asRecord(JSON.parse(bundle ?? ''))?.['Payload'])?.['integratedTime'];
    return Number.isSafeInteger(time) ? (time as number) : undefined;
  } catch {
    return undefined;
  }
}
