import type { Check } from '../model/check.ts';
import { configuration } from './configuration/index.ts';
import { endOfLife } from './end-of-life/index.ts';
import { evasion } from './evasion/index.ts';
import { history } from './history/index.ts';
import { malware } from './malware/index.ts';
import { models } from './models/index.ts';
import { persistence } from './persistence/index.ts';
import { secrets } from './secrets/index.ts';
import { webshells } from './webshells/index.ts';

/** All checks: one folder and one line each. */
export const checks: readonly Check[] = [
  configuration,
  endOfLife,
  evasion,
  history,
  malware,
  models,
  persistence,
  secrets,
  webshells,
];
