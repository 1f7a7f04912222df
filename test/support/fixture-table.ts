import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import type { FixtureTally } from './language-fixtures.ts';

const columns = ['cases', 'expected', 'found', 'missing', 'extra', 'failed'] as const;
type Row = Record<(typeof columns)[number], number>;

const none = (): Row => ({ cases: 0, expected: 0, found: 0, missing: 0, extra: 0, failed: 0 });

/**
 * Adds up what the tests of fixtures found, by ecosystem. What is missing or extra in a test that passes is explained there.
 *   npx vitest run fixtures.test --reporter=./test/support/fixture-table.ts
 */
export default class FixtureTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = new Map<string, Row>();
    const all = none();
    for (const module of modules) {
      if (path.basename(module.moduleId) !== 'fixtures.test.ts') continue;
      const row = none();
      for (const test of module.children.allTests()) {
        if (test.result().state === 'failed') row.failed++;
        const { fixture } = test.meta() as { readonly fixture?: FixtureTally };
        if (fixture === undefined) continue;
        row.cases++;
        for (const column of ['expected', 'found', 'missing', 'extra'] as const) row[column] += fixture[column];
      }
      if (row.cases === 0) continue;
      rows.set(path.basename(path.dirname(module.moduleId)), row);
      for (const column of columns) all[column] += row[column];
    }
    console.log(`| | ${columns.join(' | ')} |\n|---|${columns.map(() => '---|').join('')}`);
    for (const [name, row] of [...[...rows].sort(), ['all', all] as const]) {
      console.log(`| ${name} | ${columns.map((column) => row[column]).join(' | ')} |`);
    }
  }
}
