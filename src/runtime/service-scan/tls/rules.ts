import type { Confidence } from '../../../model/finding.ts';
import type { Severity } from '../../../model/severity.ts';
import type { ServiceRule } from '../finding.ts';

function rule(
  id: string,
  severity: Severity,
  confidence: Confidence,
  title: string,
  why: string,
  remediation: string,
  sources: readonly string[],
): ServiceRule {
  return { id: `service.${id}`, kind: 'service', severity, confidence, title, why, remediation, sources };
}

const certificates = 'https://www.rfc-editor.org/rfc/rfc5280';
const recommendations = 'https://www.rfc-editor.org/rfc/rfc9325';

/** Rules on TLS, in which our own code speaks. */
export const tlsRules = {
  oldVersion: rule(
    'tls-old-version',
    'medium',
    'certain',
    'An outdated version of TLS is spoken',
    'SSL 3, TLS 1.0 and TLS 1.1 have weaknesses that later versions mend; nobody needs them any more.',
    'Offer TLS 1.2 and 1.3 alone.',
    ['https://www.rfc-editor.org/rfc/rfc8996'],
  ),
  weakCipher: rule(
    'tls-weak-cipher',
    'medium',
    'certain',
    'A weak cipher suite is accepted',
    'Suites without encryption or authentication, of export strength, with RC4, DES or triple DES do not protect what is sent.',
    'Offer suites with AES-GCM or ChaCha20 and ephemeral keys alone.',
    [recommendations],
  ),
  expired: rule(
    'tls-expired',
    'medium',
    'certain',
    'The certificate has expired',
    'Clients that check it refuse the connection; those that do not check it are not protected.',
    'Renew it, outside of the image.',
    [certificates],
  ),
  expiresSoon: rule(
    'tls-expires-soon',
    'low',
    'certain',
    'The certificate expires within thirty days',
    'An image that lives longer serves an expired one.',
    'Renew it, and mount it instead of building it into the image.',
    [certificates],
  ),
  notYetValid: rule(
    'tls-not-yet-valid',
    'low',
    'certain',
    'The certificate is not valid yet',
    'Clients that check it refuse the connection.',
    'Check the clock of whoever made it.',
    [certificates],
  ),
  selfSigned: rule(
    'tls-self-signed',
    'low',
    'certain',
    'The certificate signs itself',
    'Clients cannot tell it from that of somebody in between, unless they know it beforehand.',
    'Use a certificate of an authority that clients know.',
    [certificates],
  ),
  noNames: rule(
    'tls-no-names',
    'negligible',
    'certain',
    'The certificate has no alternative names',
    'Clients of today look at nothing else, and refuse it.',
    'Make one with subjectAltName.',
    ['https://www.rfc-editor.org/rfc/rfc9525'],
  ),
  shortKey: rule(
    'tls-short-key',
    'medium',
    'certain',
    'The key of the certificate is too short',
    'RSA below 2048 bits can be broken by those who want to.',
    'Use RSA of 2048 bits or more, or P-256.',
    [recommendations],
  ),
  keyInImage: rule(
    'tls-key-in-image',
    'high',
    'certain',
    'The private key of the served certificate lies in the image',
    'Whoever can pull the image can act as this server, everywhere it runs.',
    'Replace the key, take it out of the image, and mount it when the container starts.',
    [certificates],
  ),
} as const;
