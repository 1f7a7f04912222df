/** One file of rules, in the words of whoever wrote it. */
export interface RuleText {
  /** As losses and matches name it; decides the namespace. */
  readonly file: string;
  readonly text: string;
}

/** Rules that are to be compiled. The texts are read only if nothing compiled of the same digest is at hand. */
export interface RuleSources {
  /** Changes whenever a text does: of all texts, or of what they are made from and the version of the code that makes them. */
  readonly digest: string;
  read(): readonly RuleText[];
}

/** Values of the external variables that rules may ask for. What is absent is empty. */
export interface FileVariables {
  readonly filename?: string;
  readonly filepath?: string;
  readonly extension?: string;
  readonly filetype?: string;
  readonly owner?: string;
}

export interface YaraOptions {
  /** Matches of one pattern in one file, after which no more of it are looked for. 1,000 where nothing is said. */
  readonly maxMatches?: number;
  /** Whole seconds that one scan may take. 10 where nothing is said. */
  readonly maxSeconds?: number;
}

/** A place where a pattern of a rule matched. */
export interface PatternMatch {
  /** With its dollar: `$a`. Of a pattern without a name `$`. */
  readonly identifier: string;
  /** Bytes from the start of what was scanned. */
  readonly offset: number;
  readonly length: number;
}

/** A rule whose condition holds. */
export interface YaraMatch {
  readonly rule: string;
  /** The file that the rule is from. */
  readonly namespace: string;
  readonly tags: readonly string[];
  /** Of keys that are given twice, the last. */
  readonly meta: Readonly<Partial<Record<string, string | number | boolean>>>;
  /** In the order of the patterns in the rule; of each by offset. */
  readonly patterns: readonly PatternMatch[];
  /** Identifiers of patterns of which there may be more matches than were looked for. Mostly none. */
  readonly flooded: readonly string[];
}

export interface YaraScan {
  readonly matches: readonly YaraMatch[];
  /** The time ran out: there may be more to say than is said. */
  readonly timedOut: boolean;
  /** What else kept the engine from it, as it says itself. */
  readonly failure?: string;
}

/** Compiled rules, ready to look at one file after the other. */
export interface YaraRules {
  readonly engine: 'native' | 'wasm';
  /** Synchronous. Throws on no bytes. A buffer without bytes is not looked at: nothing matches. */
  scan(bytes: Uint8Array, variables?: FileVariables): YaraScan;
  /** Gives the memory back. A scan after it is a programmer's error. */
  close(): void;
}

/** Something in a text that the engine does not take. A rule may have several. */
export interface YaraLoss {
  readonly file: string;
  /** Absent: of the file itself, an include for instance. */
  readonly rule?: string;
  /** Of the file, from 1. */
  readonly line: number;
  /** One line. */
  readonly reason: string;
}

export interface CompiledRules {
  readonly rules: YaraRules;
  /** Rules that are in it, private ones among them. */
  readonly count: number;
  /** Rules that are not. */
  readonly lost: number;
  readonly losses: readonly YaraLoss[];
  /** Nothing was compiled: it was at hand. */
  readonly cached: boolean;
}
