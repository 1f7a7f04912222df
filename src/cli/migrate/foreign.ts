import type { OptionName } from '../../config/options.ts';

/**
 * What becomes of a word of another program. `same`: the same word does the same. `other`: another word does it, or it
 * does a little else. `needless`: what it asks for is so in any case, or cannot happen here. `none`: there is nothing
 * like it.
 */
export type Verdict = 'same' | 'other' | 'needless' | 'none';

/** What is there for an option of another program. */
export interface Answer {
  readonly verdict: Verdict;
  /** Options of ours, `true` for a switch. */
  readonly settings?: readonly (readonly [OptionName, string | true])[];
  /** Checks that run besides those that other options name; where none does, all run. */
  readonly alsoChecks?: readonly string[];
  /** What the command is about, where the option names it. */
  readonly subject?: string;
  /** Put before each image: `registry:`. */
  readonly scheme?: string;
  /** Replaces the whole command: `db update`. */
  readonly command?: string;
  /** A file that `drydock policy import` reads. */
  readonly policyFile?: string;
  /** Something of the value means nothing here, and is left out. */
  readonly partly?: true;
  /** One sentence, or empty where the answer says it all. */
  readonly why: string;
}

/** @param value of a switch: `true` or `false` */
export type Counterpart = (value: string) => Answer;

/** An option of another program: as a flag, a variable, a key of its file. */
export interface ForeignOption {
  /** As they are written: `--severity`, `-s`. Empty for what only a file can say. */
  readonly flags: readonly string[];
  /** Absent: it is a switch. A list may be given several times. */
  readonly takes?: 'text' | 'list';
  /** Keys of its file, with dots; `*` at the end stands for all that begin so. */
  readonly keys?: readonly string[];
  readonly variables?: readonly string[];
  /** Its value is never shown. */
  readonly secret?: true;
  /** Gone from the published list, but old command lines have it. */
  readonly old?: true;
  /** With it, the other program does not scan. */
  readonly noScan?: true;
  readonly here: Counterpart;
}

/** A command of another program. */
export interface ForeignCommand {
  /** Of ours: `scan`; absent where there is none. */
  readonly here?: string;
  /** Put before what the command is about: `dir:`. */
  readonly scheme?: string;
  /** The option of ours that takes what the command is about. */
  readonly subjectAs?: OptionName;
  readonly why: string;
}

/** What another program ends with, and what we do. */
export interface ForeignStatus {
  readonly theirs: string;
  readonly here: string;
}

/** Another program: everything that its command lines and files can say. */
export interface ForeignTool {
  readonly name: string;
  /** Whose published options these are. */
  readonly version: string;
  /** Names under which it is called, images that have it among them. */
  readonly calledAs: RegExp;
  /** By their words; the empty one stands for a line that names none. */
  readonly commands: ReadonlyMap<string, ForeignCommand>;
  readonly options: readonly ForeignOption[];
  /** The variables of an option that names none itself. */
  variablesOf?(option: ForeignOption): readonly string[];
  /** Its options may be written with one hyphen: `-format`. */
  readonly oneHyphen?: true;
  /** Files with its options, read without being named. */
  readonly optionFiles: readonly string[];
  /** Files of what is accepted, read without being named. */
  readonly policyFiles: readonly string[];
  /** Understands what it is asked about: `sbom:x.json`. */
  subjectOf?(word: string): { readonly here?: string; readonly why: string };
  /** What it does where a line does not say it, and we would do otherwise. */
  implied?(given: ReadonlySet<string>): readonly Answer[];
  readonly statuses: readonly ForeignStatus[];
}

/** The same option; @param map its value in our words */
export function same(option: OptionName, map: (value: string) => string = (value) => value, why = ''): Counterpart {
  return (value) => ({ verdict: 'same', settings: [[option, map(value)]], why });
}

/** A switch that is the same here. */
export function sameSwitch(option: OptionName, why = ''): Counterpart {
  return switched({ verdict: 'same', settings: [[option, true]], why });
}

/** Another option does it. */
export function other(option: OptionName, map: (value: string) => string, why: string): Counterpart {
  return (value) => ({ verdict: 'other', settings: [[option, map(value)]], why });
}

export function needless(why: string): Counterpart {
  return () => ({ verdict: 'needless', why });
}

export function none(why: string): Counterpart {
  return () => ({ verdict: 'none', why });
}

/** A switch: off, it says nothing. */
export function switched(answer: Answer): Counterpart {
  return (value) => (value === 'false' ? { verdict: 'needless', why: 'off, as it is here by itself' } : answer);
}

/** `HIGH,CRITICAL`; @param more severities that another one takes in */
export function severityWords(value: string, more: Readonly<Record<string, string>> = {}): string {
  const words = value.split(',').map((word) => word.trim().toLowerCase());
  return [...new Set(words.flatMap((word) => [word, ...(more[word] === undefined ? [] : [more[word]])]))].join(',');
}
