/** Bytes that an object or a list, and each of its members, take at least beside what they hold. */
const OBJECT = 64;
const MEMBER = 16;

/**
 * About how many bytes something that was read as JSON takes in memory; a text counts as if no character of it fit in one
 * byte. It need not be exact: it tells what is too much from what is usual.
 */
export function weighFacts(value: unknown): number {
  if (typeof value === 'string') return OBJECT + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = OBJECT;
  if (Array.isArray(value)) for (const one of value) bytes += MEMBER + weighFacts(one);
  else for (const key in value) bytes += MEMBER + 2 * key.length + weighFacts((value as Record<string, unknown>)[key]);
  return bytes;
}
