import { type Token, Tokens } from './rule-tokens.ts';

/** A rule as its source has it: where its parts are. Offsets count UTF-16 units of the text. */
export interface RulePart {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly isPrivate: boolean;
  /** From 1. */
  readonly line: number;
  /** From its first word, `private` for instance, to behind its brace. */
  readonly start: number;
  readonly end: number;
  /** Where `global` stands; absent: nowhere. */
  readonly globalAt?: number;
  readonly nameAt: number;
  /** Behind the colon of `condition:`, and the closing brace. Absent: the rule has none. */
  readonly condition?: { readonly from: number; readonly to: number };
  /** Words of the condition that may name another rule. */
  readonly words: readonly { readonly word: string; readonly at: number }[];
  /** Regular expressions, with their slashes and what stands behind. */
  readonly regexes: readonly { readonly from: number; readonly to: number }[];
  /** Why it cannot be compiled, as the rest of a sentence that begins with `it`. */
  readonly flaw?: string;
}

/** A statement outside of rules: `import "pe"`, `include "other.yar"`. */
export interface Statement {
  readonly kind: 'import' | 'include';
  readonly value: string;
  readonly line: number;
}

/** A file of rules, taken apart. */
export interface RuleSource {
  readonly rules: readonly RulePart[];
  readonly statements: readonly Statement[];
  /** Words between rules that are none of these: the first of each run. */
  readonly strays: readonly { readonly text: string; readonly line: number }[];
}

/**
 * Takes a file of rules apart, so that one bad rule costs itself only. It knows what hides braces: strings, regular
 * expressions, comments; what is in a rule is for the compiler to judge. Linear in the length of the text.
 */
export function readRuleSource(text: string): RuleSource {
  const rules: RulePart[] = [];
  const statements: Statement[] = [];
  const strays: { text: string; line: number }[] = [];
  const tokens = new Tokens(text);
  let first: Token | undefined;
  let globalAt: number | undefined;
  let isPrivate = false;
  let isAstray = false;
  let token = tokens.next();
  while (token !== undefined) {
    const word = token.kind === 'word' ? text.slice(token.from, token.to) : '';
    if (word === 'private' || word === 'global') {
      first ??= token;
      if (word === 'global') globalAt = token.from;
      else isPrivate = true;
      token = tokens.next();
      continue;
    }
    if (word === 'rule') {
      const read = readRule(text, tokens, { first: first ?? token, globalAt, isPrivate });
      if (read.rule !== undefined) rules.push(read.rule);
      else strays.push({ text: 'rule', line: token.line });
      token = read.next;
      isAstray = false;
    } else if (word === 'import' || word === 'include') {
      const value = tokens.next();
      if (value?.kind === 'string') {
        statements.push({ kind: word, value: text.slice(value.from + 1, value.to - 1), line: token.line });
        token = tokens.next();
      } else {
        strays.push({ text: word, line: token.line });
        token = value;
      }
      isAstray = false;
    } else {
      if (!isAstray)
        strays.push({ text: text.slice(token.from, Math.min(token.to, token.from + 40)), line: token.line });
      isAstray = true;
      token = tokens.next();
    }
    first = undefined;
    globalAt = undefined;
    isPrivate = false;
  }
  return { rules, statements, strays };
}

interface Beginning {
  readonly first: Token;
  readonly globalAt: number | undefined;
  readonly isPrivate: boolean;
}

/** From behind the word `rule` on. Gives the token behind the rule, too. */
function readRule(text: string, tokens: Tokens, beginning: Beginning): { rule?: RulePart; next: Token | undefined } {
  const { first, globalAt, isPrivate } = beginning;
  const named = tokens.next();
  if (named?.kind !== 'word') return { next: named };
  const name = text.slice(named.from, named.to);
  let token = tokens.next();
  while (token !== undefined && !isMark(text, token, '{') && !isHead(text, token, tokens)) token = tokens.next();

  const words: { word: string; at: number }[] = [];
  const regexes: { from: number; to: number }[] = [];
  let section = '';
  let from: number | undefined;
  let flaw: string | undefined;
  let depth = 0;
  let previous: Token | undefined;
  let end = named.to;
  let condition: RulePart['condition'];
  for (; token !== undefined; token = tokens.next()) {
    const letter = token.kind === 'mark' ? text[token.from] : '';
    if (isHead(text, token, tokens)) {
      flaw ??= 'is not closed before the next rule begins';
      break;
    }
    end = token.to;
    if (letter === '{') depth++;
    else if (letter === '}') depth--;
    else if (letter === ':' && depth === 1 && previous?.kind === 'word') {
      const word = text.slice(previous.from, previous.to);
      if (from === undefined && (word === 'meta' || word === 'strings' || word === 'condition')) section = word;
      if (section === 'condition') from ??= token.to;
    } else if (token.kind === 'word' && section === 'condition') {
      const isMember = previous?.kind === 'mark' && text[previous.from] === '.' && text[previous.from - 1] !== '.';
      if (!isMember) words.push({ word: text.slice(token.from, token.to), at: token.from });
    } else if (token.kind === 'regex') regexes.push({ from: token.from, to: token.to });
    if (token.isBroken) flaw ??= 'has a string, a comment or a regular expression that does not end';
    if (section === 'strings' && token.kind === 'string' && text.slice(token.from, token.to).includes('\ufffd'))
      flaw ??= 'has a string that is not UTF-8';
    previous = token;
    if (depth === 0) {
      if (from !== undefined) condition = { from, to: token.from };
      token = tokens.next();
      break;
    }
  }
  if (depth !== 0) flaw ??= 'is not closed';
  const rule: RulePart = {
    name,
    isGlobal: globalAt !== undefined,
    isPrivate,
    line: first.line,
    start: first.from,
    end,
    ...(globalAt === undefined ? {} : { globalAt }),
    nameAt: named.from,
    ...(condition === undefined ? {} : { condition }),
    words,
    regexes,
    ...(flaw === undefined ? {} : { flaw }),
  };
  return { rule, next: token };
}

function isMark(text: string, token: Token, mark: string): boolean {
  return token.kind === 'mark' && text[token.from] === mark;
}

/** Words that no rule has inside: `rule NAME`, `private rule`. A pattern may be private, too. */
function isHead(text: string, { kind, from, to }: Token, tokens: Tokens): boolean {
  if (kind !== 'word' || to - from > 'private'.length) return false;
  const word = text.slice(from, to);
  if (word !== 'rule' && word !== 'global' && word !== 'private') return false;
  const next = tokens.peek();
  if (next?.kind !== 'word') return false;
  return word === 'rule' || heads.has(text.slice(next.from, next.to));
}

const heads = new Set(['rule', 'global', 'private']);
