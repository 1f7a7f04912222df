import { ruleOfProbe, type ServiceRule } from './finding.ts';
import { passwordRules } from './passwords/try-passwords.ts';
import { readProbes } from './probes/read-probes.ts';
import { sshRules } from './ssh/rules.ts';
import { tlsRules } from './tls/rules.ts';

/** Rules of all findings of our own scanner, by id. */
export async function serviceRules(): Promise<readonly ServiceRule[]> {
  const { probes } = await readProbes();
  const coded = [tlsRules, sshRules, passwordRules].flatMap((rules): ServiceRule[] => Object.values(rules));
  return [...probes.map(ruleOfProbe), ...coded].sort((a, b) => (a.id < b.id ? -1 : 1));
}
