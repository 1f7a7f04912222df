import { StoreError } from '../../errors.ts';

/** Characters of a name, a version or a link, at most (Clair v1). */
const LONGEST = 128;

/**
 * A text that both databases keep as it is.
 * @throws StoreError `store.bad-request` for the character 0, which PostgreSQL cannot keep, and for half of a surrogate pair
 */
export function checkText(what: string, text: string): string {
  if (text.includes('\0')) throw new StoreError('store.bad-request', `The ${what} holds the character 0.`);
  if (!text.isWellFormed()) throw new StoreError('store.bad-request', `The ${what} holds half of a character.`);
  return text;
}

/**
 * The same for something of at most 128 characters.
 * @throws StoreError `store.too-long`
 */
export function checkShort(what: string, text: string): string {
  if (text.length > LONGEST && (text.length > 2 * LONGEST || [...text].length > LONGEST)) {
    throw new StoreError('store.too-long', `The ${what} has more than ${LONGEST} characters.`);
  }
  return checkText(what, text);
}

/**
 * The same for something that must not be empty.
 * @throws StoreError `store.bad-request` for an empty one
 */
export function checkName(what: string, text: string): string {
  if (text === '') throw new StoreError('store.bad-request', `The ${what} is empty.`);
  return checkShort(what, text);
}
