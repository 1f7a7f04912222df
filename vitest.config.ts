import { defineConfig } from 'vitest/config';

/** `npm test`: what needs Node.js alone. */
export default defineConfig({
  test: {
    pool: 'forks',
    isolate: false,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.system.test.ts'],
    // One more than a CI has processors: a fifth of the time is waiting.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Far above what a state takes to come: machines of a CI are slow for seconds.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', './test/support/count-reporter.ts'],
    // It imports its JSON in a way that Node.js does not take.
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
  },
});
