import path from 'node:path';
import type { Report } from '../model/report.ts';
import type { Invocation } from './command.ts';
import { readReportFile } from './report-file.ts';
import { selectChecks } from './select-checks.ts';
import { checkStandardInput } from './standard-input.ts';

/**
 * The reports that a word stands for: those of a file, or of an image that is scanned now as the command line says.
 * @param withoutAdvisories nothing is asked that only vulnerabilities tell, so that none are fetched
 */
export async function reportsOf(
  word: string,
  invocation: Invocation,
  { withoutAdvisories = false }: { readonly withoutAdvisories?: boolean } = {},
): Promise<readonly Report[]> {
  checkStandardInput([word], invocation.io);
  const read = await readReportFile(path.resolve(invocation.io.folder, word), word);
  if (read !== undefined) return read;
  const [{ supplyAdvisories }, { scanImages }, { checks }] = await Promise.all([
    import('./advisory-supply.ts'),
    import('./scan-images.ts'),
    import('../checks/index.ts'),
  ]);
  const chosen = selectChecks(invocation.configuration.settings, checks);
  const selection = withoutAdvisories ? { ...chosen, vulnerability: false } : chosen;
  return (await scanImages([word], selection, supplyAdvisories, { ...invocation, words: [word] })).reports;
}
