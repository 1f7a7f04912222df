/** What a shell would do with a text, as far as the text alone tells: `readShell` in src/formats/shell. */
export interface ShellScript {
  /** Simple commands in the order in which they would run, those in substitutions before the command that needs them. */
  readonly commands: readonly ShellCommand[];
  /** Why reading stopped before the end: a budget. What was read until then is in `commands`. */
  readonly incomplete?: string;
  /** Where a shell would refuse the text, such as a quote that is never closed; reading went on. */
  readonly oddities: readonly { readonly offset: number; readonly message: string }[];
}

/**
 * One simple command: assignments, words and redirections; a `[[ … ]]` and a `(( … ))` count as one, too. Programs that
 * only start another one (`sudo`, `env`, `xargs`, …) are taken off: `words` are those of the program that they start.
 */
export interface ShellCommand {
  /** Position in `commands`. */
  readonly index: number;
  /** `A=1 program`, and those that `env A=1 program` gives; with no words the shell sets its own variables. */
  readonly assignments: readonly ShellAssignment[];
  /** The program and its arguments after quote removal; empty where there are only assignments or redirections. */
  readonly words: readonly ShellWord[];
  /** The programs around it with their own arguments, outermost first: `sudo -u root`. */
  readonly wrappers: readonly ShellWrapper[];
  readonly redirections: readonly ShellRedirection[];
  /** Operator after it in its own list; absent at the end of a list. A line break is `;`. */
  readonly next?: ShellOperator;
  /** Commands of one pipeline have the same number; `position` counts in it from 0, groups and loops among them. */
  readonly pipeline: number;
  readonly position: number;
  /** Stands in a pipeline after `!`. */
  readonly isNegated: boolean;
  /** What stands around it, outermost first: loops, groups, substitutions, texts given to another shell. */
  readonly within: readonly ShellScope[];
  /** From 1. */
  readonly line: number;
  /**
   * Its place in the text that was read, as offsets of UTF-16 units. Within a quoted text with escapes, that of the whole word.
   */
  readonly offset: number;
  readonly end: number;
}

/** What joins a command or a group to the next one. */
export type ShellOperator = '|' | '|&' | '&&' | '||' | ';' | '&';

/** Something that holds commands. */
export interface ShellScope {
  readonly kind: ShellScopeKind;
  /** Its place in the list that it stands in, like that of a command; absent where `host` has it. */
  readonly pipeline?: number;
  readonly position?: number;
  readonly isNegated?: boolean;
  readonly next?: ShellOperator;
  /** Those after the closing word: `{ a; b; } > file`. */
  readonly redirections: readonly ShellRedirection[];
  /** Index of the command that the substitution is a part of, or that is given the text to run. */
  readonly host?: number;
  /** Name of a function; words of `for` after `in`. */
  readonly name?: string;
  readonly words?: readonly ShellWord[];
}

export type ShellScopeKind =
  | 'subshell'
  | 'group'
  | 'if'
  | 'loop'
  | 'case'
  | 'function'
  /** `$( )` and backquotes. */
  | 'substitution'
  /** `<( )` and `>( )`. */
  | 'process'
  /** The text of `sh -c`, `su -c`, `eval`, `trap`. */
  | 'script'
  /** The program of `find -exec` and its like. */
  | 'exec';

/** A word of the text. */
export interface ShellWord {
  /** After quote removal; expansions stand as they are written: `/opt/$NAME`. */
  readonly text: string;
  /** `text`, where no variable and no command decides about the word. Patterns (`*.deb`) count as literal. */
  readonly literal?: string;
  /** What a word that is not literal is made of. */
  readonly pieces?: readonly ShellPiece[];
  /** Any part of it stood in quotes or behind a backslash. */
  readonly isQuoted: boolean;
  /** Holds `*`, `?`, `[` or `{` outside quotes, so that the shell may make several words of it. */
  readonly isPattern: boolean;
  readonly offset: number;
  readonly end: number;
}

/** A part of a word. */
export interface ShellPiece {
  readonly kind: 'literal' | 'variable' | 'substitution' | 'arithmetic' | 'process';
  /** Of a literal: after quote removal; else as it is written. */
  readonly text: string;
  /** Name of the variable; `1`, `@`, `?` and their like among them. */
  readonly name?: string;
  /** What follows the name in `${NAME:-word}`, as written: `:-word`. */
  readonly operation?: string;
}

export interface ShellAssignment {
  readonly name: string;
  /** Of an array: its words joined by blanks. */
  readonly value: ShellWord;
  /** `A+=1`. */
  readonly isAppended: boolean;
}

/** A program that starts another. */
export interface ShellWrapper {
  /** Name without its folder: `sudo`. */
  readonly name: string;
  /** Its own words, the name among them. */
  readonly words: readonly ShellWord[];
}

export interface ShellRedirection {
  /** `>`, `>>`, `<`, `<>`, `>|`, `<&`, `>&`, `&>`, `&>>`, `<<`, `<<-`, `<<<`. */
  readonly operator: string;
  /** Number or `{name}` before the operator. */
  readonly descriptor?: string;
  /** File, descriptor, or the text of `<<<`; of a here-document its delimiter. */
  readonly target?: ShellWord;
  /** Text of a here-document, without the tabs that `<<-` takes off. */
  readonly document?: ShellWord;
}
