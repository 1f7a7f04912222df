import { statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { ServiceScanner } from '../../model/service-scanner.ts';

/**
 * The scanners that `--service-scanners` names: `drydock`, and programs that are installed.
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
  const { probeScanner, customScanner, nmapScanner, nucleiScanner, readProbes, testsslScanner } = await import(
    '../../runtime/service-scan/index.ts'
  );
  const scanners: ServiceScanner[] = [];
  for (const word of chosen) {
    const templates = /^nuclei:(.+)$/s.exec(word)?.[1];
    if (word === 'drydock') scanners.unshift(probeScanner(await readProbes()));
    else if (word === 'nmap') scanners.push(nmapScanner());
    else if (word === 'nuclei') scanners.push(nucleiScanner());
    else if (templates !== undefined) scanners.push(nucleiScanner('nuclei', placeOf(folder, templates)));
    else if (word === 'testssl') scanners.push(testsslScanner(temporary));
    else if (isPlace(path.resolve(folder, word))) {
      throw refusal(
        `${JSON.stringify(word)}: templates are run by nuclei alone, where it is installed: nuclei:${word}`,
      );
    } else throw refusal(`${JSON.stringify(word)} is none of drydock, nmap, nuclei, nuclei:FOLDER, testssl.`);
  }
  if (command !== undefined)
    scanners.push(
      customScanner(
        'command',
        command.split(/\s+/).filter((word) => word !== ''),
      ),
    );
  return scanners;
}

function placeOf(folder: string, templates: string): string {
  const place = path.resolve(folder, templates);
  if (!isPlace(place)) throw refusal(`${place}: there are no templates.`);
  return place;
}

function refusal(reason: string): UsageError {
  return new UsageError('usage.option', `--service-scanners: ${reason}`);
}

function isPlace(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false }) !== undefined;
}
