import { createHash, createPublicKey } from 'node:crypto';
import type { ServiceFinding, ServiceTarget } from '../../../model/service-scanner.ts';
import { serviceFinding } from '../finding.ts';
import { digestOfKey } from '../image-key.ts';
import { openService, type Service } from '../service.ts';
import { type KeyExchangeOffer, SshReader } from './packets.ts';
import { sshRules as rules } from './rules.ts';
import { SshSession } from './session.ts';

const weakExchange =
  /^(?:diffie-hellman-group1-sha1|diffie-hellman-group14-sha1|diffie-hellman-group-exchange-sha1|ecdh-sha2-nistk|rsa1024-sha1|gss-\S*sha1)/;
const weakHostKey = /^(?:ssh-dss|ssh-rsa)$/;
const weakCipher = /^(?:none|arcfour|3des|des-|blowfish|cast128|rijndael-cbc)|-cbc(?:@|$)/;
const weakMac = /^(?:none$|hmac-md5|hmac-sha1-96|hmac-ripemd|umac-64)/;

/**
 * Looks at a server of SSH: what it offers, how people log in, and whether its host keys lie in the image.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function* checkSsh(
  service: Service,
  target: Pick<ServiceTarget, 'keys' | 'view'>,
): AsyncGenerator<ServiceFinding> {
  const exchange = await openService(service);
  try {
    const session = new SshSession(exchange);
    const name = await session.greet();
    if (/^SSH-1\./.test(name)) yield serviceFinding(rules.protocolOne, service, `the server calls itself "${name}"`);
    if (/^SSH-1\.(?!99)/.test(name)) return;
    const offer = await session.offer();
    const weak = weakOf(offer);
    if (weak.length > 0) yield serviceFinding(rules.weakAlgorithms, service, `the server offers ${weak.join(', ')}`);
    const key = await session.exchangeKeys();
    yield* judgeHostKeys(service, target, offer, key);
    if (key === undefined) return;
    const methods = await session.loginMethods('root');
    const open = methods.filter(
      (method) => method === 'none' || method === 'password' || method === 'keyboard-interactive',
    );
    if (open.length > 0) {
      const severity = open.includes('none') ? ('critical' as const) : undefined;
      const evidence = `for root the server takes ${methods.slice(0, 10).join(', ')}`;
      yield serviceFinding(rules.passwordLogin, service, evidence, severity && { severity });
    }
  } finally {
    exchange.close();
  }
}

export function weakOf({ exchange, hostKeys, ciphers, macs }: KeyExchangeOffer): string[] {
  return [
    ...exchange.filter((one) => weakExchange.test(one)),
    ...hostKeys.filter((one) => weakHostKey.test(one)),
    ...ciphers.filter((one) => weakCipher.test(one)),
    ...macs.filter((one) => weakMac.test(one)),
  ].slice(0, 50);
}

/** Files of host keys as OpenSSH and Dropbear name them, and the algorithms that they are for. */
const hostKeyFiles: readonly (readonly [path: string, algorithm: RegExp])[] = [
  ['etc/ssh/ssh_host_rsa_key', /^(?:ssh-rsa|rsa-sha2-)/],
  ['etc/ssh/ssh_host_ecdsa_key', /^ecdsa-sha2-/],
  ['etc/ssh/ssh_host_ed25519_key', /^ssh-ed25519/],
  ['etc/ssh/ssh_host_dsa_key', /^ssh-dss/],
  ['etc/dropbear/dropbear_rsa_host_key', /^(?:ssh-rsa|rsa-sha2-)/],
  ['etc/dropbear/dropbear_ecdsa_host_key', /^ecdsa-sha2-/],
  ['etc/dropbear/dropbear_ed25519_host_key', /^ssh-ed25519/],
];

function* judgeHostKeys(
  service: Service,
  { keys, view }: Pick<ServiceTarget, 'keys' | 'view'>,
  { hostKeys }: KeyExchangeOffer,
  key: Buffer | undefined,
): Generator<ServiceFinding> {
  const digest = key === undefined ? undefined : digestOfHostKey(key);
  const same = digest === undefined ? undefined : keys?.find(({ publicKey }) => publicKey === digest);
  if (same !== undefined && key !== undefined) {
    const shown = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
    const evidence = `the host key SHA256:${shown} is ${same.path} of the image`;
    yield serviceFinding(rules.hostKeyInImage, service, evidence, { location: { path: same.path } });
    return;
  }
  // Whoever made keys when the container started has written over those of the image, or has none there.
  const files = hostKeyFiles.filter(
    ([path, algorithm]) => hostKeys.some((one) => algorithm.test(one)) && view.resolve(path).found,
  );
  if (files.length === 0) return;
  const evidence = `the image has ${files.map(([path]) => `/${path}`).join(', ')}, and keys of these kinds are offered`;
  yield serviceFinding(rules.hostKeyInImage, service, evidence, {
    confidence: 'medium',
    location: { path: files[0]![0] },
  });
}

const curves: Readonly<Record<string, string>> = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' };

/** The digest of a host key as the wire has it (RFC 4253, section 6.6; RFC 5656; RFC 8709). */
export function digestOfHostKey(blob: Buffer): string | undefined {
  try {
    const reader = new SshReader(blob);
    const type = reader.text().toString('latin1');
    const url = (bytes: Buffer): string => bytes.toString('base64url');
    if (type === 'ssh-ed25519') {
      return digestOfKey(
        createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: url(reader.text()) }, format: 'jwk' }),
      );
    }
    if (type === 'ssh-rsa') {
      const [e, n] = [reader.text(), reader.text()];
      return digestOfKey(
        createPublicKey({ key: { kty: 'RSA', e: url(e), n: url(n[0] === 0 ? n.subarray(1) : n) }, format: 'jwk' }),
      );
    }
    const crv = curves[reader.text().toString('latin1')];
    if (crv === undefined) return undefined;
    const point = reader.text();
    const half = (point.length - 1) / 2;
    const [x, y] = [url(point.subarray(1, 1 + half)), url(point.subarray(1 + half))];
    return digestOfKey(createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' }));
  } catch {
    return undefined;
  }
}
