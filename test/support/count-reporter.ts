import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run in one line that a machine can count: `N passed, N failed, N skipped`. Where DRYDOCK_TEST_COUNTS names a file, the
 * three numbers are appended to it, so that a pipeline of several runs can add them up.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A module that could not even be loaded has no tests to count.
      if (module.state() === 'failed' && tests.length === 0) count.failed++;
      for (const test of tests) count[test.result().state]++;
    }
    const { passed, failed, skipped } = count;
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    const file = process.env['DRYDOCK_TEST_COUNTS'];
    if (file !== undefined) appendFileSync(file, `${passed} ${failed} ${skipped}\n`);
  }
}
