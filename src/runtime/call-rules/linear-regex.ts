import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { ConditionError } from './condition-error.ts';

const LONGEST = 8192;

export interface RegexOptions {
  /** The whole text, not a part of it. */
  readonly whole?: boolean;
}

/**
 * Compiles a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax), as Falco takes them. It is matched in
 * linear time: rules of others meet texts of others. Without back references and lookaround, which cannot be had so.
 * @throws ConditionError for an expression that is none, has what is not supported, or is too large
 */
export function compileRegex(pattern: string, { whole = false }: RegexOptions = {}): (text: string) => boolean {
  if (pattern.length > LONGEST) throw new ConditionError('the regular expression is too long');
  try {
    const compiled = RE2JS.compile(pattern);
    return whole ? (text) => compiled.testExact(text) : (text) => compiled.test(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const why = error instanceof RE2JSSyntaxException ? error.getDescription() : error.message;
    throw new ConditionError(`the regular expression is none of RE2: ${why}`);
  }
}
