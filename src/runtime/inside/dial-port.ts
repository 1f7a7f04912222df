import type { Duplex } from 'node:stream';
import type { ObservedPort } from '../../model/observation.ts';
import type { Relay } from './relay-client.ts';

/** That nobody is there, by codes of connect(2): another address may be taken. */
const elsewhere: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EINVAL',
]);

/** Addresses from which a port is reached inside, in the order they are tried. A socket on `::` mostly takes IPv4, too. */
export function dialAddresses(addresses: readonly string[]): readonly string[] {
  const tried = addresses.flatMap((address) => {
    if (address === '0.0.0.0') return ['127.0.0.1'];
    return address === '::' ? ['127.0.0.1', '::1'] : [address.replace(/^::ffff:(?=\d+\.)/, '')];
  });
  // A container without IPv6 may listen on it: then IPv4 is what works.
  return [...new Set(tried)].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}

/**
 * Connects to a port of the container from inside.
 * @param from own address of the connection, where it shall not be the one that the kernel would take
 * @throws Error with `code` as of node:net when nobody takes it at any of its addresses
 */
export async function dialPort(
  relay: Relay,
  { protocol, port, addresses }: Pick<ObservedPort, 'protocol' | 'port' | 'addresses'>,
  signal: AbortSignal,
  from?: string,
): Promise<Duplex> {
  let failure: unknown = Object.assign(new Error('nobody listens there'), { code: 'ECONNREFUSED' });
  for (const address of dialAddresses(addresses)) {
    try {
      return await relay.dial(protocol, address, port, signal, from);
    } catch (error) {
      failure = error;
      if (!elsewhere.has((error as NodeJS.ErrnoException).code)) break;
    }
  }
  throw failure;
}
