import { configureChecks } from '../../src/checks/configure.ts';
import { checks } from '../../src/checks/index.ts';
import type { Check } from '../../src/model/check.ts';
import { starterModel, starterRules } from '../../src/rules/starter.ts';

/** All checks, as a scan has them of whom nobody wants anything special. */
export async function contentChecks(): Promise<readonly Check[]> {
  const [rules, model] = [starterRules(), starterModel()];
  return await configureChecks(checks, {
    ruleSets: rules === undefined ? [] : [rules],
    deep: false,
    unwanted: false,
    ...(model && { webshellModel: model }),
  });
}
