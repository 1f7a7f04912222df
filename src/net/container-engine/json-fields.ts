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
