import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Scope } from '../config/service-options.ts';
import type { ReloadableSettings } from '../config/service-settings.ts';
import type { ServiceToken } from '../config/service-tokens.ts';
import { issuerOf } from './clair-v4/signed-claim.ts';

/** Who asks, and what they may do. */
export interface Client {
  /** `token:ci`, `certificate:…`, an address: what limits count by, and logs name. */
  readonly name: string;
  readonly scope: Scope;
}

/** Why somebody may not do what they ask for. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
}

const rank: Readonly<Record<Scope, number>> = { report: -1, read: 0, scan: 1, observe: 2, admin: 3 };

/** Every scope includes those before it. What reports a host stands on it, and shall read nothing of the others. */
export function allows(has: Scope, needs: Scope): boolean {
  if (needs === 'report') return has === 'report' || has === 'admin';
  return rank[has] >= rank[needs];
}

/** More is no token of ours, and need not be hashed. */
const LONGEST_TOKEN = 1024;

/**
 * The token of a request. Clients that know no tokens can have them as the password of an address
 * (`http://user:TOKEN@host:6060`); Harbor sends them as a key of its own.
 * @returns right or wrong; undefined: it brings none
 */
export function tokenOf(request: IncomingMessage): string | undefined {
  const key = request.headers['x-scanneradapter-api-key'];
  if (typeof key === 'string') return key;
  const header = request.headers.authorization;
  if (header === undefined || header.length > 2 * LONGEST_TOKEN) return undefined;
  const [, scheme = '', value = ''] = /^(\w+) +([^\s]+)$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

/** Whether somebody of this name, as `identify` gives it, can still tell what runs on a host. */
export function canReport(name: string, tokens: readonly ServiceToken[]): boolean {
  if (tokens.length === 0) return !name.startsWith('token:');
  return tokens.some((token) => `token:${token.name}` === name && allows(token.scope, 'report'));
}

/** Compares with all of them, so that the time tells nothing of which one was near. */
export function findToken(text: string, tokens: readonly ServiceToken[]): ServiceToken | undefined {
  if (text.length > LONGEST_TOKEN) return undefined;
  const digest = createHash('sha256').update(text).digest();
  let found: ServiceToken | undefined;
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) found = token;
  return found;
}

/** Whoever has one address of IPv6 has all of its /64. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [left = [], right = []] = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  // The last two groups may be written as an address of IPv4.
  const length = left.length + right.length + (address.includes('.') ? 1 : 0);
  const zeros = Array<string>(Math.max(0, 8 - length)).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/**
 * Who sent a request, and whether that is known to be so. With tokens a request needs one, whatever else it brings; a
 * client certificate alone, which TLS has checked, allows everything, as it does for Clair; and where neither is
 * configured, anybody who can reach the service may do everything.
 */
export function identify(
  request: IncomingMessage,
  { tokens, tls }: Pick<ReloadableSettings, 'tokens' | 'tls'>,
): Client | Refusal {
  if (tokens.length > 0) {
    const text = tokenOf(request);
    const token = text === undefined ? undefined : findToken(text, tokens);
    if (token !== undefined) return { name: `token:${token.name}`, scope: token.scope };
    const message = text === undefined ? 'a token is needed' : 'the token is not known';
    return { status: 401, message };
  }
  const fingerprint =
    tls?.clientCa === undefined ? undefined : (request.socket as TLSSocket).getPeerCertificate().fingerprint256;
  if (tls?.clientCa !== undefined && fingerprint === undefined) {
    return { status: 401, message: 'a client certificate is needed' };
  }
  if (fingerprint !== undefined) {
    return { name: `certificate:${fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase()}`, scope: 'admin' };
  }
  return { name: networkOf(request.socket.remoteAddress ?? 'unknown'), scope: 'admin' };
}

/**
 * Who sent a request to the API of Clair v4. Where its clients share a key with the service, they bring claims that it
 * signed, for which they may do what scanners do; tokens of the service do, too, and nothing else does.
 * @param now milliseconds since 1970
 */
export function identifyClairV4(
  request: IncomingMessage,
  access: Pick<ReloadableSettings, 'tokens' | 'tls' | 'clairPsk'>,
  now: number,
): Client | Refusal {
  const { clairPsk, tokens, tls } = access;
  if (clairPsk === undefined) return identify(request, access);
  const token = tokenOf(request);
  const psk = { key: Buffer.from(clairPsk.key.reveal(), 'base64'), issuers: clairPsk.issuers };
  const issuer = token === undefined ? undefined : issuerOf(token, psk, now);
  if (issuer !== undefined) return { name: `issuer:${issuer}`, scope: 'scan' };
  if (tokens.length > 0 || tls?.clientCa !== undefined) return identify(request, access);
  return { status: 401, message: token === undefined ? 'a token is needed' : 'the token is not to be believed' };
}

/** What reporters of the map may ask for, and nothing else. */
export function isReport(method: string, pathname: string): boolean {
  return method === 'POST' && pathname === '/api/map/reports';
}

/**
 * What a request needs. Of the v1 API: reading is `read`; posting and deleting layers and marking notifications as read is
 * what scanners do; writing vulnerabilities and fixes changes what everybody is told, and is `admin`.
 */
export function scopeOf(method: string, pathname: string): Scope {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read';
  if (isReport(method, pathname)) return 'report';
  if (/^\/v1\/(?:layers|notifications)(?:\/|$)/i.test(pathname)) return 'scan';
  if (/^\/api(?:\/|$)/.test(pathname) && method === 'POST') return 'scan';
  return 'admin';
}
