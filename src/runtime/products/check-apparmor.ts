import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ObservationProofs } from '../../model/observation.ts';
import { eitherSignal, timeLimit } from '../../signals.ts';
import { runProgram } from '../run-program.ts';

/** Many who may write a profile have no folder of system programs in their path. */
const PROGRAMS = ['apparmor_parser', '/usr/sbin/apparmor_parser', '/sbin/apparmor_parser'];

/** Milliseconds: it compiles automata of all paths. */
const PATIENCE = 60_000;

/** Characters of what the parser says. */
const MOST_WORDS = 500;

/**
 * Asks the parser of this machine whether it understands a profile; nothing is loaded into the kernel
 * (apparmor_parser(8), `--skip-kernel-load`). Whether the image lives under it only a kernel with AppArmor can show.
 * @param folder for the file that it reads
 * @throws the reason of the signal
 */
export async function checkAppArmor(
  text: string,
  folder: string,
  signal: AbortSignal,
): Promise<ObservationProofs['appArmor']> {
  const file = path.join(folder, 'apparmor.profile');
  await writeFile(file, text);
  for (const program of PROGRAMS) {
    try {
      const command = [program, '--skip-kernel-load', '--skip-cache', file];
      const { status, error } = await runProgram(command, eitherSignal([signal, timeLimit(PATIENCE)]));
      if (status === 0) return { parser: 'accepted', reason: 'apparmor_parser of this machine understands it' };
      // A file that it includes is missing: that is about this machine, and not about the profile.
      if (/could not open|no such file/i.test(error))
        return { parser: 'unasked', reason: wordsOf(error.replaceAll(file, 'apparmor.profile')) };
      return { parser: 'refused', reason: wordsOf(error.replaceAll(file, 'apparmor.profile')) };
    } catch (error) {
      signal.throwIfAborted();
      if (isAbsent(error)) continue;
      return { parser: 'unasked', reason: wordsOf(error instanceof Error ? error.message : String(error)) };
    }
  }
  return { parser: 'unasked', reason: 'apparmor_parser is not installed' };
}

function wordsOf(text: string): string {
  const words = text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_WORDS);
  return words === '' ? 'it said nothing' : words;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');
}
