/** Moments before this are what publishers write for unknown ones: there was no rpm. */
const EARLIEST = 1996;

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?\s*(?:Z|UTC|\+00:?00)?$/;

/**
 * A date of a notice in RFC 3339: `2018-01-11 21:05` or `2025-06-11T19:52:52Z`. Undefined for days that no calendar has, and
 * for the year 1.
 */
export function readNoticeDate(text: string): string | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = match;
  const moment = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const time = Date.parse(moment);
  if (Number.isNaN(time) || Number(year) < EARLIEST) return undefined;
  // Engines take the 30th of February for the 1st of March.
  return new Date(time).toISOString().slice(0, 10) === `${year}-${month}-${day}` ? moment : undefined;
}
