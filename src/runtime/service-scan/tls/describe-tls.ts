import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Value } from '../expression/value.ts';

/** What was agreed on in a handshake and what was served, under the names that templates use. Node.js read the certificate. */
export function describeTls(socket: TLSSocket): Readonly<Record<string, Value>> {
  const certificate = socket.getPeerCertificate(false) as Partial<PeerCertificate>;
  const validTo = Date.parse(certificate.valid_to ?? '');
  const names = namesOf(certificate);
  const subject = nameOf(certificate.subject?.CN);
  const issuer = nameOf(certificate.issuer?.CN);
  return {
    tls_version: (socket.getProtocol() ?? '')
      .toLowerCase()
      .replace(/^tlsv(\d)(?:\.(\d))?$/, (_, a: string, b?: string) => `tls${a}${b ?? '0'}`),
    cipher: socket.getCipher()?.standardName ?? '',
    subject_cn: subject,
    subject_org: nameOf(certificate.subject?.O),
    issuer_cn: issuer,
    issuer_org: nameOf(certificate.issuer?.O),
    subject_dn: JSON.stringify(certificate.subject ?? {}),
    issuer_dn: JSON.stringify(certificate.issuer ?? {}),
    subject_an: names,
    domains: names,
    serial: certificate.serialNumber ?? '',
    fingerprint_hash: certificate.fingerprint256 ?? '',
    not_before: isoOf(certificate.valid_from),
    not_after: Number.isNaN(validTo) ? '' : Math.floor(validTo / 1000),
    expired: !Number.isNaN(validTo) && validTo < Date.now(),
    self_signed: isSelfSigned(certificate),
    wildcard_certificate: names.some((name) => name.startsWith('*.')),
    mismatched: false,
    revoked: false,
    untrusted: socket.authorizationError !== null && socket.authorizationError !== undefined,
    probe_status: true,
  };
}

function isoOf(text: string | undefined): string {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function nameOf(name: string | string[] | undefined): string {
  return (Array.isArray(name) ? name[0] : name)?.slice(0, 300) ?? '';
}

/** Names of the alternative name, the first hundred. */
export function namesOf(certificate: Partial<PeerCertificate>): string[] {
  return (certificate.subjectaltname ?? '')
    .split(', ')
    .slice(0, 100)
    .filter((name) => /^(?:DNS|IP Address):/.test(name))
    .map((name) => name.slice(name.indexOf(':') + 1, 300));
}

export function isSelfSigned({ subject, issuer }: Partial<PeerCertificate>): boolean {
  return subject !== undefined && JSON.stringify(subject) === JSON.stringify(issuer);
}
