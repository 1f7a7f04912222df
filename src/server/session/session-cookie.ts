import type { IncomingMessage } from 'node:http';
import { isPublicHost } from '../browser-guard.ts';

/**
 * Names of the cookie. The first one is taken by browsers only with `Secure`, without `Domain` and for the whole host, so that no
 * other host can set it (RFC 6265bis, section 4.1.3.2); the second one is for a service that is reached without TLS. Cookies know
 * no ports (RFC 6265, section 8.5): the port is in the name, or two services of one machine would take them from each other.
 */
const SECURE = '__Host-drydock-session';
const PLAIN = 'drydock-session';

/** More is no cookie of ours. */
const LONGEST = 4096;

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

/**
 * The session of a request, still sealed.
 * @param publicUrl where people reach the service; undefined: nobody said
 */
export function cookieOf(request: Asked, publicUrl: string | undefined): string | undefined {
  const { cookie = '' } = request.headers;
  if (cookie.length > 4 * LONGEST) return undefined;
  const found = new Map<string, string>();
  for (const pair of cookie.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    // The first of two is the one with the longer path: not ours, but whoever sent it shall not be believed twice.
    if (!found.has(name)) found.set(name, pair.slice(equals + 1).trim());
  }
  const port = portOf(request, publicUrl);
  // Where TLS is known to be used, the other one is what somebody without it has set.
  const value = found.get(SECURE + port) ?? (usesTls(request, publicUrl) ? undefined : found.get(PLAIN + port));
  return value === undefined || value === '' || value.length > LONGEST ? undefined : value;
}

/**
 * The header that gives the browser of a request its session.
 * @param seconds that it may keep it
 */
export function setCookie(
  request: Asked,
  publicUrl: string | undefined,
  { value, seconds }: { readonly value: string; readonly seconds: number },
): string {
  const isSecure = isReachedByTls(request, publicUrl);
  return writeCookie(`${isSecure ? SECURE : PLAIN}${portOf(request, publicUrl)}=${value}`, isSecure, seconds);
}

/**
 * Why the browser of a request that signs in would not keep its session, or bring one that is not taken; undefined: it does. What
 * browsers reach without TLS has no `Secure` cookies (RFC 6265bis, section 5.7), and where TLS is known to be used no other ones
 * are taken: whoever signed in would be asked again, and would not be told why.
 */
export function whyNoSession(request: Asked, publicUrl: string | undefined): string | undefined {
  const [cookie = ''] = setCookie(request, publicUrl, { value: 'x', seconds: 1 }).split(';', 1);
  const { origin, ...headers } = request.headers;
  const isPlain = origin?.startsWith('http://') === true;
  // Later requests of the page that only read have no `Origin`.
  const isTaken = cookieOf({ headers: { ...headers, cookie }, socket: request.socket }, publicUrl) !== undefined;
  if (isTaken && !(isPlain && cookie.startsWith(SECURE))) return undefined;
  const address = publicUrl?.startsWith('https://') === true ? publicUrl : 'it by https';
  return `This page was opened without TLS, and the service is reached by TLS: open ${address}. The token that was sent could be read on the way.`;
}

/** Headers that take the session away, by whichever name. */
export function clearCookies(request: Asked, publicUrl: string | undefined): readonly string[] {
  const port = portOf(request, publicUrl);
  return [writeCookie(`${SECURE}${port}=`, true, 0), writeCookie(`${PLAIN}${port}=`, false, 0)];
}

function writeCookie(pair: string, isSecure: boolean, seconds: number): string {
  const attributes = ['Path=/', `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict', ...(isSecure ? ['Secure'] : [])];
  return [pair, ...attributes].join('; ');
}

/**
 * `-6060`; nothing for the port that an address need not name. It has to be the same for each request of a browser: what a proxy
 * makes of the Host header is, `Origin` is not always there. Processes behind one address may listen on different ports.
 */
function portOf({ headers: { host = '' } }: Asked, publicUrl: string | undefined): string {
  const port =
    publicUrl !== undefined && URL.canParse(publicUrl) ? new URL(publicUrl).port : /:(\d{1,5})$/.exec(host)?.[1];
  return port === undefined || port === '' ? '' : `-${port}`;
}

/** Whether it is sure that the browser of a request reaches the service by TLS, whoever ends that. */
function usesTls({ headers, socket }: Asked, publicUrl: string | undefined): boolean {
  if ('encrypted' in socket && socket.encrypted === true) return true;
  const { host = '', origin, 'x-forwarded-proto': forwarded } = headers;
  if (typeof origin === 'string') return origin.startsWith('https://');
  if (typeof forwarded === 'string' && forwarded.startsWith('https')) return true;
  return publicUrl?.startsWith('https://') === true && isPublicHost(host, publicUrl);
}

/**
 * Whether the browser of a request that changes something reaches the service by TLS. A proxy may have ended it; the origin of the
 * page, which the browser itself tells, says what the browser sees.
 */
function isReachedByTls(request: Asked, publicUrl: string | undefined): boolean {
  if (usesTls(request, publicUrl)) return true;
  const { origin, cookie = '' } = request.headers;
  return typeof origin !== 'string' && cookie.includes(`${SECURE}${portOf(request, publicUrl)}=`);
}
