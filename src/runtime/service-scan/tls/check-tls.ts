import type { X509Certificate } from 'node:crypto';
import type { ServiceFinding, ServiceTarget } from '../../../model/service-scanner.ts';
import { serviceFinding } from '../finding.ts';
import { digestOfKey } from '../image-key.ts';
import { DialError, type Service, secure } from '../service.ts';
import { offer, SSL3, TLS1, TLS11, TLS12 } from './hello.ts';
import { tlsRules as rules } from './rules.ts';

const DAY = 24 * 3600 * 1000;

/** Suites that servers of old versions know: ECDHE and RSA with AES in CBC mode, and triple DES. */
const usual = [0xc009, 0xc00a, 0xc013, 0xc014, 0x002f, 0x0035, 0x0033, 0x0039, 0x000a];

const versions = [
  ['SSL 3', SSL3],
  ['TLS 1.0', TLS1],
  ['TLS 1.1', TLS11],
] as const;

/** Weak suites by what is wrong with them (https://www.iana.org/assignments/tls-parameters). */
const weak: readonly (readonly [what: string, suites: readonly number[]])[] = [
  ['no encryption', [0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010]],
  [
    'no authentication',
    [0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7, 0xc015, 0xc016, 0xc017, 0xc018, 0xc019],
  ],
  ['export strength', [0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019, 0x0062, 0x0064]],
  ['RC4', [0x0004, 0x0005, 0xc002, 0xc007, 0xc00c, 0xc011]],
  ['DES', [0x0009, 0x000c, 0x000f, 0x0012, 0x0015, 0x001a]],
  ['triple DES', [0x000a, 0x0010, 0x0013, 0x0016, 0xc003, 0xc008, 0xc00d, 0xc012]],
];

/**
 * Looks at versions, suites and the certificate of a service in TLS.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function* checkTls(
  service: Service,
  target: Pick<ServiceTarget, 'keys'>,
  now: Date = new Date(),
): AsyncGenerator<ServiceFinding> {
  const { door } = service;
  const old: string[] = [];
  for (const [name, version] of versions) {
    const chosen = await offer(door, version, usual);
    if (chosen?.version === version) old.push(`${name} (suite 0x${chosen.suite.toString(16).padStart(4, '0')})`);
  }
  if (old.length > 0) yield serviceFinding(rules.oldVersion, service, `the server accepts ${old.join(', ')}`);
  const accepted: string[] = [];
  for (const [what, suites] of weak) {
    const chosen = await offer(door, TLS12, suites);
    if (chosen !== undefined && suites.includes(chosen.suite)) {
      accepted.push(`0x${chosen.suite.toString(16).padStart(4, '0')} (${what})`);
    }
  }
  if (accepted.length > 0)
    yield serviceFinding(rules.weakCipher, service, `the server accepts ${accepted.join(', ')} in TLS 1.2`);
  const certificate = await certificateOf(service);
  if (certificate !== undefined) yield* judgeCertificate(certificate, service, target, now);
}

async function certificateOf({ door }: Service): Promise<X509Certificate | undefined> {
  try {
    const socket = await secure(await door.connect(), door.budget);
    const certificate = socket.getPeerX509Certificate();
    socket.on('error', () => undefined);
    socket.destroy();
    return certificate;
  } catch (error) {
    // One that wants a certificate of the client, or speaks nothing newer than SSL 3.
    if (error instanceof DialError) return undefined;
    throw error;
  }
}

function* judgeCertificate(
  certificate: X509Certificate,
  service: Service,
  target: Pick<ServiceTarget, 'keys'>,
  now: Date,
): Generator<ServiceFinding> {
  const whose = `the certificate of "${certificate.subject.replaceAll('\n', ', ').slice(0, 200)}"`;
  const until = certificate.validToDate.getTime();
  if (until < now.getTime()) {
    yield serviceFinding(rules.expired, service, `${whose} was valid until ${certificate.validTo}`);
  } else if (until < now.getTime() + 30 * DAY) {
    yield serviceFinding(rules.expiresSoon, service, `${whose} is valid until ${certificate.validTo}`);
  }
  if (certificate.validFromDate.getTime() > now.getTime()) {
    yield serviceFinding(rules.notYetValid, service, `${whose} is valid from ${certificate.validFrom}`);
  }
  const key = certificate.publicKey;
  if (certificate.checkIssued(certificate)) {
    yield serviceFinding(rules.selfSigned, service, `${whose} is issued by itself`);
  }
  if (certificate.subjectAltName === undefined) {
    yield serviceFinding(rules.noNames, service, `${whose} has no subjectAltName`);
  }
  const bits = key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  if (bits !== undefined && bits < 2048)
    yield serviceFinding(rules.shortKey, service, `${whose} has a key of RSA with ${bits} bits`);
  const digest = digestOfKey(key);
  const found = target.keys?.find(({ publicKey }) => publicKey === digest);
  if (found !== undefined) {
    const evidence = `${whose} has the public key ${digest.slice(0, 16)}…, and the private one is ${found.path} of the image`;
    yield serviceFinding(rules.keyInImage, service, evidence, { location: { path: found.path } });
  }
}
