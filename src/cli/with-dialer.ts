import { type Dialer, offlineDialer } from '../net/dial.ts';
import { networkDialer } from '../net/network-dialer.ts';
import { escapeText } from '../report/escape.ts';
import type { Invocation } from './command.ts';

/** The only network of a command: none at all with --offline. Whoever used it is told at the end which hosts were asked. */
export async function withDialer<T>(
  { configuration, io }: Invocation,
  use: (dialer: Dialer) => Promise<T>,
): Promise<T> {
  const dialer = configuration.settings.offline ? offlineDialer() : networkDialer();
  try {
    return await use(dialer);
  } finally {
    await dialer.close();
    const hosts = [...dialer.hosts].map(escapeText);
    if (hosts.length > 0) io.atEnd(`hosts contacted: ${hosts.join(', ')}`);
    else if (!dialer.offline) io.log.info({}, 'no host was contacted');
  }
}
