import type { Settings } from './schema.ts';
import { useAnswer } from './use-answer.ts';

/** How the service is configured; undefined until it said so. */
export function useSettings(): Settings | undefined {
  return useAnswer('GET /api/settings').data;
}
