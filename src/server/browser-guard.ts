import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

type Asked = Pick<IncomingMessage, 'headers' | 'method'>;

/** What a browser must not be made to do, and where it may come from. */
export interface BrowserRules {
  /**
   * The service lets in anybody on this machine: a name that somebody else could have pointed here (DNS rebinding) is then
   * none that it answers to.
   */
  readonly mustBeLocal: boolean;
  /** Where people reach the service; absent: nobody said. A proxy may hand its requests over under another name. */
  readonly publicUrl?: string;
}

/**
 * Why a request is one that a web page makes behind the back of its reader; undefined: it is none. A page that was loaded from
 * anywhere can make a browser send requests, from within a network and with what the browser knows of its user.
 */
export function foreignPage(request: Asked, { mustBeLocal, publicUrl }: BrowserRules): string | undefined {
  const { host = '', origin } = request.headers;
  if (typeof origin === 'string' && !isOwnOrigin(origin, host, publicUrl)) {
    return 'a page of another origin cannot use this service';
  }
  if (mustBeLocal && !isLocalName(host) && !isPublicHost(host, publicUrl)) {
    return 'the name in the Host header is not one of this machine; where people reach the service under another one, name it with --public-url, or give tokens';
  }
  return undefined;
}

/**
 * Why a request to an API is one that another site caused; undefined: it is none. Browsers say so themselves (Fetch Metadata
 * Request Headers, section 2.3), also of links, images and forms, which have no `Origin`. Programs do not say it.
 */
export function otherSite({ headers }: Asked): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  return 'another site cannot use this service';
}

/**
 * Why a request that a cookie alone lets in must not change anything; undefined: it may. Browsers send cookies by themselves, so
 * that it takes more: the word of the browser that our own page asked for it.
 */
export function unprovenPage({ headers, method }: Asked): string | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  // Where it is there, its value was looked at.
  if (headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin') return undefined;
  return 'a session is for the page of this service; programs send a token';
}

/**
 * Why nobody may sign in under this name; undefined: they may. Where it is known how people reach the service, a page under
 * another name that was pointed here is one that somebody made to be given a token.
 */
export function foreignHost({ headers: { host = '' } }: Asked, publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined || isLocalName(host) || isPublicHost(host, publicUrl)) return undefined;
  return `nobody signs in here under this name: open ${publicUrl}`;
}

function isOwnOrigin(origin: string, host: string, publicUrl: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { host: own, origin: whole, protocol } = new URL(origin);
  // A default port may stand in the one, and not in the other.
  const asked = `${protocol}//${host}`;
  if (own !== '' && URL.canParse(asked) && new URL(asked).host === own) return true;
  return publicUrl !== undefined && URL.canParse(publicUrl) && new URL(publicUrl).origin === whole && own !== '';
}

/** Whether a Host header has the name of the address at which people reach the service. */
export function isPublicHost(host: string, publicUrl: string | undefined): boolean {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return false;
  const known = new URL(publicUrl);
  const asked = `${known.protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === known.host;
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '') return true;
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}
