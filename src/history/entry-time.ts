/** A moment of RFC 3339, with the year that was written. */
export interface EntryTime {
  readonly milliseconds: number;
  readonly year: number;
}

/** The year 1, which Go writes for no time. */
const zero = '0001-01-01T00:00:00Z';

/** @returns undefined where there is none, or the one that means none */
export function timeOf(text: string | undefined): EntryTime | 'no time' | undefined {
  if (text === undefined || text === zero) return undefined;
  const parts = /^(\d{4})-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(text);
  const milliseconds = parts === null ? Number.NaN : Date.parse(text.toUpperCase());
  return Number.isNaN(milliseconds) ? 'no time' : { milliseconds, year: Number(parts![1]) };
}
