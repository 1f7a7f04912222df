import { evaluate, type Names } from '../expression/evaluate.ts';
import { needsOf, parseExpression } from '../expression/parse.ts';
import { ExpressionError, MOST_TEXT, textOf, type Value } from '../expression/value.ts';

/** Places of one text that are filled. */
const MOST_PLACES = 2000;

export interface Filled {
  readonly text: string;
  /** Names that have no value: the text is not to be sent. */
  readonly missing: readonly string[];
}

/**
 * Fills the places `{{name}}` and `{{expression}}` of a text, the innermost first. What is no expression stays as it is.
 */
export function fill(text: string, names: Names): Filled {
  if (!text.includes('{{')) return { text, missing: [] };
  const missing: string[] = [];
  let out = text;
  // Inner places stand in texts of expressions: {{base64('{{user}}:{{password}}')}}.
  for (let round = 0; round < 3; round++) {
    let count = 0;
    const before = out;
    out = out.replace(/\{\{([^{}]{1,4000})\}\}/g, (whole, inner: string) => {
      if (++count > MOST_PLACES) return whole;
      const value = valueOfPlace(inner, names);
      if (typeof value === 'object' && 'missing' in value) {
        if (round === 0 || !missing.includes(value.missing)) missing.push(value.missing);
        return whole;
      }
      return value === undefined ? whole : textOf(value as Value);
    });
    if (out.length > MOST_TEXT) throw new ExpressionError('a text grows too long');
    if (out === before) break;
  }
  return { text: out, missing: [...new Set(missing)] };
}

function valueOfPlace(inner: string, names: Names): Value | undefined | { readonly missing: string } {
  const name = inner.trim();
  const plain = names(name);
  if (plain !== undefined) return plain;
  try {
    const expression = parseExpression(inner);
    const { names: needed } = needsOf(expression);
    const absent = [...needed].find((one) => names(one) === undefined);
    if (absent !== undefined) return { missing: absent };
    return evaluate(expression, names);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
