import type { IncomingMessage } from 'node:http';

/**
 * Names of the cookie. The first one is taken by browsers only with `Secure`, without `Domain` and for the whole host, so that no
 * other host can set it (RFC 6265bis, section 4.1.3.2); the second one is for a service that is reached without TLS.
 */
const SECURE = '__Host-drydock-session';
const PLAIN = 'drydock-session';

/** More is no cookie of ours. */
const LONGEST = 4096;

/** The session of a request, still sealed. */
export function cookieOf({ headers: { cookie = '' } }: Pick<IncomingMessage, 'headers'>): string | undefined {
  if (cookie.length > 4 * LONGEST) return undefined;
  const found = new Map<string, string>();
  for (const pair of cookie.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    // The first of two is the one with the longer path: not ours, but whoever sent it shall not be believed twice.
    if (!found.has(name)) found.set(name, pair.slice(equals + 1).trim());
  }
  const value = found.get(SECURE) ?? found.get(PLAIN);
  return value === undefined || value === '' || value.length > LONGEST ? undefined : value;
}

/**
 * The header that gives a browser its session, or takes it away.
 * @param secure the browser reaches the service by TLS, whoever ends that
 * @param seconds that it may keep it; 0 takes it away
 */
export function setCookie(value: string, secure: boolean, seconds: number): string {
  const attributes = ['Path=/', `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict', ...(secure ? ['Secure'] : [])];
  return [`${secure ? SECURE : PLAIN}=${value}`, ...attributes].join('; ');
}

/** Headers that take both away. */
export function clearCookies(): readonly string[] {
  return [setCookie('', true, 0), setCookie('', false, 0)];
}

/**
 * Whether the browser of a request that changes something reaches the service by TLS. A proxy may have ended it; the origin of the
 * page, which the browser itself tells, says what the browser sees.
 */
export function isSecure({
  headers: { origin, cookie = '' },
  socket,
}: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  if ('encrypted' in socket && socket.encrypted === true) return true;
  return typeof origin === 'string' ? origin.startsWith('https://') : cookie.includes(`${SECURE}=`);
}
