/** Variables that no program we start needs to know. */
const secrets: ReadonlySet<string> = new Set(['DRYDOCK_REGISTRY_USERNAME', 'DRYDOCK_REGISTRY_PASSWORD']);

/**
 * The environment for a program that we start (ssh, a credential helper): ours, for the settings of the user in it, but
 * without credentials. Whoever may look at that program, or whatever it hands on, would have them.
 */
export function childEnvironment(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secrets.has(name)));
}
