import { statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { ServiceScanner } from '../../model/service-scanner.ts';

/**
 * The scanners that `--service-scanners` names: `drydock`, programs that are installed, and folders of templates, which ours
 * asks besides its own.
 * @throws UsageError for a word that is neither
 */
export async function chooseScanners(
  words: readonly string[],
  folder: string,
  temporary: string,
  command?: string,
): Promise<readonly ServiceScanner[]> {
  const chosen = words.length === 1 && words[0] === 'none' ? [] : words;
  if (chosen.length === 0 && command === undefined) return [];
  const [
    { probeScanner, customScanner, loadTemplates, nmapScanner, nucleiScanner, testsslScanner },
    { starterProbes },
  ] = await Promise.all([
    import('../../runtime/service-scan/index.ts'),
    import('../../runtime/service-scan/starter-probes.ts'),
  ]);
  const sets = [];
  const scanners: ServiceScanner[] = [];
  for (const word of chosen) {
    if (word === 'drydock') sets.push(await starterProbes());
    else if (word === 'nmap') scanners.push(nmapScanner());
    else if (word === 'nuclei') scanners.push(nucleiScanner());
    else if (word === 'testssl') scanners.push(testsslScanner(temporary));
    else if (isPlace(path.resolve(folder, word))) sets.push(await loadTemplates(path.resolve(folder, word)));
    else {
      throw new UsageError(
        'usage.option',
        `--service-scanners: ${JSON.stringify(word)} is none of drydock, nmap, nuclei, testssl, and no folder of templates.`,
      );
    }
  }
  if (command !== undefined)
    scanners.push(
      customScanner(
        'command',
        command.split(/\s+/).filter((word) => word !== ''),
      ),
    );
  return [...(sets.length > 0 ? [probeScanner(sets)] : []), ...scanners];
}

function isPlace(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false }) !== undefined;
}
