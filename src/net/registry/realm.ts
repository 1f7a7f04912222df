import { isIP } from 'node:net';
import { isLoopback } from '../dial.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * What may be done with the address at which a registry says tokens are to be had. A registry that was taken over, or
 * that somebody was talked into, names whatever it likes; so:
 *
 * 1. The address is an absolute `https` URL without user or password. `http` is taken from a registry that is itself
 *    spoken to without TLS, for its own host or this machine. Anything else is not asked at all.
 * 2. Credentials go along when host and port are those of the registry: behind another port of the same machine may be
 *    anybody's program. And to the usual port of https, which only its owner can open, of the same host, of one with the
 *    same registrable parent (`registry.gitlab.com` and `gitlab.com`), and of where the registry is known to have its
 *    tokens (`auth.docker.io` for `docker.io`). Under domains where everybody can have a name (`azurecr.io`), and between
 *    addresses, only the same host will do.
 * 3. Every other host is asked without credentials.
 */
export type Realm =
  | { readonly url: URL; readonly trusted: boolean; readonly own: boolean }
  | { readonly url?: never; readonly reason: string };

/** Judges the realm of a challenge by the rules above. */
export function judgeRealm(text: string | undefined, endpoint: Endpoint): Realm {
  if (text === undefined || !URL.canParse(text)) return { reason: 'names no address to get a token from' };
  const url = new URL(text);
  const registry = new URL(endpoint.origin);
  const own = url.hostname === registry.hostname;
  const isUsual = url.protocol === 'https:' && url.port === '';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { reason: `wants a token from ${url.protocol}` };
  if (url.username !== '' || url.password !== '') return { reason: 'names an address with a password in it' };
  if (url.protocol === 'http:' && (registry.protocol !== 'http:' || !(own || isLoopback(url.hostname)))) {
    return { reason: `wants a token from ${url.host} without TLS, where anybody could read it` };
  }
  return {
    url,
    own,
    trusted:
      (own && portOf(url) === portOf(registry)) ||
      (isUsual && (own || belongs(url.hostname, registry.hostname, endpoint))),
  };
}

function portOf({ protocol, port }: URL): string {
  return port !== '' ? port : protocol === 'https:' ? '443' : '80';
}

function belongs(realm: string, registry: string, endpoint: Endpoint): boolean {
  if (knownRealms.some((known) => known.registry.test(endpoint.registry) && known.realm.test(realm))) return true;
  const parent = registrableParent(registry);
  return parent !== undefined && parent === registrableParent(realm);
}

/** Token services that have another parent than their registry, or one that they share with strangers. */
const knownRealms: readonly { readonly registry: RegExp; readonly realm: RegExp }[] = [
  { registry: /^docker\.io$/, realm: /^auth\.docker\.io$/ },
  { registry: /\.aliyuncs\.com$/, realm: /^dockerauth(?:-ee|-vpc)?\.[a-z0-9-]+\.aliyuncs\.com$/ },
];

/** The domain that somebody registered, as far as that can be told without the list of public suffixes. */
export function registrableParent(hostname: string): string | undefined {
  const host = hostname.replace(/\.$/, '');
  if (host.startsWith('[') || isIP(host) !== 0) return undefined;
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  const second = labels.at(-2) ?? '';
  const wanted = last.length === 2 && (secondLevel.has(second) || second.length <= 2) ? 3 : 2;
  if (labels.length < wanted) return undefined;
  const parent = labels.slice(-wanted).join('.');
  return shared.has(labels.slice(-2).join('.')) || shared.has(parent) ? undefined : parent;
}

/** Labels below a country's that are no names: `co.uk`, `com.cn`. */
const secondLevel: ReadonlySet<string> = new Set('ac co com edu gob gov mil ne net nom or org'.split(' '));

/** Domains below which everybody can get a name. */
const shared: ReadonlySet<string> = new Set(
  `aliyuncs.com amazonaws.com amazonaws.com.cn appspot.com azure.com azurecr.cn azurecr.io azurecr.us azurecontainer.io
  azurewebsites.net cloudapp.net cloudflare.net cloudfront.net digitaloceanspaces.com duckdns.org dyndns.org fly.dev
  fly.io github.io githubusercontent.com gitlab.io googleapis.com herokuapp.com in-addr.arpa jfrog.io
  kasm.cloud local localhost myqcloud.com netlify.app ngrok-free.app ngrok.app ngrok.io nip.io no-ip.org ocir.io
  ondigitalocean.app onrender.com oraclecloud.com ovh.net pages.dev pkg.dev quay.app r2.dev railway.app readthedocs.io
  rhcloud.com run.app scw.cloud sslip.io traefik.me trafficmanager.net ts.net tencentcloudcr.com vercel.app
  web.app windows.net workers.dev xip.io`.split(/\s+/),
);
