import { UsageError } from '../../errors.ts';
import { isLoopback } from '../dial.ts';

/** A host that can be asked for a repository: the registry itself, or a mirror of it. */
export interface Endpoint {
  /** Whose credentials it gets: `docker.io`, `ghcr.io`, `localhost:5000`. A mirror has its own. */
  readonly registry: string;
  /** `https://registry-1.docker.io` */
  readonly origin: string;
  /** Repositories of a mirror may stand below a path: `` or `proxy/`. */
  readonly prefix: string;
  readonly mirror: boolean;
}

export interface EndpointOptions {
  /** Mirrors by registry, in the order in which they are tried: `docker.io` -> `mirror.local:5000`, `host/path`. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]>;
  /** Registries and mirrors (`host`, `host:port`) that are spoken to without TLS. Those on this machine always are. */
  readonly plainHttp?: readonly string[];
}

/** The host that serves a registry. Docker Hub is known by another name than the one it answers to. */
function hostOf(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

/** One name for what is written in several ways: those of Docker Hub, and upper case. */
export function canonicalRegistry(registry: string): string {
  const name = registry.toLowerCase();
  return name === 'index.docker.io' || name === 'registry-1.docker.io' ? 'docker.io' : name;
}

/**
 * Where a registry can be asked, mirrors first.
 * @throws UsageError for a mirror that is no `host[:port][/path]`
 */
export function endpointsOf(registry: string, options: EndpointOptions): readonly Endpoint[] {
  const mirrors = options.mirrors?.get(registry) ?? [];
  return [
    ...mirrors.map((mirror) => {
      const slash = mirror.indexOf('/');
      const host = slash < 0 ? mirror : mirror.slice(0, slash);
      const path = slash < 0 ? '' : mirror.slice(slash + 1).replace(/\/+$/, '');
      if (!/^(?:[a-z0-9][a-z0-9._/-]*)?$/.test(path)) throw badMirror(registry, mirror);
      return endpoint(host, path === '' ? '' : `${path}/`, true, options, () => badMirror(registry, mirror));
    }),
    endpoint(registry, '', false, options, () => new UsageError('usage.option', `${registry} is no registry`)),
  ];
}

function badMirror(registry: string, mirror: string): UsageError {
  return new UsageError(
    'usage.option',
    `the mirror ${JSON.stringify(mirror)} of ${registry} is not of the form HOST[:PORT][/PATH]`,
  );
}

function endpoint(
  name: string,
  prefix: string,
  mirror: boolean,
  { plainHttp = [] }: EndpointOptions,
  bad: () => UsageError,
): Endpoint {
  const registry = canonicalRegistry(name);
  const host = hostOf(registry);
  const text = `https://${host}/`;
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(host) || !URL.canParse(text)) throw bad();
  const secure = new URL(text);
  const plain = isLoopback(secure.hostname) || plainHttp.some((known) => canonicalRegistry(known) === registry);
  return { registry, origin: plain ? new URL(`http://${host}/`).origin : secure.origin, prefix, mirror };
}
