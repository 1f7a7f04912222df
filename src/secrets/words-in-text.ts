import { readShell } from '../formats/shell/read-shell.ts';
import { readQuoted } from '../history/go-values.ts';
import type { ShellCommand } from '../model/shell-script.ts';

/** A word of a command, and where in the text it is written, its quotes among it. */
export interface WordInText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Words that are not written as they are read: those of lists with quotes, as exec forms are put down (`["a","b"]`,
 * `["a" "b"]`), and those of commands of a shell of which one is put together by its quotes (`"ab"'cd'`).
 */
export function* wordsInText(text: string): Iterable<readonly WordInText[]> {
  yield* quotedLists(text);
  if (isGlued(text)) yield* gluedCommands(text);
}

/** Each character is looked at once: behind a list, or where it stops to be one, the next is looked for. */
function* quotedLists(text: string): Iterable<readonly WordInText[]> {
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at)) {
    at++;
    const words: WordInText[] = [];
    for (;;) {
      while (text[at] === ' ' || text[at] === ',') at++;
      const quoted = text[at] === '"' ? readQuoted(text, at) : undefined;
      if (quoted === undefined) break;
      words.push({ text: quoted.value, start: at, end: quoted.end });
      at = quoted.end;
    }
    if (words.length > 0) yield words;
    // A quote that is not closed: nothing behind it is a list.
    if (text[at] === '"') return;
  }
}

/** Quotes or a backslash between characters of one word, a text of C (`$'\x41'`). */
export function isGlued(text: string): boolean {
  return /[\w+/=-](?:\\\n?|["'])["'\\]?[\w+/=-]|["']["']\w|\$'/.test(text);
}

function* gluedCommands(text: string): Iterable<readonly WordInText[]> {
  for (const command of readShell(text).commands) {
    const words = wordsOf(command).map((word) => ({ text: word.text, start: word.offset, end: word.end }));
    if (words.some(({ text: word, start, end }) => !text.slice(start, end).includes(word))) yield words;
  }
}

function wordsOf({ words, wrappers, assignments, redirections }: ShellCommand) {
  const targets = redirections.flatMap(({ target, operator }) =>
    target === undefined || operator.startsWith('<<-') ? [] : [target],
  );
  return [
    ...wrappers.flatMap((wrapper) => wrapper.words),
    ...words,
    ...assignments.map(({ value }) => value),
    ...targets,
  ];
}
