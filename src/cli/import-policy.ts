import path from 'node:path';
import type { WrittenPolicy } from '../policy/import/write-policy.ts';
import type { CommandIo } from './command.ts';
import { readWhole, shownPath } from './policy-file.ts';
import { currentTime } from './scan-context.ts';

/**
 * Makes one policy of files of other tools.
 * @throws UsageError where one cannot be read, or is none of the known ones
 */
export async function importPolicy(
  files: readonly string[],
  io: Pick<CommandIo, 'folder' | 'environment'>,
): Promise<WrittenPolicy> {
  const [{ importFile }, { writePolicy }, { mostPolicyBytes }, { whyNoRule }, { checks }] = await Promise.all([
    import('../policy/import/import.ts'),
    import('../policy/import/write-policy.ts'),
    import('../policy/read.ts'),
    import('../checks/ids-of-others.ts'),
    import('../checks/index.ts'),
  ]);
  const whyNot = (tool: string, id: string): string | undefined => whyNoRule(tool, id, checks);
  const imported = [];
  for (const word of files) {
    const file = path.resolve(io.folder, word);
    const bytes = await readWhole(file, word, mostPolicyBytes);
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    imported.push(await importFile(shownPath(file, io.folder), text, whyNot));
  }
  return writePolicy(imported, currentTime(io.environment));
}
