import path from 'node:path';
import { cacheFolder } from '../advisories/location.ts';
import { isLocal, readClamdAddress } from '../checks/malware/clamd/clamd.ts';
import { UsageError } from '../errors.ts';
import type { CheckSettings } from '../model/check.ts';
import { ruleSetFolder } from '../rules/rule-store.ts';
import { starterModel } from '../rules/starter.ts';
import type { Invocation } from './command.ts';
import { selectRules } from './select-rules.ts';

/** Where what is compiled of rules is kept. */
export function compiledRuleFolder(cacheFolder: string): string {
  return path.join(cacheFolder, 'rules');
}

/** What checks of contents are told: the rules that this user has, and where compiled ones are kept. */
export function checkSettings({ configuration, io }: Pick<Invocation, 'configuration' | 'io'>): CheckSettings {
  const { settings } = configuration;
  const folder = cacheFolder(settings['cache-dir'], io.environment);
  const { ruleSets, problems } = selectRules(settings.rules, ruleSetFolder(folder), io.folder);
  // No rules at all: what a model learned is one.
  const model = settings.rules.includes('none') ? undefined : starterModel();
  return {
    ruleSets,
    ruleProblems: problems,
    ...(model && { webshellModel: model }),
    compiled: compiledRuleFolder(folder),
    deep: settings.deep,
    unwanted: settings.unwanted,
    ...(settings.clamd !== undefined && { clamd: clamdOf(settings.clamd, settings.offline) }),
  };
}

/** @throws UsageError where it is no address, or one that --offline does not allow */
function clamdOf(text: string, offline: boolean): string {
  const address = readClamdAddress(text);
  const shown = JSON.stringify(text);
  if (address === undefined) {
    throw new UsageError('usage.option', `--clamd: ${shown} is neither the path of a socket nor HOST:PORT.`);
  }
  if (offline && !isLocal(address)) {
    throw new UsageError('usage.option', `--clamd: ${shown} is another machine, which --offline does not allow.`);
  }
  return text;
}
