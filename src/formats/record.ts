/** JSON objects that somebody else wrote: what is not of the expected type counts as absent. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value as an object, or undefined. */
export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
}

/** What the object itself has under a key that somebody else chose, `__proto__` among them. */
export function ownValue(record: JsonRecord | undefined, key: string): unknown {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The value as a list; empty for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a list of texts; undefined for anything else, and for a list that holds anything else. */
export function asTexts(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

/** The value as text that is not blank and not longer than `maximum` characters. */
export function asText(value: unknown, maximum = 1000): string | undefined {
  return typeof value === 'string' && value.length <= maximum && value.trim() !== '' ? value : undefined;
}

/**
 * A moment in RFC 3339. The year 1 that some feeds write for an unknown one, years that cannot be, and nonsense, count as
 * absent.
 */
export function asMoment(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40 || !/^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d|$)/.test(value))
    return undefined;
  return /^(?:19[7-9]|20)\d/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}
