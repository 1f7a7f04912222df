/** Variables that no program we start needs to know. */
const secrets: ReadonlySet<string> = new Set([
  'COSIGN_PASSWORD',
  'DRYDOCK_KEY_PASSWORD',
  'DRYDOCK_PAGINATION_KEY',
  'DRYDOCK_REGISTRY_PASSWORD',
  'DRYDOCK_REGISTRY_USERNAME',
  'DRYDOCK_STORE',
  'DRYDOCK_TOKENS',
]);

/**
 * The environment for a program that we start (ssh, a credential helper): ours, for the settings of the user in it, but
 * without credentials. Whoever may look at that program, or whatever it hands on, would have them.
 */
export function childEnvironment(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secrets.has(name)));
}
