import type { Callable } from './callable.ts';
import { codeFunctions } from './code-functions.ts';
import { randomFunctions } from './random-functions.ts';
import { textFunctions } from './text-functions.ts';
import { ExpressionError, MOST_TEXT, type Value } from './value.ts';

const functions: ReadonlyMap<string, Callable> = new Map([
  ...Object.entries(textFunctions),
  ...Object.entries(codeFunctions),
  ...Object.entries(randomFunctions),
]);

/** Functions have several spellings: `to_lower` and `tolower`. */
const byPlainName = new Map([...functions].map(([name, callable]) => [plain(name), callable] as const));

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Names of all functions of expressions, sorted. */
export const functionNames: readonly string[] = [...functions.keys()].sort();

export function hasFunction(name: string): boolean {
  return byPlainName.has(plain(name));
}

/** @throws ExpressionError for an unknown one, and for arguments that do not fit */
export function callFunction(name: string, values: readonly Value[]): Value {
  const callable = byPlainName.get(plain(name));
  if (callable === undefined) throw new ExpressionError(`the function ${name} is not known`);
  if (values.length < callable.least || values.length > callable.most) {
    throw new ExpressionError(`${name} was given ${values.length} arguments`);
  }
  let value: Value;
  try {
    value = callable.call(...values);
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw new ExpressionError(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value === 'string' && value.length > MOST_TEXT) throw new ExpressionError(`${name} makes too long a text`);
  return value;
}
