import { evaluate, type Names } from '../expression/evaluate.ts';
import { goPattern } from '../expression/go-pattern.ts';
import { ExpressionError, textOf, type Value } from '../expression/value.ts';
import { fill } from './fill.ts';
import { valuesAt } from './json-path.ts';
import type { Extractor, Judgement, Matcher } from './template.ts';

/** What an answer means. */
export interface Verdict {
  readonly matched: boolean;
  /** Names of the matchers that matched. */
  readonly names: readonly string[];
  /** The words that matched, for evidence. */
  readonly witnesses: readonly string[];
  /** What extractors took out, by name. */
  readonly taken: ReadonlyMap<string, readonly string[]>;
  /** Of them those that are shown. */
  readonly shown: readonly string[];
  /** Why a matcher could not be judged. */
  readonly problem?: string;
}

/** Values that one extractor takes. */
const MOST_TAKEN = 100;
/** Characters of one of them. */
const MOST_VALUE = 8192;

/**
 * Judges an answer. Extractors come first: matchers may ask for what they took.
 * @param names of the answer's parts and of all values
 */
export function judge({ matchers, all, extractors }: Judgement, names: Names): Verdict {
  const taken = new Map<string, readonly string[]>();
  const shown: string[] = [];
  const problems: string[] = [];
  const extended: Names = (name) => taken.get(name)?.[0] ?? names(name);
  for (const extractor of extractors) {
    const values = guarded(() => take(extractor, extended), problems) ?? [];
    if (values.length === 0) continue;
    if (extractor.name !== undefined && !taken.has(extractor.name)) taken.set(extractor.name, values);
    if (!extractor.internal) shown.push(...values);
  }
  const matched: Matcher[] = [];
  const witnesses: string[] = [];
  for (const matcher of matchers) {
    const before = problems.length;
    const witness = guarded(() => matches(matcher, extended), problems);
    // What could not be decided is no match, least of all one of the absence of something.
    const isMatch = problems.length === before && (witness !== undefined) !== matcher.negative;
    if (isMatch) {
      matched.push(matcher);
      if (witness !== undefined && !matcher.negative) witnesses.push(...witness);
    } else if (all) return { matched: false, names: [], witnesses: [], taken, shown, ...problemOf(problems) };
  }
  const isMatched = matchers.length === 0 ? shown.length > 0 : all ? true : matched.length > 0;
  return {
    matched: isMatched,
    names: matched.map(({ name }) => name).filter((name) => name !== undefined),
    witnesses,
    taken,
    shown,
    ...problemOf(problems),
  };
}

function problemOf(problems: readonly string[]): { problem?: string } {
  return problems[0] === undefined ? {} : { problem: problems[0] };
}

/** An expression that has no value matches nothing; what took too long is told. */
function guarded<T>(run: () => T, problems: string[]): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (/^too slow/.test(error.message)) problems.push(error.message);
    return undefined;
  }
}

function matchesExpressions(
  { expressions, texts, all }: Extract<Matcher, { type: 'dsl' }>,
  names: Names,
): string[] | undefined {
  const right = (at: number): boolean => {
    try {
      return evaluate(expressions[at]!, names) === true;
    } catch (error) {
      if (error instanceof ExpressionError && !/^too slow/.test(error.message)) return false;
      throw error;
    }
  };
  return chosen(
    all,
    expressions.map((_, at) => at),
    (at) => (right(at) ? texts[at]! : undefined),
  );
}

/** What matched; undefined where nothing did. */
function matches(matcher: Matcher, names: Names): string[] | undefined {
  if (matcher.type === 'dsl') return matchesExpressions(matcher, names);
  if (matcher.type === 'status') return matchesStatus(matcher, names);
  const part = partOf(matcher.part, names);
  return part === undefined ? undefined : matchesText(matcher, part, names);
}

function matchesStatus({ part, numbers }: Extract<Matcher, { type: 'status' }>, names: Names): string[] | undefined {
  const status = names(statusOf(part)) ?? names('status_code');
  return chosen(false, numbers, (number) => (status === number ? `status ${number}` : undefined));
}

function matchesText(
  matcher: Exclude<Matcher, { type: 'dsl' | 'status' }>,
  part: string,
  names: Names,
): string[] | undefined {
  switch (matcher.type) {
    case 'size':
      return chosen(false, matcher.numbers, (number) => (part.length === number ? `${number} bytes` : undefined));
    case 'binary':
      return chosen(matcher.all, matcher.words, (word) => (part.includes(word) ? word : undefined));
    case 'word': {
      const text = matcher.caseless ? part.toLowerCase() : part;
      return chosen(matcher.all, matcher.words, (word) => {
        const filled = fill(word, names).text;
        return text.includes(matcher.caseless ? filled.toLowerCase() : filled) ? filled : undefined;
      });
    }
    case 'regex':
      return chosen(matcher.all, matcher.patterns, (pattern) => {
        const filled = pattern.includes('{{') ? fill(pattern, names).text : pattern;
        return goPattern(filled).all(part, 1)[0]?.[0];
      });
  }
}

function statusOf(part: string): string {
  const number = /_(\d{1,3})$/.exec(part)?.[1];
  return number === undefined ? 'status_code' : `status_code_${number}`;
}

function chosen<T>(all: boolean, of: readonly T[], test: (one: T) => string | undefined): string[] | undefined {
  const found: string[] = [];
  for (const one of of) {
    const witness = test(one);
    if (witness !== undefined) {
      found.push(witness);
      if (!all) return found;
    } else if (all) return undefined;
  }
  return found.length > 0 ? found : undefined;
}

const partNames: Readonly<Record<string, string>> = { header: 'all_headers', all: 'response' };

function partOf(part: string, names: Names): string | undefined {
  const number = /^(.*?)(_\d{1,3})$/.exec(part);
  const name = number === null ? (partNames[part] ?? part) : `${partNames[number[1]!] ?? number[1]!}${number[2]!}`;
  const value: Value | undefined = names(name) ?? names(part) ?? names(part.toLowerCase().replaceAll('-', '_'));
  return value === undefined ? undefined : textOf(value);
}

function take(extractor: Extractor, names: Names): string[] {
  const values: string[] = [];
  const add = (value: string): void => {
    if (value !== '' && values.length < MOST_TAKEN) values.push(value.slice(0, MOST_VALUE));
  };
  if (extractor.type === 'dsl') {
    for (const expression of extractor.expressions) add(textOf(evaluate(expression, names)));
    return values;
  }
  if (extractor.type === 'kval') {
    for (const key of extractor.keys) {
      const value = names(key.toLowerCase().replaceAll('-', '_'));
      if (value !== undefined) add(textOf(value));
    }
    return values;
  }
  const part = partOf(extractor.part, names);
  if (part === undefined) return values;
  if (extractor.type === 'json') {
    for (const path of extractor.paths) for (const value of valuesAt(part, path, MOST_TAKEN)) add(value);
    return values;
  }
  for (const pattern of extractor.patterns) {
    const filled = pattern.includes('{{') ? fill(pattern, names).text : pattern;
    for (const groups of goPattern(filled).all(part, MOST_TAKEN)) add(groups[extractor.group] ?? '');
  }
  return [...new Set(values)];
}
