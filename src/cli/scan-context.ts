import { tmpdir } from 'node:os';
import type { ScanContext } from '../context.ts';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { Invocation } from './command.ts';

/** SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), so that equal scans give equal bytes. */
function statedTime(environment: Invocation['io']['environment']): Date | undefined {
  const text = environment['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return undefined;
  const time = new Date(Number(text) * 1000);
  if (!/^\d+$/.test(text) || Number.isNaN(time.getTime())) {
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
    signal: timeout === undefined ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(timeout)]),
    log: io.log,
    limits: defaultLimits,
    progress: io.progress,
    temporary: tmpdir(),
    now: statedTime(io.environment) ?? new Date(),
  };
}
