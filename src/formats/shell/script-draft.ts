import type { ShellCommand, ShellScope, ShellScript } from '../../model/shell-script.ts';

/** Budgets of one text, those of texts inside it counted in. */
export interface ShellLimits {
  /** UTF-16 units of the text; texts that it gives to other shells may have four times as many together. */
  readonly characters: number;
  readonly commands: number;
  readonly words: number;
  /** Substitutions, groups and texts given to other shells, in one another. */
  readonly depth: number;
}

export const shellLimits: ShellLimits = { characters: 1 << 20, commands: 50_000, words: 200_000, depth: 60 };

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type CommandDraft = Mutable<ShellCommand>;
export type ScopeDraft = Mutable<ShellScope>;

/** Oddities of one text that are told. */
const ODDITIES = 20;

/** Ends the reading of all texts at once; what was read until then stays. */
export class EndOfReading extends Error {}

/** What the readers of a text and of the texts inside it have found together. */
export class ScriptDraft {
  readonly limits: ShellLimits;
  readonly oddities: { offset: number; message: string }[] = [];
  incomplete: string | undefined;
  /** What reading cost: characters looked at. Tests hold it to be linear. */
  steps = 0;
  depth = 0;
  #commands: CommandDraft[] = [];
  #aside: CommandDraft[] | undefined;
  #count = 0;
  #words = 0;
  #pipelines = 0;
  #innerCharacters = 0;
  readonly #hosts: { readonly scope: ScopeDraft; readonly host: CommandDraft }[] = [];
  /** Commands in here-documents are found after the command that they stand in: those that run before it, and after it. */
  readonly #earlier = new Map<CommandDraft, CommandDraft[]>();
  readonly #later = new Map<CommandDraft, CommandDraft[]>();

  /** The text that everything stands in. */
  readonly root: string;

  constructor(root: string, limits: ShellLimits) {
    this.root = root;
    this.limits = limits;
  }

  odd(offset: number, message: string): void {
    if (this.oddities.length < ODDITIES) this.oddities.push({ offset, message });
  }

  stop(reason: string): never {
    this.incomplete ??= reason;
    throw new EndOfReading();
  }

  enter(): void {
    if (++this.depth > this.limits.depth) this.stop(`more than ${this.limits.depth} things in one another`);
  }

  leave(): void {
    this.depth--;
  }

  /** Counts a text that is given to another shell. */
  enterText(length: number): void {
    this.#innerCharacters += length;
    if (this.#innerCharacters > 4 * this.limits.characters) this.stop('too much text is given to other shells');
    this.enter();
  }

  countWord(): void {
    if (++this.#words > this.limits.words) this.stop(`more than ${this.limits.words} words`);
  }

  pipeline(): number {
    return this.#pipelines++;
  }

  add(command: CommandDraft): void {
    if (this.#count >= this.limits.commands) this.stop(`more than ${this.limits.commands} commands`);
    (this.#aside ?? this.#commands).push(command);
    this.#count++;
  }

  hostedBy(scope: ScopeDraft, host: CommandDraft | undefined): void {
    if (host !== undefined) this.#hosts.push({ scope, host });
  }

  /** Commands that are added meanwhile run before this one, which is there already. */
  before(command: CommandDraft, read: () => void): void {
    this.#setAside(this.#earlier, command, read);
  }

  /** Commands that are added meanwhile run after this one, and before those that follow it. */
  after(command: CommandDraft, read: () => void): void {
    this.#setAside(this.#later, command, read);
  }

  #setAside(where: Map<CommandDraft, CommandDraft[]>, command: CommandDraft, read: () => void): void {
    const outer = this.#aside;
    this.#aside = where.get(command) ?? [];
    where.set(command, this.#aside);
    try {
      read();
    } finally {
      this.#aside = outer;
    }
  }

  /** A command that was added a little while ago. */
  find(pipeline: number, position: number): CommandDraft | undefined {
    const commands = this.#aside ?? this.#commands;
    for (let at = commands.length - 1; at >= 0 && at > commands.length - 50; at--) {
      const command = commands[at]!;
      if (command.pipeline === pipeline && command.position === position) return command;
    }
    return undefined;
  }

  finish(): ShellScript {
    const commands: CommandDraft[] = [];
    const place = (draft: CommandDraft): void => {
      for (const earlier of this.#earlier.get(draft) ?? []) place(earlier);
      draft.index = commands.length;
      commands.push(draft);
      for (const later of this.#later.get(draft) ?? []) place(later);
    };
    for (const draft of this.#commands) place(draft);
    for (const { scope, host } of this.#hosts) if (commands[host.index] === host) scope.host = host.index;
    numberLines(this.root, commands);
    return {
      commands,
      oddities: this.oddities,
      ...(this.incomplete !== undefined && { incomplete: this.incomplete }),
    };
  }
}

function numberLines(text: string, commands: readonly CommandDraft[]): void {
  let line = 1;
  let next = text.indexOf('\n');
  for (const command of commands.toSorted((a, b) => a.offset - b.offset)) {
    while (next >= 0 && next < command.offset) {
      line++;
      next = text.indexOf('\n', next + 1);
    }
    command.line = line;
  }
}
