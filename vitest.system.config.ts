import { defineConfig } from 'vitest/config';

/** What measures time and memory of whole processes runs with nothing beside it. */
const measured = ['test/hostile/hostile-*.system.test.ts', 'src/reading/breath.system.test.ts'];

/** `npm run test:system`: what needs real engines, servers, browsers, programs of the system or ../shared. */
export default defineConfig({
  test: {
    pool: 'forks',
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Far above what a state takes to come: machines of a CI are slow for seconds.
    expect: { poll: { timeout: 40_000 } },
    reporters: ['default', './test/support/count-reporter.ts'],
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['src/**/*.system.test.ts', 'test/**/*.system.test.ts', 'web/src/**/*.system.test.ts'],
          exclude: ['**/node_modules/**', ...measured],
          // One more than a CI has processors: files with engines, servers and browsers wait for a part of their time.
          maxWorkers: 3,
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
