import type { Session } from './schema.ts';
import { useAnswer } from './use-answer.ts';

type Scope = NonNullable<Session['scope']>;

/** From what may least to what may most. */
const scopes: readonly Scope[] = ['read', 'scan', 'observe', 'admin'];

/** Who asks, and what they may do; undefined until the service said so. */
export function useSession(): Session | undefined {
  return useAnswer('GET /api/session').data;
}

/**
 * Why something must not be done, in words for a tooltip; undefined: it may. What is not known is left to the service,
 * which refuses what is not allowed.
 * @param needed scope of the operation, as openapi.json has it
 */
export function useRefusal(needed: Scope): string | undefined {
  const session = useSession();
  if (session?.scope === undefined || scopes.indexOf(session.scope) >= scopes.indexOf(needed)) return undefined;
  return `Your token may ${session.scope}; this needs ${needed}.`;
}
