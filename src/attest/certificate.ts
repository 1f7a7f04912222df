import { X509Certificate } from 'node:crypto';
import { FormatError } from '../errors.ts';
import type { SignedBy } from '../formats/attestation/envelope.ts';
import { type CertificateExtensions, extensionsOf } from './certificate-extensions.ts';
import { named } from './keys.ts';

/** Certificates between the signer's and a root. */
const CHAIN = 8;

/** Roots in one file. */
const ROOTS = 100;

/** Who has to be behind a signature that was made without a key of their own. */
export interface TrustedIdentities {
  readonly roots: readonly X509Certificate[];
  /** Name (SAN) that the certificate has to have: an address, a mail address. */
  readonly identity?: string;
  /** Who has to have vouched for the identity (OIDC). */
  readonly issuer?: string;
}

/** What a certificate says of a signer. */
export interface Signer {
  readonly identity: string;
  readonly issuer?: string;
}

/** All certificates of a file in PEM. @throws Error of node:crypto for one that is none */
export function readCertificates(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.slice(0, ROOTS).map((block) => new X509Certificate(block));
}

/** The certificate of a signer; undefined where it is none. */
export function certificateOf({ certificates }: SignedBy): X509Certificate | undefined {
  try {
    return certificates[0] === undefined ? undefined : new X509Certificate(certificates[0]);
  } catch {
    return undefined;
  }
}

/** Whom a certificate names. The names are the certificate's: nothing shows that they are true without its chain. */
export function signerOf(certificate: X509Certificate): Signer {
  // node:crypto quotes what could be taken for several names.
  const [, identity = certificate.subject] =
    /^(?:URI|email):("(?:[^"\\]|\\.)*"|[^,]*)/.exec(certificate.subjectAltName ?? '') ?? [];
  const issuer = extensionsIn(certificate)?.issuer;
  return { identity: identity.slice(0, 1000), ...(issuer !== undefined && { issuer }) };
}

/** @returns undefined for a certificate whose extensions cannot be read */
function extensionsIn(certificate: X509Certificate): CertificateExtensions | undefined {
  try {
    return extensionsOf(certificate.raw);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/**
 * Why a chain of certificates does not lead to a root that was given; undefined where it does. Times are held against the
 * moment of the signature, as the log tells it: certificates of Fulcio are valid for ten minutes.
 */
export function chainFault(
  by: SignedBy,
  { roots, identity, issuer }: TrustedIdentities,
  now: Date,
): string | undefined {
  let chain: X509Certificate[];
  try {
    chain = by.certificates.slice(0, CHAIN).map((der) => new X509Certificate(der));
  } catch {
    return 'a certificate of the signer cannot be read';
  }
  const [leaf] = chain;
  if (leaf === undefined) return 'it has no certificate';
  try {
    named(leaf.publicKey);
  } catch (error) {
    return `the key of the certificate is not trusted: ${(error as Error).message}`;
  }
  const at = by.loggedAt === undefined ? now : new Date(by.loggedAt * 1000);
  const candidates = [...chain.slice(1), ...roots];
  let current = leaf;
  for (let depth = 0; depth <= CHAIN; depth++) {
    if (at < current.validFromDate || at > current.validToDate) {
      return `the certificate of ${depth === 0 ? 'the signer' : 'its issuer'} was not valid on ${at.toISOString().slice(0, 16)}`;
    }
    if (depth > 0 && !current.ca) return 'a certificate of the chain may issue none';
    const fault = extensionFault(current, depth);
    if (fault !== undefined) return fault;
    const root = roots.find((one) => one.raw.equals(current.raw) || isIssuer(one, current));
    if (root !== undefined) {
      if (at < root.validFromDate || at > root.validToDate) return 'the root was not valid at that time';
      const rootFault = root.raw.equals(current.raw) ? undefined : extensionFault(root, depth + 1);
      if (rootFault !== undefined) return rootFault;
      return identityFault(signerOf(leaf), identity, issuer);
    }
    const next = candidates.find((one) => one !== current && isIssuer(one, current));
    if (next === undefined) break;
    current = next;
  }
  return 'its certificate does not lead to a root that was given';
}

/** @param depth certificates below it, the signer's among them */
function extensionFault(certificate: X509Certificate, depth: number): string | undefined {
  const whose = depth === 0 ? 'the signer' : 'its issuer';
  const extensions = extensionsIn(certificate);
  if (extensions === undefined) return `the certificate of ${whose} has extensions that cannot be read`;
  if (extensions.isUnknown) return `the certificate of ${whose} demands something that is not understood here`;
  if (depth === 0) return extensions.signsCode ? undefined : 'the certificate of the signer is not meant to sign code';
  const { pathLength } = extensions;
  if (pathLength === undefined || pathLength >= depth - 1) return undefined;
  return 'a certificate of the chain may not issue one that issues others';
}

function isIssuer(one: X509Certificate, other: X509Certificate): boolean {
  return one.ca && other.checkIssued(one) && other.verify(one.publicKey);
}

function identityFault(signer: Signer, identity: string | undefined, issuer: string | undefined): string | undefined {
  if (identity !== undefined && signer.identity !== identity)
    return `it is signed by ${signer.identity}, not by ${identity}`;
  if (issuer === undefined || signer.issuer === issuer) return undefined;
  return `${signer.issuer ?? 'nobody'} vouches for who signed it, not ${issuer}`;
}
