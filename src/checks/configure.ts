import type { Check, CheckSettings } from '../model/check.ts';

/** The checks with the rules that they judge by. Every thread does it by itself. */
export async function configureChecks(checks: readonly Check[], settings: CheckSettings): Promise<readonly Check[]> {
  return await Promise.all(checks.map((check) => check.configure?.(settings) ?? check));
}

/**
 * Hands the checks over with their rules, and lets go of these in the end. What went wrong with a set, a daemon or too many
 * files is remembered for as long: it is said of these images and of no others.
 */
export async function withConfiguredChecks<T>(
  checks: readonly Check[],
  settings: CheckSettings,
  use: (configured: readonly Check[]) => Promise<T>,
): Promise<T> {
  const configured = await configureChecks(checks, settings);
  try {
    return await use(configured);
  } finally {
    for (const check of configured) check.close?.();
  }
}
