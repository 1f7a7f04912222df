import { DrydockError, UsageError } from '../../errors.ts';
import { formatImageReference, parseImageReference } from '../../image/reference.ts';
import { isListed } from '../../net/guarded-dialer.ts';
import type { CredentialSource, Credentials } from '../../net/registry/credentials.ts';
import { canonicalRegistry } from '../../net/registry/endpoint.ts';
import { Secret } from '../../net/registry/secret.ts';
import type { ScanSource } from '../scan-source.ts';

/** What Harbor asks for: a registry with what opens it, and an artifact in it. */
export interface HarborScanRequest {
  readonly registry: { readonly url: string; readonly authorization?: string | undefined };
  readonly artifact: { readonly repository: string; readonly digest: string; readonly tag?: string | undefined };
}

/**
 * What is to be read for a request of Harbor. Its credentials stay in the memory of this process, for this scan alone.
 * @throws UsageError for a request that cannot be understood
 * @throws DrydockError `service.host` for a registry without TLS that is not on the list
 */
export function sourceOf(
  { registry, artifact }: HarborScanRequest,
  hosts: readonly string[],
): ScanSource & { readonly kind: 'registry' } {
  const url = registryUrl(registry.url);
  const { repository, digest, tag } = artifact;
  const name = `${url.host}/${repository}${tag === undefined || tag === '' ? '' : `:${tag}`}@${digest}`;
  const parsed = parseImageReference(name);
  if (url.protocol === 'http:' && !isListed(url, hosts)) {
    throw new DrydockError(
      'service.host',
      `${url.host} is spoken to without TLS, and not one of the registries that the service was told of.`,
    );
  }
  const credentials = credentialsOf(registry.authorization, parsed.registry);
  return {
    kind: 'registry',
    reference: formatImageReference(parsed),
    plainHttp: url.protocol === 'http:',
    credentials,
  };
}

function registryUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new UsageError('usage.option', 'registry.url is to be the http or https address of a registry.');
  }
  if (!/^\/?(?:v2\/?)?$/.test(url.pathname)) {
    throw new UsageError('usage.option', 'registry.url is to name a host alone: registries stand at its root.');
  }
  return url;
}

/** None of the service's own go along: Harbor says what opens its registry. */
function credentialsOf(authorization: string | undefined, registry: string): CredentialSource {
  const credentials = authorization === undefined || authorization === '' ? undefined : parse(authorization);
  const own = canonicalRegistry(registry);
  return {
    find: (wanted) => Promise.resolve(canonicalRegistry(wanted) === own ? credentials : undefined),
  };
}

function parse(authorization: string): Credentials {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  const from = 'the scan request';
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', secret: new Secret(value), from };
  const pair = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString('utf8') : '';
  const colon = pair.indexOf(':');
  if (colon < 1) throw new UsageError('usage.option', 'registry.authorization is neither of basic nor of bearer form.');
  return { kind: 'password', username: pair.slice(0, colon), secret: new Secret(pair.slice(colon + 1)), from };
}
