import { probesFolder } from '../probes-folder.ts';
import { ruleOfTemplate, type ServiceRule } from './finding.ts';
import { passwordRules } from './passwords/try-passwords.ts';
import { sshRules } from './ssh/rules.ts';
import { type LoadedTemplates, loadTemplates } from './templates/load-templates.ts';
import { tlsRules } from './tls/rules.ts';

/** Templates that come with Drydock. None where the folder is missing. */
export async function starterProbes(folder: string = probesFolder): Promise<LoadedTemplates> {
  try {
    return await loadTemplates(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { templates: [], refusals: [{ file: folder, kind: 'broken', reason }] };
  }
}

/** Rules of all findings of our own scanner, by id. */
export async function serviceRules(): Promise<readonly ServiceRule[]> {
  const { templates } = await starterProbes();
  const coded = [tlsRules, sshRules, passwordRules].flatMap((rules): ServiceRule[] => Object.values(rules));
  return [...templates.map(ruleOfTemplate), ...coded].sort((a, b) => (a.id < b.id ? -1 : 1));
}
