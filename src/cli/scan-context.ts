import { tmpdir } from 'node:os';
import type { ScanContext } from '../context.ts';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { Invocation } from './command.ts';
import { limitTime } from './time-limit.ts';

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

/** What a scan gets from this command line. The time limit begins now. */
export function makeScanContext({ configuration, io }: Invocation): ScanContext {
  const { timeout } = configuration.settings;
  return {
    signal: limitTime(io.signal, timeout),
    timeLimited: timeout !== undefined,
    log: io.log,
    limits: defaultLimits,
    progress: io.progress,
    temporary: tmpdir(),
    now: currentTime(io.environment),
  };
}
