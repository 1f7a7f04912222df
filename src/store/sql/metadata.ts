import { StoreError } from '../../errors.ts';
import { compareCodePoints } from '../../model/order.ts';
import { checkText } from './texts.ts';

/** How deep metadata may be nested: not less than requests that bring it. */
const DEPTH = 1000;

/**
 * Metadata as it is kept, so that equal values are equal texts: keys sorted by code points, no spaces.
 * @throws StoreError `store.bad-request` for what is no JSON
 */
export function canonicalJson(text: string): string {
  if (text === '') return '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StoreError('store.bad-request', 'The metadata is no JSON.', { cause: error });
  }
  return checkText('metadata', write(value, 0));
}

function write(value: unknown, depth: number): string {
  if (depth > DEPTH) throw new StoreError('store.bad-request', 'The metadata is nested too deeply.');
  if (Array.isArray(value)) return `[${value.map((member) => write(member, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => compareCodePoints(a, b));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member, depth + 1)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
