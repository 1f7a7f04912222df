import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Why a request is one that a web page makes behind the back of its reader; undefined: it is none. Matters where nothing
 * but the reach of this machine protects the service: a page that was loaded from anywhere can make a browser on this
 * machine send requests to it.
 * @param mustBeLocal the service lets in anybody on this machine: a name that somebody else could have pointed here
 *   (DNS rebinding) is then none that it answers to
 */
export function foreignPage(request: IncomingMessage, mustBeLocal: boolean): string | undefined {
  const { host = '', origin } = request.headers;
  if (typeof origin === 'string' && hostOf(origin) !== host.toLowerCase()) {
    return `a page of another origin cannot use this service`;
  }
  if (mustBeLocal && !isLocalName(host)) {
    return 'the name in the Host header is not one of this machine; where a proxy hands requests over, give tokens or --insecure-listen';
  }
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '') return true;
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}
