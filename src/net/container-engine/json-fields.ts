/** Reading of JSON that somebody else wrote: everything may be of any type. */

export function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

export function textField(value: unknown, key: string): string | undefined {
  const inner = field(value, key);
  return typeof inner === 'string' && inner !== '' ? inner : undefined;
}

export function textsField(value: unknown, key: string): readonly string[] {
  const inner = field(value, key);
  return Array.isArray(inner) ? inner.filter((item) => typeof item === 'string') : [];
}

export function recordField(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = field(value, key);
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Record<string, unknown>) : {};
}

/** A whole number that can be counted on; anything else is absent. */
export function integerField(value: unknown, key: string): number | undefined {
  const inner = field(value, key);
  return typeof inner === 'number' && Number.isSafeInteger(inner) ? inner : undefined;
}

export function booleanField(value: unknown, key: string): boolean | undefined {
  const inner = field(value, key);
  return typeof inner === 'boolean' ? inner : undefined;
}

export function listField(value: unknown, key: string): readonly unknown[] {
  const inner = field(value, key);
  return Array.isArray(inner) ? inner : [];
}

/** The members of an object whose values are texts. */
export function textRecordField(value: unknown, key: string): Readonly<Record<string, string>> {
  const entries = Object.entries(recordField(value, key)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}
