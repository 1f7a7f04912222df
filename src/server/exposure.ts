import { isLocalAddress, showAddress } from '../config/service-address.ts';
import type { ServiceSettings } from '../config/service-settings.ts';
import { UsageError } from '../errors.ts';

type Exposed = Pick<ServiceSettings, 'listen' | 'insecureListen' | 'tokens' | 'tls'>;

/** Tells whether only the reach of this machine protects the service. */
export function isOpenToThisMachine({ listen, insecureListen, tokens, tls }: Exposed): boolean {
  return tokens.length === 0 && tls?.clientCa === undefined && !insecureListen && isLocalAddress(listen);
}

/**
 * Others may reach the service only if somebody decided who they are, or said in so many words that it does not matter.
 * @throws UsageError `usage.configuration` that says what can be done
 */
export function checkExposure(settings: Exposed, mention: string | undefined): void {
  const { listen, insecureListen, tokens, tls } = settings;
  if (isLocalAddress(listen) || insecureListen || tokens.length > 0 || tls?.clientCa !== undefined) return;
  const where = showAddress(listen);
  throw new UsageError(
    'usage.configuration',
    `${mention ?? '--listen'}: ${where} is reachable from other machines, and anybody could read, write and delete there. ` +
      'Make tokens ("drydock serve token NAME"), or let only clients with certificates in (client-ca; api.cafile in a ' +
      'configuration of Clair), or listen on this machine only (--listen 127.0.0.1:6060), or, where something else keeps others out, say so: --insecure-listen.',
  );
}
