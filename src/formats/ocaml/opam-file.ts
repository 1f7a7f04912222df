import { FormatError } from '../../errors.ts';

/** A package as a file of opam describes it. */
export interface OpamPackage {
  /** Absent where the name of the file or its folder tells it. */
  readonly name?: string;
  readonly version?: string;
  readonly licences: readonly string[];
  readonly wanted: readonly OpamWanted[];
}

/** A package that it needs. */
export interface OpamWanted {
  readonly name: string;
  /** The version where exactly one will do; else what is said of it, as written, or nothing. */
  readonly version: string;
  readonly groups: readonly string[];
}

type Token = { readonly kind: 'text' | 'word' | 'sign'; readonly text: string };

const MAX_TOKENS = 500_000;
const MAX_DEPTH = 100;
/** What a dependency may be for, besides for use. */
const GROUPS: Readonly<Record<string, string>> = { 'with-test': 'test', 'with-doc': 'doc', 'with-dev-setup': 'dev' };

/**
 * Reads a description of a package in the language of opam files (opam manual, "Common file format" and "opam"): fields
 * `name: value`, values of texts, words, lists, groups and formulas in braces, and sections.
 * @throws FormatError where it is no such file
 */
export function parseOpamFile(text: string): OpamPackage {
  const fields = readOpamFields(text);
  const name = fields.get('name')?.[0];
  const version = fields.get('version')?.[0];
  return {
    ...(name?.kind === 'text' && { name: name.text }),
    ...(version?.kind === 'text' && { version: version.text }),
    licences: textsOf(fields.get('license')),
    wanted: wantedOf(fields.get('depends') ?? []),
  };
}

/**
 * Reads the fields of such a file: the tokens of each value, brackets included.
 * @throws FormatError where it is no such file
 */
function readOpamFields(text: string): ReadonlyMap<string, readonly Token[]> {
  const tokens = tokensOf(text);
  const fields = new Map<string, readonly Token[]>();
  for (let at = 0; at < tokens.length; ) {
    const word = tokens[at++]!;
    if (word.kind !== 'word') throw new FormatError(`a field is expected in place of ${shown(word)}`);
    if (isSign(tokens[at], ':')) {
      const end = endOfValue(tokens, at + 1);
      fields.set(word.text, tokens.slice(at + 1, end));
      at = end;
      continue;
    }
    // A section: `url { src: ... }`, `extra-source "x" { ... }`.
    if (tokens[at]?.kind === 'text') at++;
    if (!isSign(tokens[at], '{')) throw new FormatError(`${shown(word)} is no field`);
    at = endOfBrackets(tokens, at);
  }
  return fields;
}

/** The texts of a value: of a list its items. */
export function opamTexts(text: string, field: string): readonly string[] | undefined {
  const value = readOpamFields(text).get(field);
  return value === undefined ? undefined : textsOf(value);
}

function textsOf(value: readonly Token[] = []): readonly string[] {
  return value.filter(({ kind }) => kind === 'text').map(({ text }) => text);
}

/** A value goes on until a field or a section begins: `setenv: PATH += "%{bin}%"`. */
function endOfValue(tokens: readonly Token[], from: number): number {
  if (from >= tokens.length) throw new FormatError('it ends within a field', { reason: 'truncated' });
  let at = from;
  do at = isOpen(tokens[at]) ? endOfBrackets(tokens, at) : at + 1;
  while (at < tokens.length && !beginsField(tokens, at));
  return at;
}

function beginsField(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]!.kind !== 'word') return false;
  return isSign(tokens[at + 1], ':') || isSign(tokens[tokens[at + 1]?.kind === 'text' ? at + 2 : at + 1], '{');
}

function isOpen(token: Token | undefined): boolean {
  return token?.kind === 'sign' && '[({'.includes(token.text);
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

/** Position behind the bracket that closes the one there. */
function endOfBrackets(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (isOpen(token)) {
      if (++depth > MAX_DEPTH) throw new FormatError('it has more brackets in each other than anybody writes');
    } else if (token.kind === 'sign' && '])}'.includes(token.text) && --depth === 0) return at + 1;
  }
  throw new FormatError('a bracket has no end', { reason: 'truncated' });
}

/** `"fmt" {>= "0.8.7" & with-test}`, in a list and in groups. */
function wantedOf(value: readonly Token[]): readonly OpamWanted[] {
  const wanted: OpamWanted[] = [];
  for (let at = 0; at < value.length; at++) {
    const token = value[at]!;
    if (token.kind !== 'text') continue;
    const end = isSign(value[at + 1], '{') ? endOfBrackets(value, at + 1) : at + 1;
    const condition = value.slice(at + 2, end - 1);
    if (token.text !== '') wanted.push({ name: token.text, ...conditionOf(condition) });
    at = end - 1;
  }
  return wanted;
}

function conditionOf(tokens: readonly Token[]): Pick<OpamWanted, 'version' | 'groups'> {
  const groups = tokens.flatMap(({ kind, text }) => (kind === 'word' ? (GROUPS[text] ?? []) : []));
  const bounds: string[] = [];
  for (let at = 0; at + 1 < tokens.length; at++) {
    const [sign, version] = [tokens[at]!, tokens[at + 1]!];
    // What a variable is compared with is no version: `os = "win32"`.
    if (tokens[at - 1]?.kind === 'word') continue;
    if (sign.kind === 'sign' && /^(?:[<>]=?|!?=)$/.test(sign.text) && version.kind === 'text') {
      bounds.push(`${sign.text} ${version.text}`);
    }
  }
  const [only] = bounds;
  const isExact = bounds.length === 1 && only!.startsWith('= ') && !only!.includes('%');
  return { version: isExact ? only!.slice(2) : bounds.join(' & '), groups: [...new Set(groups)].sort() };
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const sign = text[at]!;
    if (/\s/.test(sign)) at++;
    else if (sign === '#') at = until(text, '\n', at);
    else if (text.startsWith('(*', at)) at = until(text, '*)', at) + 1;
    else if (sign === '"') {
      const long = text.startsWith('"""', at);
      const end = endOfText(text, at, long);
      const inner = text.slice(at + (long ? 3 : 1), end - (long ? 3 : 1));
      tokens.push({ kind: 'text', text: inner.includes('\\') ? unescaped(inner) : inner });
      at = end;
    } else {
      const word = take(WORD);
      const symbol = word ?? take(SIGN);
      if (symbol === undefined) throw new FormatError(`it is not of opam: ${JSON.stringify(text.slice(at, at + 40))}`);
      tokens.push({ kind: word === undefined ? 'sign' : 'word', text: symbol });
      at += symbol.length;
    }
    if (tokens.length > MAX_TOKENS) throw new FormatError('it has more words than anybody writes');
  }
  return tokens;
}

/** A word may have `+`, `-` and, as a variable of a package, one colon within: `build`, `with-test`, `conf:installed`. */
const WORD = /[A-Za-z0-9_][\w+-]{0,300}(?::[A-Za-z_][\w+-]{0,300})?/y;
const SIGN = /[<>!]=?|[=+&|?:[\](){}~]/y;

function until(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found + 1;
}

function endOfText(text: string, from: number, long: boolean): number {
  for (let at = from + (long ? 3 : 1); at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (long ? text.startsWith('"""', at) : text[at] === '"') return at + (long ? 3 : 1);
  }
  throw new FormatError('a text has no end', { reason: 'truncated' });
}

function unescaped(text: string): string {
  return text.replace(/\\(?:\r?\n[ \t]*|([\s\S]))/g, (_, sign: string | undefined) =>
    sign === undefined ? '' : sign === 'n' ? '\n' : sign === 't' ? '\t' : sign,
  );
}

function shown({ text }: Token): string {
  return JSON.stringify(text.slice(0, 40));
}
