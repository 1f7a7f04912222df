import { configDefaults, defineConfig } from 'vitest/config';

/** What measures time and memory of whole processes has the machine for itself. */
const measured = ['test/hostile/hostile.test.ts', 'src/reading/breath.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    isolate: false,
    testTimeout: 30_000,
    reporters: ['default', './test/support/count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...measured],
          maxWorkers: 2,
          // What two files at a time can disturb is limits of time of real programs: told as retried, and run once more.
          retry: 1,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'measured', include: measured, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
