import type { Report } from '../../src/model/report.ts';
import type { ImageRuns, RunCalls, RunOrder } from '../../src/server/observe/image-runs.ts';

/** A run that goes on until the test says so. */
export interface HeldRun {
  readonly order: RunOrder;
  readonly calls: RunCalls;
  end(report: Report): void;
  fail(error: Error): void;
}

export interface HeldRuns {
  readonly images: ImageRuns;
  readonly runs: readonly HeldRun[];
  readonly cleaned: () => number;
}

/** Runs of images without an engine: they tell and end as a test says, and when their signal does. */
export function heldRuns(changed: Partial<ImageRuns> = {}): HeldRuns {
  const runs: HeldRun[] = [];
  let cleaned = 0;
  return {
    runs,
    cleaned: () => cleaned,
    images: {
      engine: 'docker',
      cage: 'default',
      callRules: ['starter', 'team'],
      serviceScanners: ['drydock', 'nmap'],
      run: (order, calls) =>
        new Promise((resolve, reject) => {
          calls.signal.addEventListener('abort', () => reject(calls.signal.reason));
          runs.push({ order, calls, end: resolve, fail: reject });
        }),
      clean: async () => {
        cleaned += 1;
        return 0;
      },
      ...changed,
    },
  };
}
