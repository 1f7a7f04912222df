import type { ShellScript } from '../../model/shell-script.ts';

export interface ShellOptions {
  readonly limits?: Partial<ShellLimits>;
}

/** Budgets of one text, nested ones counted in. */
export interface ShellLimits {
  /** UTF-16 units of the text. */
  readonly characters: number;
  readonly commands: number;
  readonly words: number;
  /** Substitutions, groups and texts given to other shells, in one another. */
  readonly depth: number;
}

/** Reads a text as POSIX shells and bash do. */
export function readShell(_text: string, _options: ShellOptions = {}): ShellScript {
  return { commands: [], oddities: [], incomplete: 'not read yet' };
}

/** The same for a command that is in words already: a list of exec form. */
export function readWords(_words: readonly string[], _options: ShellOptions = {}): ShellScript {
  return { commands: [], oddities: [], incomplete: 'not read yet' };
}
