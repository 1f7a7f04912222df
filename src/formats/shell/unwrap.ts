import type { ShellCommand, ShellScope, ShellScopeKind, ShellWord } from '../../model/shell-script.ts';
import type { CommandDraft, ScopeDraft, ScriptDraft } from './script-draft.ts';
import type { Placement } from './text-reader.ts';
import { nameOf, takesNext, takeWrapper } from './wrappers.ts';

/** Reads a text that a command gives to a shell. */
export type ReadInner = (text: string, placement: Placement, within: readonly ShellScope[]) => void;

const shells: ReadonlySet<string> = new Set(['sh', 'ash', 'bash', 'dash', 'ksh', 'mksh', 'rbash', 'zsh']);
/** Wrappers around one another. */
const WRAPPERS = 16;

/**
 * Takes off the programs that only start another one, and reads the texts that a command gives to a shell: they run after it
 * begins, so that their commands follow it.
 */
export function unwrap(command: CommandDraft, draft: ScriptDraft, readInner: ReadInner): void {
  const start = (text: ShellWord, kind: ShellScopeKind = 'script'): void => {
    const inner = textToRun(text);
    const scope: ScopeDraft = { kind, redirections: [] };
    draft.hostedBy(scope, command);
    readInner(inner, placeOf(text, inner, draft), [...command.within, scope]);
  };
  for (let count = 0; count < WRAPPERS; count++) {
    const taken = takeWrapper(command.words);
    if (taken === undefined) break;
    const words = command.words.slice(0, taken.count);
    command.wrappers = [...command.wrappers, { name: taken.name, words }];
    command.assignments = [...command.assignments, ...taken.assignments];
    command.words = command.words.slice(taken.count);
    if (taken.script !== undefined) {
      start(taken.script);
      return;
    }
  }
  const [first] = command.words;
  const name = nameOf(first);
  if (isShell(first)) {
    const text = scriptOfShell(command.words);
    if (text !== undefined) start(text);
    if (!isBareShell(command)) return;
    for (const { operator, target } of command.redirections) if (operator === '<<<' && target) start(target);
    const before = draft.find(command.pipeline, command.position - 1);
    const told = before === undefined ? undefined : toldBy(before);
    if (told !== undefined) start(told);
  } else if (name === 'su' || name === 'runuser') {
    const text = scriptOfSu(command.words);
    if (text !== undefined) start(text);
  } else if (name === 'eval') {
    const text = joined(command.words.slice(1));
    if (text !== undefined) start(text);
  } else if (name === 'trap') {
    const [text] = command.words.slice(command.words[1]?.text === '--' ? 2 : 1);
    const isAction = text !== undefined && !/^-/.test(text.text) && command.words.length > 2;
    if (isAction) start(text);
  } else if (name === 'find') startByFind(command, draft, readInner);
}

/** A shell without a text or a file to run: it runs what it reads. */
export function isBareShell({ words }: ShellCommand): boolean {
  if (!isShell(words[0]) || scriptOfShell(words) !== undefined) return false;
  const operands = words.slice(1).filter(({ text }) => !/^[-+]/.test(text) || text === '-');
  return (
    operands.every(({ text }) => text === '-' || text === '/dev/stdin') || words.some(({ text }) => /^-\w*s/.test(text))
  );
}

function isShell(word: ShellWord | undefined): boolean {
  if (word === undefined) return false;
  if (word.literal !== undefined) return shells.has(nameOf(word));
  return word.pieces?.length === 1 && (word.pieces[0]?.name === 'SHELL' || word.pieces[0]?.name === 'BASH');
}

/** The text of `sh -c text`. */
function scriptOfShell(words: readonly ShellWord[]): ShellWord | undefined {
  let isText = false;
  for (let at = 1; at < words.length; at++) {
    const { text } = words[at]!;
    if (text === '--' || text === '-') return isText ? words[at + 1] : undefined;
    if (text.startsWith('--')) {
      if (text === '--rcfile' || text === '--init-file') at++;
    } else if (/^[-+]/.test(text)) {
      const letters = text.slice(1);
      isText ||= text.startsWith('-') && letters.includes('c');
      if (takesNext(letters.replaceAll('c', ''), 'oO')) at++;
    } else return isText ? words[at] : undefined;
  }
  return undefined;
}

/** The text of `su user -c text`. */
function scriptOfSu(words: readonly ShellWord[]): ShellWord | undefined {
  for (let at = 1; at < words.length; at++) {
    const { text } = words[at]!;
    if (text === '-c' || text === '--command' || text === '--session-command') return words[at + 1];
    if (/^-[flmp]*c$/.test(text)) return words[at + 1];
    const long = /^--(?:session-)?command=/.exec(text);
    if (long !== null) return without(words[at]!, long[0].length);
  }
  return undefined;
}

function without(word: ShellWord, length: number): ShellWord | undefined {
  return word.literal === undefined
    ? undefined
    : { ...word, text: word.text.slice(length), literal: word.literal.slice(length) };
}

/** The words of `eval` as one. */
function joined(words: readonly ShellWord[]): ShellWord | undefined {
  const [first] = words;
  if (first === undefined) return undefined;
  if (words.length === 1) return first;
  const text = words.map(textToRun).join(' ');
  return { text, literal: text, isQuoted: true, isPattern: false, offset: first.offset, end: words.at(-1)!.end };
}

/** What `echo` and `printf` write, as far as it is literal. */
function toldBy(command: ShellCommand): ShellWord | undefined {
  const name = nameOf(command.words[0]);
  if (name !== 'echo' && name !== 'printf') return undefined;
  const options = name === 'echo' ? /^-[neE]+$/ : /^--$/;
  const words = command.words.slice(1).filter(({ text }, at) => at > 1 || !options.test(text));
  const [format, ...rest] = words;
  if (name === 'printf' && /^%[sb](?:\\n)?$/.test(format?.text ?? '')) return joined(rest);
  const text = joined(words);
  if (text?.literal === undefined || !text.literal.includes('\\')) return text;
  const read = text.literal.replaceAll('\\n', '\n');
  return { ...text, text: read, literal: read };
}

/** `find … -exec program {} ;` starts the program. */
function startByFind(command: CommandDraft, draft: ScriptDraft, readInner: ReadInner): void {
  const { words } = command;
  for (let at = 1; at < words.length; at++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(words[at]!.text)) continue;
    const end = words.findIndex(({ text }, index) => index > at && (text === ';' || text === '+'));
    const inner = words.slice(at + 1, end < 0 ? words.length : end);
    at = end < 0 ? words.length : end;
    if (inner.length === 0) continue;
    const scope: ScopeDraft = { kind: 'exec', redirections: [] };
    draft.hostedBy(scope, command);
    draft.enter();
    const started: CommandDraft = {
      index: 0,
      assignments: [],
      words: inner,
      wrappers: [],
      redirections: [],
      pipeline: draft.pipeline(),
      position: 0,
      isNegated: false,
      within: [...command.within, scope],
      line: 1,
      offset: inner[0]!.offset,
      end: inner.at(-1)!.end,
    };
    draft.add(started);
    unwrap(started, draft, readInner);
    draft.leave();
  }
}

/** The text as the inner shell sees it. What a command writes is not known: a variable stands for it. */
export function textToRun({ text, pieces }: ShellWord): string {
  if (pieces === undefined || !pieces.some(isOfCommand)) return text;
  return pieces.map((piece) => (isOfCommand(piece) ? '$_' : piece.text)).join('');
}

function isOfCommand({ kind }: { readonly kind: string }): boolean {
  return kind === 'substitution' || kind === 'process';
}

export function placeOf({ offset, end }: ShellWord, text: string, { root }: ScriptDraft): Placement {
  if (root.startsWith(text, offset) && end - offset === text.length) return { offset };
  if (root.startsWith(text, offset + 1) && end - offset === text.length + 2) return { offset: offset + 1 };
  return { offset, end };
}
