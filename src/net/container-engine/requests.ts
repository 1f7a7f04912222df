import { EngineError } from './engine-error.ts';

/** What a query may hold; what is absent or false is left out. */
export type QueryValue = string | number | boolean | undefined;

/** `?all=1&size=1`, or nothing. */
export function query(values: Readonly<Record<string, QueryValue>>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === false) continue;
    search.set(key, value === true ? '1' : String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Labels that objects must have: a key with this value, or with any where it is true. */
export type LabelFilter = Readonly<Record<string, string | true>>;

/** `filters` of a query, as all lists of the API want them. */
export function labelFilters(labels: LabelFilter): string {
  const label = Object.entries(labels).map(([key, value]) => (value === true ? key : `${key}=${value}`));
  return JSON.stringify({ label });
}

/**
 * A name or id as part of a path.
 * @throws EngineError `absent` where nothing of an engine could have that name
 */
export function encodeId(engine: { readonly name: string }, id: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,255}$/.test(id)) {
    throw new EngineError('absent', `${JSON.stringify(id.slice(0, 300))} is no name of anything at ${engine.name}`);
  }
  return id;
}

/** A request whose body is JSON. */
export function jsonBody(value: unknown): { readonly headers: Record<string, string>; readonly body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
