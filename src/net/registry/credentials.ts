import { UsageError } from '../../errors.ts';
import { canonicalRegistry } from './endpoint.ts';
import { Secret } from './secret.ts';

/** What proves to a registry who asks. */
export interface Credentials {
  /** `password` is user and password; `identity` is exchanged for tokens; `bearer` is a token itself. */
  readonly kind: 'password' | 'identity' | 'bearer';
  /** Only of `password`. */
  readonly username?: string;
  readonly secret: Secret;
  /** Where it was found, for messages: `the environment`, `/home/me/.docker/config.json`. */
  readonly from: string;
}

/** Where credentials are looked up. */
export interface CredentialSource {
  /**
   * Credentials for a repository of a registry.
   * @param registry `docker.io`, `localhost:5000`: of a mirror, its own name
   * @throws UsageError when the place to look at was named by the user and cannot be used
   */
  find(registry: string, repository: string): Promise<Credentials | undefined>;
}

export const noCredentials: CredentialSource = { find: () => Promise.resolve(undefined) };

/** Asks one source after the other. */
export function firstCredentials(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async find(registry, repository) {
      for (const source of sources) {
        const found = await source.find(registry, repository);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/**
 * DRYDOCK_REGISTRY_USERNAME and DRYDOCK_REGISTRY_PASSWORD, for the one registry that DRYDOCK_REGISTRY names: credentials
 * that went to whatever registry is scanned would go to a hostile one some day.
 * @throws UsageError when one is given without the others
 */
export function environmentCredentials(environment: Readonly<Record<string, string | undefined>>): CredentialSource {
  const registry = environment['DRYDOCK_REGISTRY'] ?? '';
  const username = environment['DRYDOCK_REGISTRY_USERNAME'] ?? '';
  const password = environment['DRYDOCK_REGISTRY_PASSWORD'] ?? '';
  if (username === '' && password === '') return noCredentials;
  if (username === '' || password === '' || registry === '') {
    throw new UsageError(
      'usage.configuration',
      'DRYDOCK_REGISTRY_USERNAME, DRYDOCK_REGISTRY_PASSWORD and DRYDOCK_REGISTRY (the host they belong to, as in "ghcr.io") must be given together',
    );
  }
  const own = canonicalRegistry(registry);
  const credentials: Credentials = {
    kind: 'password',
    username,
    secret: new Secret(password),
    from: 'the environment',
  };
  return { find: (wanted) => Promise.resolve(canonicalRegistry(wanted) === own ? credentials : undefined) };
}
