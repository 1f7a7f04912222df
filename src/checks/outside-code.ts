import type { ShellCommand, ShellWord } from '../model/shell-script.ts';
import { outputsOf, passedTo, programOf, type SourceKind, sourceKindOf } from './code-sources.ts';
import { outsideIn } from './code-texts.ts';
import { interpreterNames, printingNames, shellNames, sourcingNames } from './program-names.ts';

/** Code from outside that a script runs. */
export interface OutsideCode {
  readonly kind: SourceKind | 'clones';
  /** The command that brings it. */
  readonly source: ShellCommand;
  /** The command that runs it, where that is another and comes later; code in one language does both. */
  readonly runner?: ShellCommand;
}

export interface OutsideOptions {
  /** Whether a command compares files with digests or signatures: what was saved before it counts as checked. */
  readonly checks?: (command: ShellCommand) => boolean;
}

/** Commands behind another in one pipe that are looked at. */
const MOST_BEHIND = 20;
/** Variables, files and directories of code from outside that are followed. */
const MOST_KEPT = 200;

/**
 * Finds code that a script gets from elsewhere and runs: through a pipe, as the argument of a shell, by a variable, or by a
 * file that it saves, renames and starts.
 */
export function* outsideCode(
  commands: readonly ShellCommand[],
  { checks = () => false }: OutsideOptions = {},
): Iterable<OutsideCode> {
  const tracker = new Tracker(commands);
  for (const command of commands) {
    const own = inLanguage(command);
    if (own !== undefined) yield { kind: own, source: command };
    if (checks(command)) tracker.forget();
    const used = tracker.usedBy(command);
    if (used !== undefined) yield { ...used, runner: command };
    const kind = sourceKindOf(command);
    if (kind === undefined) tracker.passOn(command);
    else if (tracker.isRunAtOnce(command)) yield { kind, source: command };
    else tracker.keep(kind, command);
  }
}

/** What the code of `python3 -c` and its like brings. */
function inLanguage(command: ShellCommand): SourceKind | undefined {
  const program = programOf(command);
  if (!interpreterNames.test(program) || shellNames.test(program)) return undefined;
  const texts = command.redirections.map(({ document, target, operator }) =>
    operator === '<<<' ? (target?.text ?? '') : (document?.text ?? ''),
  );
  if (command.words.some(({ text }) => takesCode(text))) {
    texts.push(
      command.words
        .slice(1)
        .map(({ text }) => text)
        .join(' '),
    );
  }
  for (const text of texts) {
    const found = outsideIn(text);
    if (found !== undefined) return found.how;
  }
  return undefined;
}

/** `-c`, `-e`, `-r`, also behind other letters: `-Mstrict -we`. */
function takesCode(word: string): boolean {
  return /^-[a-zA-Z]{0,4}[ceErp]$|^--(?:eval|print)$/.test(word);
}

interface Kept {
  readonly kind: OutsideCode['kind'];
  readonly source: ShellCommand;
}

/** Where code from outside is while a script runs. */
class Tracker {
  readonly #commands: readonly ShellCommand[];
  readonly #pipelines: ReadonlyMap<number, readonly ShellCommand[]>;
  readonly #variables = new Map<string, Kept>();
  /** By the last part of the path. */
  readonly #files = new Map<string, Kept & { readonly path: string }>();
  readonly #clones = new Map<string, Kept>();
  /** The clone that the script went into. */
  #inside: Kept | undefined;

  constructor(commands: readonly ShellCommand[]) {
    this.#commands = commands;
    this.#pipelines = Map.groupBy(commands, ({ pipeline }) => pipeline);
  }

  forget(): void {
    for (const [name, { kind }] of this.#files) if (kind !== 'decodes') this.#files.delete(name);
    this.#clones.clear();
    this.#inside = undefined;
  }

  /** Whether a shell gets what a command writes: by the pipe, by a substitution. */
  isRunAtOnce(command: ShellCommand): boolean {
    if (this.#isPiped(command)) return true;
    const outer = this.#outerOf(command);
    if (outer === undefined) return false;
    const { kind, host } = outer;
    if (kind === 'process') return isRunner(host) || this.#isPiped(host);
    if (host.words.length === 0) return false;
    const program = programOf(host);
    if (program === 'eval' || startsWithSubstitution(host.words[0])) return true;
    if (interpreterNames.test(program)) {
      return (
        host.words.some(({ text }) => takesCode(text)) ||
        host.redirections.some(({ operator }) => operator.startsWith('<<'))
      );
    }
    return (printingNames.test(program) || program === 'cat') && this.#isPiped(host);
  }

  /** Remembers where what a source brings is kept. */
  keep(kind: SourceKind, source: ShellCommand): void {
    const kept = { kind, source };
    for (const file of outputsOf(source)) this.#keepFile(file, kept);
    for (const other of this.#behind(source)) for (const file of passedTo(other)) this.#keepFile(file, kept);
    const outer = this.#outerOf(source);
    if (outer?.kind !== 'substitution') return;
    const { words, assignments } = outer.host;
    if (words.length === 0) for (const { name } of assignments.slice(0, 3)) this.#keepVariable(name, kept);
    else if (/^(?:export|declare|local|readonly|typeset)$/.test(programOf(outer.host))) {
      for (const { text } of words.slice(1, 4)) {
        const name = /^[A-Za-z_]\w{0,60}(?==)/.exec(text)?.[0];
        if (name !== undefined) this.#keepVariable(name, kept);
      }
    }
  }

  /** Follows files that are renamed, directories that are cloned and gone into. */
  passOn(command: ShellCommand): void {
    const program = programOf(command);
    const words = command.words.slice(1).map(({ text }) => text);
    const plain = words.filter((word) => !word.startsWith('-'));
    if (/^(?:mv|cp|ln|install|rename)$/.test(program) && this.#files.size > 0) {
      const target = plain.at(-1);
      for (const from of plain.slice(0, -1)) {
        const kept = this.#fileOf(from);
        if (kept === undefined || target === undefined) continue;
        this.#keepFile(target.endsWith('/') ? `${target}${lastPart(from)}` : target, kept);
      }
    } else if (program === 'git') this.#follow(words, command);
    else if (program === 'cd' || program === 'pushd') {
      const place = plain[0] ?? '';
      const isLeft = place === '' || place.startsWith('/') || place.startsWith('..');
      if (isLeft || this.#clones.has(lastPart(place))) this.#inside = this.#clones.get(lastPart(place));
    } else if (/^(?:cat|zcat|gunzip|gzip|xz|xzcat)$/.test(program) && this.#files.size > 0) {
      const kept = plain.map((word) => this.#fileOf(word)).find((found) => found !== undefined);
      if (kept !== undefined) for (const file of passedTo(command)) this.#keepFile(file, kept);
    }
  }

  /** What a command runs of what was kept. */
  usedBy(command: ShellCommand): Kept | undefined {
    return this.#fileRunBy(command) ?? this.#variableRunBy(command) ?? this.#cloneRunBy(command);
  }

  #fileRunBy(command: ShellCommand): Kept | undefined {
    if (this.#files.size === 0) return undefined;
    const program = programOf(command);
    const first = command.words[0]?.text ?? '';
    if (first.includes('/')) return this.#fileOf(first);
    if (interpreterNames.test(program) || sourcingNames.test(program)) {
      if (command.words.some(({ text }) => takesCode(text) && !shellFlag.test(text))) return undefined;
      const operand = command.words.slice(1).find(({ text }) => !/^[-+]./.test(text));
      const input = command.redirections.find(({ operator }) => operator === '<')?.target;
      return this.#fileOf(operand?.text ?? '') ?? this.#fileOf(input?.text ?? '');
    }
    const isRead = /^(?:cat|zcat|tac|gunzip|xzcat)$/.test(program) && this.#isPiped(command);
    const read = isRead ? command.words.find(({ text }) => this.#fileOf(text) !== undefined) : undefined;
    return read === undefined ? undefined : this.#fileOf(read.text);
  }

  #variableRunBy(command: ShellCommand): Kept | undefined {
    if (this.#variables.size === 0) return undefined;
    const program = programOf(command);
    const [first] = command.words;
    const named = (words: readonly (ShellWord | undefined)[]): Kept | undefined => {
      for (const word of words) {
        for (const { kind, name } of word?.pieces ?? []) {
          const kept = kind === 'variable' && name !== undefined ? this.#variables.get(name) : undefined;
          if (kept !== undefined) return kept;
        }
      }
      return undefined;
    };
    const own = named([first]);
    if (own !== undefined) return own;
    if (program === 'eval') return named(command.words);
    if (interpreterNames.test(program)) {
      const given = command.words.some(({ text }) => takesCode(text)) ? command.words : [];
      return named([...given, ...command.redirections.map(({ target, document }) => document ?? target)]);
    }
    return printingNames.test(program) && this.#isPiped(command) ? named(command.words) : undefined;
  }

  #cloneRunBy(command: ShellCommand): Kept | undefined {
    if (this.#clones.size === 0) return undefined;
    const program = programOf(command);
    const isRun = interpreterNames.test(program) || sourcingNames.test(program);
    const run = isRun ? command.words.slice(1).find(({ text }) => !/^[-+]/.test(text))?.text : command.words[0]?.text;
    // What builds from sources is what they were cloned for.
    if (run === undefined || builders.test(lastPart(run)) || (!isRun && !run.includes('/'))) return undefined;
    for (const part of run.split('/', 20).slice(0, -1)) {
      const clone = this.#clones.get(part);
      if (clone !== undefined) return clone;
    }
    return run.startsWith('/') ? undefined : this.#inside;
  }

  /** A clone is of whatever is there, unless the script names a commit or a version. */
  #follow(words: readonly string[], command: ShellCommand): void {
    const at = words.findIndex((word) => /^(?:clone|checkout|reset|switch|fetch)$/.test(word));
    if (at < 0) return;
    const isPinned = words.some((word) =>
      /^[0-9a-f]{7,40}$|^(?:--branch=)?(?:refs\/tags\/|tags\/)?[a-z-]{0,20}\d+(?:\.\d+)+/i.test(word),
    );
    if (words[at] !== 'clone') {
      if (isPinned) this.#clones.clear();
      return;
    }
    const address = words.findIndex((word, index) => index > at && /:\/\/|^git@|^[\w.-]+@[\w.-]+:/.test(word));
    const place = words[address];
    if (place === undefined || isPinned || this.#clones.size >= MOST_KEPT) return;
    const given = words[address + 1];
    const directory =
      given === undefined || given.startsWith('-') ? place.replace(/\/$/, '').replace(/\.git$/, '') : given;
    this.#clones.set(lastPart(directory), { kind: 'clones', source: command });
    if (lastPart(directory) === '.') this.#inside = { kind: 'clones', source: command };
  }

  #keepFile(path: string, { kind, source }: Kept): void {
    if (this.#files.size < MOST_KEPT) this.#files.set(lastPart(path), { kind, source, path });
  }

  #keepVariable(name: string, kept: Kept): void {
    if (this.#variables.size < MOST_KEPT) this.#variables.set(name, kept);
  }

  /** The same name, and not in another folder for sure. */
  #fileOf(path: string): Kept | undefined {
    const kept = this.#files.get(lastPart(path));
    return kept !== undefined && (kept.path === path || !kept.path.startsWith('/') || !path.startsWith('/'))
      ? kept
      : undefined;
  }

  #behind({ pipeline, position }: ShellCommand): readonly ShellCommand[] {
    const all = this.#pipelines.get(pipeline) ?? [];
    return all.filter((other) => other.position > position).slice(0, MOST_BEHIND);
  }

  /** Whether something that runs what it reads stands behind in the pipe, or behind the group that it is in. */
  #isPiped(command: ShellCommand): boolean {
    if (this.#behind(command).some(readsCode)) return true;
    return command.within.some(({ kind, pipeline, position = 0 }) => {
      if ((kind !== 'group' && kind !== 'subshell' && kind !== 'loop' && kind !== 'if') || pipeline === undefined)
        return false;
      return (this.#pipelines.get(pipeline) ?? []).some((other) => other.position > position && readsCode(other));
    });
  }

  #outerOf({
    within,
  }: ShellCommand): { readonly kind: 'substitution' | 'process'; readonly host: ShellCommand } | undefined {
    const scope = within.findLast(({ kind }) => kind === 'substitution' || kind === 'process');
    const host = scope?.host === undefined ? undefined : this.#commands[scope.host];
    return host === undefined ? undefined : { kind: scope?.kind === 'process' ? 'process' : 'substitution', host };
  }
}

/** Letters that a shell has for other things. */
const shellFlag = /^-[a-bd-z]*[er]$/;

/** Programs and scripts by which sources are built. */
const builders =
  /^(?:configure|Configure|config|autogen\.sh|bootstrap(?:\.sh)?|buildconf|build(?:\.sh)?|gradlew|mvnw|waf|b2|setup\.py|make|Makefile(?:\.PL)?|x\.py)$/;

function readsCode(command: ShellCommand): boolean {
  const program = programOf(command);
  if (sourcingNames.test(program)) return true;
  if (!interpreterNames.test(program)) return false;
  // What it runs stands in its words, or in a file that they name: what it reads are data.
  const takesText = shellNames.test(program) ? /^-[a-zA-Z]*c$/ : /^-[a-zA-Z]{0,4}[cermp]$/;
  const words = command.words.slice(1).map(({ text }) => text);
  if (words.some((word) => takesText.test(word))) return false;
  const operands = words.filter((word, at) => !/^[-+]./.test(word) && !/^[-+][oOWXI]$/.test(words[at - 1] ?? ''));
  const isAsked = words.some((word) => /^-\w*s/.test(word));
  return operands.length === 0 || isAsked || operands.some((word) => word === '-' || word === '/dev/stdin');
}

function isRunner(command: ShellCommand): boolean {
  const program = programOf(command);
  return interpreterNames.test(program) || sourcingNames.test(program);
}

function startsWithSubstitution(word: ShellWord | undefined): boolean {
  return word?.pieces?.[0]?.kind === 'substitution';
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
