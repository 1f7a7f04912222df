import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** What measures time of the processor and memory of whole processes runs beside its like, and never once more. */
const measured = ['test/hostile/hostile-*.test.ts'];

/** What measures time by the clock has the machine for itself. */
const alone = ['src/reading/breath.test.ts', 'test/e2e/map-podman.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    isolate: false,
    // Far above what anything takes: machines of a CI are slow for minutes, and none of these limits is what a test is about.
    testTimeout: 180_000,
    // Hooks start and end engines and servers, and are not run once more as a test is.
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/count-reporter.ts'],
    // It imports its JSON in a way that Node.js does not take.
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/src/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...measured, ...alone],
          // One more than most machines of a CI have processors: files with real engines, servers and browsers wait for a part of their
          // time. With five of them two processors had no rest, and pages came too late for those who pressed keys.
          maxWorkers: 3,
          // What files side by side can disturb is limits of time of real programs: told as retried, and run again.
          retry: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'measured', include: measured, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, retry: 2, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
