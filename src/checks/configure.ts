import type { Check, CheckSettings } from '../model/check.ts';

/** The checks with the rules that they judge by. Every thread does it by itself. */
export async function configureChecks(checks: readonly Check[], settings: CheckSettings): Promise<readonly Check[]> {
  return await Promise.all(checks.map((check) => check.configure?.(settings) ?? check));
}
