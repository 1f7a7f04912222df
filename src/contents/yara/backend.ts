/** A program that compiles rules and looks for them. */
export interface Backend {
  readonly name: 'native' | 'wasm';
  /** Part of the key of what was compiled. */
  readonly version: string;
  /** @returns what is wrong with the text, if anything: then nothing of it was compiled */
  compile(text: string, limits: ScanLimits): BackendRules | readonly BackendError[];
  /**
   * What `serialize` gave, of the same version. It is code: only for bytes that we wrote ourselves.
   * @throws an error of any kind if the bytes are something else
   */
  restore?(bytes: Uint8Array, limits: ScanLimits): BackendRules;
}

export interface ScanLimits {
  readonly maxMatches: number;
  /** Whole seconds. */
  readonly maxSeconds: number;
}

export interface BackendRules {
  /** @returns undefined: the time ran out */
  scan(bytes: Uint8Array, variables: Variables): readonly BackendMatch[] | undefined;
  serialize?(): Uint8Array;
  close(): void;
}

export interface BackendMatch {
  readonly name: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string | number | boolean>>;
  /** In the order of the patterns in the rule, of each by offset; private ones are not told. */
  readonly patterns: readonly { readonly identifier: string; readonly offset: number; readonly length: number }[];
}

export interface BackendError {
  /** Of the text, from 1; 0: of none. */
  readonly line: number;
  /** As `E009`. */
  readonly code: string;
  /** One line of printable characters. */
  readonly reason: string;
}

/** External variables that rule sets ask for (THOR's and LOKI's), each a string. */
export const variableNames = ['filename', 'filepath', 'extension', 'filetype', 'owner'] as const;

export type Variables = Readonly<Record<(typeof variableNames)[number], string>>;

export const noVariables: Variables = { filename: '', filepath: '', extension: '', filetype: '', owner: '' };

/** Characters of a reason. */
const REASON = 200;

/**
 * What a compiler of YARA-X says, for people:
 * `error[E009]: unknown identifier ...`, ` --> line:3:7`, the line, and under it `^^^ this identifier ...`.
 */
export function readBackendError(message: string): BackendError {
  const title = /^error\[(E\d+)\]: (.*)/.exec(message);
  const line = /-->\s*line:(\d+):/.exec(message)?.[1];
  const label = /^[^|\n]*\|[^\n]*?\^+ (\S[^\n]*)$/m.exec(message)?.[1];
  const told = `${title?.[2] ?? message.split('\n', 1)[0]}${label === undefined ? '' : `: ${label}`}`;
  const reason = told.replaceAll(/[^\x20-\x7e]+/g, '?').slice(0, REASON);
  return { line: Number(line ?? 0), code: title?.[1] ?? '', reason };
}
