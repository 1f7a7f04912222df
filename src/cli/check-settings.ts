import path from 'node:path';
import { cacheFolder } from '../advisories/location.ts';
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
  };
}
