import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Lines of one failure that are told. */
const LINES = 40;

/** Ends a run in one line that a machine can count, and tells before it why tests were run again that passed in the end. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A module that could not even be loaded has no tests to count.
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) count.failed++;
      for (const test of module.children.allTests()) {
        count[test.result().state]++;
        tellRetried(test);
      }
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}

function tellRetried(test: TestCase): void {
  const { state, errors } = test.result();
  if (state !== 'passed') return;
  for (const { message, diff, stack } of errors ?? []) {
    const text = [message, diff, stack].filter((part) => part !== undefined).join('\n');
    console.log(`passed when it was run again: ${test.fullName}\n${text.split('\n').slice(0, LINES).join('\n  ')}\n`);
  }
}
