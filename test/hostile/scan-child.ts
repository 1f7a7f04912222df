// Scans what it is told to, one image after another, and tells what each cost. Started by measured-scan.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { DrydockError } from '../../src/errors.ts';
import type { MeasuredOutcome } from './measured-scan.ts';
import { runScan, type ScanOrder } from './scan-case.ts';

/** Lets the peak begin anew (proc_pid_clear_refs(5)); elsewhere it is that of the whole life of the process. */
function forgetPeak(): void {
  globalThis.gc?.();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // No Linux, or no right to: the measure is then too high, never too low.
  }
}

/** The largest resident set since `forgetPeak`, in bytes. */
function peak(): number {
  try {
    const text = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    if (text !== undefined) return Number(text) * 1024;
  } catch {
    // no Linux
  }
  return process.resourceUsage().maxRSS * 1024;
}

async function answer(order: ScanOrder): Promise<MeasuredOutcome> {
  forgetPeak();
  const start = performance.now();
  const before = process.cpuUsage();
  const { reports, error } = await runScan(order);
  const { user, system } = process.cpuUsage(before);
  // On a machine that is busy with other things, a scan that waits for its turn is not slow.
  const milliseconds = Math.min(performance.now() - start, (user + system) / 1000);
  const cost = { milliseconds, peakBytes: peak() };
  if (error === undefined) return { reports, cost };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof DrydockError ? error.code : undefined;
  return { reports, cost, error: { message, stack: stack ?? message, ...(code !== undefined && { code }) } };
}

process.on('message', (order: ScanOrder) => {
  void answer(order).then((outcome) => process.send?.(outcome));
});
