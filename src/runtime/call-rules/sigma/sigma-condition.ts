import { ConditionError } from '../condition-error.ts';

/** A condition of Sigma; `of` asks for one or all of the searches whose names match. */
export type SigmaCondition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly SigmaCondition[] }
  | { readonly kind: 'not'; readonly part: SigmaCondition }
  | { readonly kind: 'search'; readonly name: string }
  | { readonly kind: 'of'; readonly all: boolean; readonly pattern: string };

const LONGEST = 8192;
const DEEPEST = 50;

/**
 * Reads a condition (https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html#condition).
 * @throws ConditionError
 */
export function parseSigmaCondition(text: string): SigmaCondition {
  if (text.length > LONGEST) throw new ConditionError('the condition is too long');
  if (text.includes('|')) throw new ConditionError('the condition counts events (|), which Sigma itself has given up');
  const words = text.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const is = (word: string): boolean => {
    if (words[at]?.toLowerCase() !== word) return false;
    at++;
    return true;
  };
  const joined = (kind: 'and' | 'or', next: () => SigmaCondition): SigmaCondition => {
    const parts = [next()];
    while (is(kind)) parts.push(next());
    return parts.length === 1 ? parts[0]! : { kind, parts };
  };
  const either = (depth: number): SigmaCondition => joined('or', () => joined('and', () => negated(depth)));
  const negated = (depth: number): SigmaCondition => {
    let negative = false;
    while (is('not')) negative = !negative;
    const part = single(depth);
    return negative ? { kind: 'not', part } : part;
  };
  const single = (depth: number): SigmaCondition => {
    if (depth > DEEPEST) throw new ConditionError('the condition is nested too deeply');
    if (is('(')) {
      const inner = either(depth + 1);
      if (!is(')')) throw new ConditionError('a closing parenthesis is missing in the condition');
      return inner;
    }
    const word = words[at++];
    if (word === undefined || word === ')') throw new ConditionError('a search is expected in the condition');
    if (/^(?:1|any|all)$/i.test(word) && is('of')) {
      const pattern = words[at++];
      if (pattern === undefined) throw new ConditionError('a name is expected behind of');
      return {
        kind: 'of',
        all: word.toLowerCase() === 'all',
        pattern: pattern.toLowerCase() === 'them' ? 'them' : pattern,
      };
    }
    if (words[at]?.toLowerCase() === 'of') throw new ConditionError(`${word} of is not supported: 1, any or all are`);
    return { kind: 'search', name: word };
  };
  const condition = either(0);
  if (at < words.length)
    throw new ConditionError(`and, or, or the end of the condition is expected at ${JSON.stringify(words[at])}`);
  return condition;
}
