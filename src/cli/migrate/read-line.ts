import type { ForeignCommand, ForeignOption, ForeignTool } from './foreign.ts';

/** An option as somebody gave it. */
export interface GivenOption {
  readonly option: ForeignOption;
  readonly value: string;
  /** To be shown: `--severity HIGH`. */
  readonly shown: string;
  readonly from: 'line' | 'environment' | 'file';
  /** The flag that was used, its long form. */
  readonly flag?: string;
}

/** A command line of another program, understood by its own grammar. */
export interface ForeignLine {
  readonly tool: ForeignTool;
  /** `image`, `container test`; empty where none is named. */
  readonly command: string;
  readonly meant: ForeignCommand;
  readonly options: readonly GivenOption[];
  /** What it is about. */
  readonly subjects: readonly string[];
  /** Words that no list of its options has. */
  readonly unknown: readonly string[];
  /** Variables that stand before the program's name. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Finds the program on a line and reads what stands behind it. Before it may stand variables (`TRIVY_QUIET=true trivy`)
 * and what runs it (`docker run --rm aquasec/trivy`).
 * @returns undefined where none of the programs is there
 */
export function readForeignLine(words: readonly string[], tools: readonly ForeignTool[]): ForeignLine | undefined {
  const at = words.findIndex((word) => tools.some(({ calledAs }) => calledAs.test(word)));
  const tool = tools.find(({ calledAs }) => calledAs.test(words[at] ?? ''));
  if (tool === undefined) return undefined;
  const variables = new Map<string, string>();
  for (const word of words.slice(0, at)) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined) variables.set(name, value!);
  }
  const reader = new LineReader(tool);
  reader.read(words.slice(at + 1));
  const { positional, options, unknown } = reader;
  const command = [2, 1].map((n) => positional.slice(0, n).join(' ')).find((name) => tool.commands.has(name)) ?? '';
  const used = command === '' ? 0 : command.split(' ').length;
  const meant = tool.commands.get(command)!;
  return { tool, command, meant, options, subjects: positional.slice(used), unknown, variables };
}

/** Flags of one line: of Go (`--name value`, `--name=value`, `-n value`, `-nvalue`, `-qn`), and those with one hyphen. */
class LineReader {
  readonly positional: string[] = [];
  readonly options: GivenOption[] = [];
  readonly unknown: string[] = [];
  readonly #tool: ForeignTool;

  constructor(tool: ForeignTool) {
    this.#tool = tool;
  }

  read(words: readonly string[]): void {
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word === '--') {
        this.positional.push(...words.slice(i + 1));
        return;
      }
      if (word === '-' || !word.startsWith('-')) this.positional.push(word);
      else if (this.#flag(word, words[i + 1])) i++;
    }
  }

  /** @returns whether the next word was its value */
  #flag(word: string, next: string | undefined): boolean {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const inline = equals < 0 ? undefined : word.slice(equals + 1);
    const option = this.#find(name);
    if (option !== undefined) return this.#give(option, name, inline, next);
    if (!word.startsWith('--')) return this.#letters(word, next);
    this.unknown.push(word);
    return false;
  }

  #letters(word: string, next: string | undefined): boolean {
    for (let i = 1; i < word.length; i++) {
      const flag = `-${word[i]}`;
      const option = this.#find(flag);
      if (option === undefined) {
        this.unknown.push(i === 1 ? word : flag);
        return false;
      }
      if (option.takes === undefined) {
        this.#give(option, flag, undefined, undefined);
        continue;
      }
      const rest = word.slice(i + 1).replace(/^=/, '');
      return this.#give(option, flag, rest === '' ? undefined : rest, next);
    }
    return false;
  }

  #find(name: string): ForeignOption | undefined {
    const names = this.#tool.oneHyphen === true && /^-[^-]/.test(name) ? [name, `-${name}`] : [name];
    return this.#tool.options.find(({ flags }) => flags.some((flag) => names.includes(flag)));
  }

  #give(option: ForeignOption, name: string, inline: string | undefined, next: string | undefined): boolean {
    const takesNext = option.takes !== undefined && inline === undefined && next !== undefined;
    const value = inline ?? (option.takes === undefined ? 'true' : (next ?? ''));
    const told = option.takes === undefined && inline === undefined ? name : `${name} ${shownValue(option, value)}`;
    const flag = name.startsWith('--') ? name : (option.flags.find((one) => one.startsWith('--')) ?? name);
    this.options.push({ option, value, shown: told.trim(), from: 'line', flag });
    return takesNext;
  }
}

/** Passwords are not repeated. */
export function shownValue({ secret }: ForeignOption, value: string): string {
  return secret === true ? '***' : value;
}
