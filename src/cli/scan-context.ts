import { tmpdir } from 'node:os';
import type { ScanContext } from '../context.ts';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import { limitTime } from '../signals.ts';
import type { Invocation } from './command.ts';

/** Now, or SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), so that equal scans give equal bytes. */
export function currentTime(environment: Invocation['io']['environment']): Date {
  const text = environment['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return new Date();
  const time = new Date(Number(text) * 1000);
  // Later years do not fit into the dates of a report (RFC 3339).
  if (!/^\d+$/.test(text) || Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999) {
    throw new UsageError(
      'usage.configuration',
      `SOURCE_DATE_EPOCH: seconds since 1970 are expected, not ${JSON.stringify(text)}.`,
    );
  }
  return time;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The moment that `--as-of` and its like name: the end of a day (YYYY-MM-DD, in UTC), or a moment (RFC 3339).
 * @throws UsageError for anything else, and for the future, of which nothing is known
 */
export function momentOf(text: string, now: Date, option = '--as-of'): Date {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = isDay || isMoment ? Date.parse(isDay ? `${text}T00:00:00Z` : text) : Number.NaN;
  // A day that the month does not have is taken for one of the next month.
  if (Number.isNaN(time) || (isDay && new Date(time).toISOString().slice(0, 10) !== text)) {
    const words = JSON.stringify(text);
    throw new UsageError(
      'usage.option',
      `${option}: a day (2026-01-31) or a moment (RFC 3339) is expected, not ${words}.`,
    );
  }
  if (time > now.getTime()) throw new UsageError('usage.option', `${option}: nothing is known of ${text} yet.`);
  return new Date(isDay ? Math.min(time + DAY - 1, now.getTime()) : time);
}

/** The moment that a command is to answer for; undefined: now. */
export function asOf({ configuration, io }: Invocation): Date | undefined {
  const text = configuration.settings['as-of'];
  return text === undefined ? undefined : momentOf(text, currentTime(io.environment));
}

/** What a scan gets from this command line. The time limit begins now. */
export function makeScanContext(invocation: Invocation): ScanContext {
  const { configuration, io } = invocation;
  const { timeout } = configuration.settings;
  return {
    signal: limitTime(io.signal, timeout),
    timeLimited: timeout !== undefined,
    log: io.log,
    limits: defaultLimits,
    progress: io.progress,
    temporary: tmpdir(),
    now: asOf(invocation) ?? currentTime(io.environment),
  };
}
