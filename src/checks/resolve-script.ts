import { readShell } from '../formats/shell/read-shell.ts';
import type { ShellAssignment, ShellCommand, ShellScript, ShellWord } from '../model/shell-script.ts';

/** How often values are put in, since they may bring variables with them. */
const TIMES = 3;
/** Names that are followed, and characters of a value. */
const MOST_NAMES = 500;
const MOST_VALUE = 1000;
/** How much longer values may make a text. */
const MOST_GROWTH = 4;

/** Characters of values that mean the same to a shell wherever they stand; a pipe and its like only where they are run. */
const plain = /^[\w./:@%+=,~-]*$/;
const plainWords = /^[\w./:@%+=,~ -]*$/;

/**
 * The script as it is once its own variables and aliases are put in, as far as the text tells their values; undefined where
 * that changes nothing. Whoever hides the name of a program writes it so: `C=curl; $C http://... | sh`.
 * @param known what a variable holds before the script begins
 */
export function resolveScript(text: string, known: Known = () => undefined): ShellScript | undefined {
  let resolved = text;
  for (let time = 0; time < TIMES; time++) {
    if (!resolved.includes('$') && !/\balias\b/.test(resolved)) break;
    const next = putIn(resolved, readShell(resolved).commands, known);
    if (next === resolved || next.length > MOST_GROWTH * text.length + MOST_VALUE) break;
    resolved = next;
  }
  return resolved === text ? undefined : readShell(resolved);
}

/** The value of a variable; undefined where it is not known. */
export type Known = (name: string) => string | undefined;

interface Replacement {
  readonly offset: number;
  readonly end: number;
  readonly text: string;
}

function putIn(text: string, commands: readonly ShellCommand[], known: Known): string {
  const values = new Values(known);
  const aliases = new Map<string, string>();
  const replacements = new Map<number, Replacement>();
  for (const command of commands) {
    const { words, wrappers, assignments } = command;
    const all = [...wrappers.flatMap((wrapper) => wrapper.words), ...words];
    for (const [at, word] of all.entries()) {
      const alias = at === 0 && !word.isQuoted ? aliases.get(word.literal ?? '') : undefined;
      const value = alias ?? textFor(word, values) ?? withoutEscapes(word);
      // Of a word in a quoted text with escapes the place is that of the whole text.
      const written = text.slice(word.offset, word.end);
      if (value === undefined || value === written || bare(written) !== bare(word.text)) continue;
      replacements.set(word.offset, { offset: word.offset, end: word.end, text: value });
    }
    if (words.length === 0) for (const assignment of assignments) values.assign(assignment);
    else if (words[0]?.literal === 'alias') {
      for (const { literal = '' } of words.slice(1)) {
        const equals = literal.indexOf('=');
        const value = literal.slice(equals + 1);
        if (equals > 0 && plainWords.test(value) && aliases.size < MOST_NAMES)
          aliases.set(literal.slice(0, equals), value);
      }
    } else if (/^(?:export|declare|local|readonly|typeset)$/.test(words[0]?.literal ?? '')) {
      for (const { literal } of words.slice(1)) {
        const equals = literal?.indexOf('=') ?? -1;
        if (literal !== undefined && equals > 0) values.set(literal.slice(0, equals), literal.slice(equals + 1));
      }
    }
  }
  return replaced(text, [...replacements.values()]);
}

/** Values of variables while a script is gone through. */
class Values {
  readonly #known: Known;
  /** Undefined where the script made it something that the text does not tell. */
  readonly #set = new Map<string, string | undefined>();

  constructor(known: Known) {
    this.#known = known;
  }

  get(name: string): string | undefined {
    return this.#set.has(name) ? this.#set.get(name) : this.#known(name);
  }

  set(name: string, value: string | undefined): void {
    const isKept = this.#set.has(name) || this.#set.size < MOST_NAMES;
    if (isKept) this.#set.set(name, value !== undefined && value.length > MOST_VALUE ? undefined : value);
  }

  assign({ name, value: word, isAppended }: ShellAssignment): void {
    const value = word.literal ?? literalOf(word, this);
    this.set(name, value === undefined ? undefined : `${isAppended ? (this.get(name) ?? '') : ''}${value}`);
  }
}

/** What the pieces of a word come to, all of which are known. */
function literalOf({ pieces = [] }: ShellWord, values: Values): string | undefined {
  let text = '';
  for (const { kind, text: written, name, operation } of pieces) {
    if (kind === 'literal') text += written;
    else if (kind !== 'variable' || name === undefined) return undefined;
    else {
      const value = valueOfVariable(name, operation, values);
      if (value === undefined) return undefined;
      text += value;
    }
    if (text.length > MOST_VALUE) return undefined;
  }
  return text;
}

function valueOfVariable(name: string, operation: string | undefined, values: Values): string | undefined {
  if (name === 'IFS' && values.get(name) === undefined) return ' ';
  // Whatever shell reads the script.
  if (name === 'SHELL' || name === 'BASH' || name === '0') return values.get(name) ?? 'sh';
  // There are no arguments: `$9` and `$@` are empty.
  if (/^[1-9@*]$/.test(name) && operation === undefined) return '';
  const value = values.get(name);
  if (operation === undefined) return value;
  const instead = /^:?[-=](.*)$/s.exec(operation)?.[1];
  return value ?? (instead !== undefined && plainWords.test(instead) ? instead : undefined);
}

/** What stands for a word in the text; undefined where its variables are not known, or would have to be quoted. */
function textFor(word: ShellWord, values: Values): string | undefined {
  if (word.literal !== undefined) return undefined;
  const text = literalOf(word, values);
  if (text === undefined) return undefined;
  if (plain.test(text) || (!word.isQuoted && plainWords.test(text))) return text;
  return /['\n]/.test(text) ? undefined : word.isQuoted ? `'${text}'` : undefined;
}

/** A text for another shell, in quotes that need no escapes: then the places of its words are known. */
function withoutEscapes({ literal, isQuoted }: ShellWord): string | undefined {
  return isQuoted && literal?.includes('$') === true && !literal.includes("'") ? `'${literal}'` : undefined;
}

function bare(text: string): string {
  return text.replace(/["'\\]/g, '');
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  let made = '';
  let at = 0;
  for (const { offset, end, text: value } of replacements.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < at) continue;
    made += text.slice(at, offset) + value;
    at = end;
  }
  return made + text.slice(at);
}
