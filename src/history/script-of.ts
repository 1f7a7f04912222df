import { readShell, readWords } from '../formats/shell/read-shell.ts';
import type { InstructionArguments, InstructionKind } from '../model/history.ts';
import type { ShellScript } from '../model/shell-script.ts';
import { isReadable } from './shells.ts';

/** The commands of an instruction, read when they are first asked for, and once. */
export function scriptOf(
  kind: InstructionKind,
  { form, command, words }: InstructionArguments,
  shell: readonly string[] | undefined,
): (() => ShellScript) | undefined {
  if (kind === 'ONBUILD' || form === undefined) return undefined;
  if (shell !== undefined && !isReadable(shell)) return undefined;
  let script: ShellScript | undefined;
  return () => {
    script ??= form === 'exec' ? readWords(words) : readShell(command ?? '');
    return script;
  };
}
