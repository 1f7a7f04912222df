import { SlowPatternError } from './pattern.ts';
import type { Judgement, Matcher } from './probe.ts';

/** An answer in parts, by name, and the status of HTTP. Texts hold one byte a character. */
export interface Answer {
  readonly status?: number;
  readonly parts: ReadonlyMap<string, string>;
  /** The part that is meant where none is named. */
  readonly main: string;
}

/** What an answer means. */
export interface Verdict {
  readonly matched: boolean;
  /** The words that matched, for evidence. */
  readonly witnesses: readonly string[];
  /** What extractors took out. */
  readonly shown: readonly string[];
  /** Why a matcher could not be judged. */
  readonly problem?: string;
}

/** Values that one extractor takes, and characters of one of them. */
const MOST_TAKEN = 100;
const MOST_VALUE = 8192;

/** @param fill puts values in the places of a word */
export function judge(judgement: Judgement, answer: Answer, fill: (text: string) => string): Verdict {
  const all = judgement['matchers-condition'] === 'and';
  const problems: string[] = [];
  const witnesses: string[] = [];
  let count = 0;
  for (const matcher of judgement.matchers) {
    const isNegative = matcher.type !== 'status' && matcher.negative;
    // What cannot be decided is no match, least of all one of the absence of something.
    const found = decided(() => matches(matcher, answer, fill) ?? [], problems);
    if (found === undefined || found.length > 0 === isNegative) {
      if (all) return { matched: false, witnesses: [], shown: [], ...problemOf(problems) };
      continue;
    }
    count++;
    witnesses.push(...found);
  }
  const shown = count > 0 ? decided(() => shownOf(judgement, answer), problems) : undefined;
  return { matched: count > 0, witnesses, shown: shown ?? [], ...problemOf(problems) };
}

function problemOf(problems: readonly string[]): { problem?: string } {
  return problems[0] === undefined ? {} : { problem: problems[0] };
}

function decided<T>(run: () => T, problems: string[]): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SlowPatternError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

/** What matched; undefined where nothing did. */
function matches(matcher: Matcher, answer: Answer, fill: (text: string) => string): string[] | undefined {
  if (matcher.type === 'status') {
    return matcher.status.includes(answer.status ?? 0) ? [`status ${answer.status}`] : undefined;
  }
  const part = answer.parts.get(matcher.part ?? answer.main);
  if (part === undefined) return undefined;
  switch (matcher.type) {
    case 'binary':
      return chosen(matcher.condition, matcher.binary, (word) => (part.includes(word) ? word : undefined));
    case 'word': {
      const same = (word: string): string => (matcher['case-insensitive'] ? word.toLowerCase() : word);
      const text = same(part);
      return chosen(matcher.condition, matcher.words.map(fill), (word) =>
        text.includes(same(word)) ? word : undefined,
      );
    }
    case 'regex':
      return chosen('or', matcher.regex, (pattern) => pattern.find(part)?.[0]);
  }
}

function chosen<T>(
  condition: 'and' | 'or',
  of: readonly T[],
  test: (one: T) => string | undefined,
): string[] | undefined {
  const found = of.map(test).filter((one) => one !== undefined);
  return found.length >= (condition === 'and' ? of.length : 1) ? found : undefined;
}

function shownOf({ extractors }: Judgement, answer: Answer): string[] {
  return extractors.flatMap(({ part: name, group, regex }) => {
    const part = answer.parts.get(name ?? answer.main) ?? '';
    const found = regex.flatMap((pattern) => pattern.all(part, MOST_TAKEN));
    const values = found.map((groups) => groups[group] ?? '').filter((value) => value !== '');
    return [...new Set(values.map((value) => value.slice(0, MOST_VALUE)))];
  });
}
