import type { ShellScript, ShellWord } from '../../model/shell-script.ts';
import { ListReader } from './list-reader.ts';
import { EndOfReading, ScriptDraft, type ShellLimits, shellLimits } from './script-draft.ts';

export interface ShellOptions {
  readonly limits?: Partial<ShellLimits>;
}

/**
 * Reads a text as POSIX shells and bash do, without running anything: simple commands in the order in which they would run
 * (both branches of an `if`, the body of a loop once, that of a function where it stands). Texts that it gives to other
 * shells are read in turn. Takes every text, in time linear in its length; what a shell would refuse is an oddity, and
 * reading goes on.
 *
 * Sources: POSIX.1-2024 "Shell Command Language", Bash Reference Manual.
 */
export function readShell(text: string, options: ShellOptions = {}): ShellScript {
  return readCounted(text, options).script;
}

/** The same with what it cost, in characters looked at. */
export function readCounted(
  text: string,
  options: ShellOptions = {},
): { readonly script: ShellScript; readonly steps: number } {
  const limits = { ...shellLimits, ...options.limits };
  const root = text.length > limits.characters ? text.slice(0, limits.characters) : text;
  const draft = new ScriptDraft(root, limits);
  reading(() => new ListReader(root, draft, { offset: 0 }, []).readAll());
  if (root.length < text.length) draft.incomplete ??= `longer than ${limits.characters} characters`;
  return { script: draft.finish(), steps: draft.steps };
}

/**
 * The same for a command that is in words already: a list of exec form. Offsets are those in the words joined by blanks.
 */
export function readWords(words: readonly string[], options: ShellOptions = {}): ShellScript {
  const limits = { ...shellLimits, ...options.limits };
  const root = words.join(' ').slice(0, limits.characters);
  const draft = new ScriptDraft(root, limits);
  let at = 0;
  const read: ShellWord[] = words.map((text) => {
    const offset = at;
    at += text.length + 1;
    return { text, literal: text, isQuoted: true, isPattern: false, offset, end: offset + text.length };
  });
  reading(() => {
    for (const _ of read) draft.countWord();
    if (at - 1 > limits.characters) draft.stop(`longer than ${limits.characters} characters`);
    if (read.length > 0) new ListReader(root, draft, { offset: 0 }, []).takeWords(read, Math.max(0, at - 1));
  });
  return draft.finish();
}

function reading(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof EndOfReading)) throw error;
  }
}
