import type { ServiceFinding, ServiceTarget } from '../../../model/service-scanner.ts';
import { serviceFinding } from '../finding.ts';
import { openService, type Service } from '../service.ts';
import { hearSsh, type KeyExchangeOffer } from './offer.ts';
import { sshRules as rules } from './rules.ts';

const weakExchange =
  /^(?:diffie-hellman-group1-sha1|diffie-hellman-group14-sha1|diffie-hellman-group-exchange-sha1|ecdh-sha2-nistk|rsa1024-sha1|gss-\S*sha1)/;
const weakHostKey = /^(?:ssh-dss|ssh-rsa)$/;
const weakCipher = /^(?:none|arcfour|3des|des-|blowfish|cast128|rijndael-cbc)|-cbc(?:@|$)/;
const weakMac = /^(?:none$|hmac-md5|hmac-sha1-96|hmac-ripemd|umac-64)/;

/**
 * Looks at a server of SSH: what it offers before keys are exchanged, and whether the image has files of host keys.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function* checkSsh(service: Service, target: Pick<ServiceTarget, 'view'>): AsyncGenerator<ServiceFinding> {
  const exchange = await openService(service);
  try {
    const { name, offer } = await hearSsh(exchange);
    if (/^SSH-1\./.test(name)) yield serviceFinding(rules.protocolOne, service, `the server calls itself "${name}"`);
    if (offer === undefined) return;
    const weak = weakOf(offer);
    if (weak.length > 0) yield serviceFinding(rules.weakAlgorithms, service, `the server offers ${weak.join(', ')}`);
    yield* judgeHostKeys(service, target, offer);
  } finally {
    exchange.close();
  }
}

function weakOf({ exchange, hostKeys, ciphers, macs }: KeyExchangeOffer): string[] {
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
  { view }: Pick<ServiceTarget, 'view'>,
  { hostKeys }: KeyExchangeOffer,
): Generator<ServiceFinding> {
  // Whoever made keys when the container started has written over those of the image, or has none there.
  const files = hostKeyFiles.filter(
    ([path, algorithm]) => hostKeys.some((one) => algorithm.test(one)) && view.resolve(path).found,
  );
  if (files.length === 0) return;
  const evidence = `the image has ${files.map(([path]) => `/${path}`).join(', ')}, and keys of these kinds are offered`;
  yield serviceFinding(rules.hostKeyInImage, service, evidence, { location: { path: files[0]![0] } });
}
