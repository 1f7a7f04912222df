import path from 'node:path';
import { cacheFolder } from '../advisories/location.ts';
import { isLocal, readClamdAddress } from '../checks/malware/clamd/clamd.ts';
import { UsageError } from '../errors.ts';
import type { CheckSettings } from '../model/check.ts';
import { starterRules } from '../rules/starter.ts';
import type { Invocation } from './command.ts';

/** What checks of contents are told: the rules that this user has, and where compiled ones are kept. */
export function checkSettings({ configuration, io }: Pick<Invocation, 'configuration' | 'io'>): CheckSettings {
  const { settings } = configuration;
  const folder = cacheFolder(settings['cache-dir'], io.environment);
  const starter = starterRules();
  return {
    ruleSets: starter === undefined ? [] : [starter],
    compiled: path.join(folder, 'rules'),
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
