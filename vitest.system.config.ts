import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What measures time and memory of whole processes runs with nothing beside it. */
const measured = ['test/hostile/hostile-*.system.test.ts', 'src/reading/breath.system.test.ts'];

/** A browser ends what it loads when an address of the machine changes, and container engines change them. */
const pages = ['test/e2e/{page,page-*,map-page,map-controls,html-report}.system.test.ts'];

/** So that none of them runs alone at the end of its group. */
const longest = ['observe-docker', 'observe-podman', 'soak', 'observe-attacks', 'postgres', 'page-every', 'map-page'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.system.test.ts`));
      return index === -1 ? longest.length : index;
    };
    const order = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => order(a) - order(b) || rank(a) - rank(b));
  }
}

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
    sequence: { sequencer: LongestFirst },
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
    projects: [
      // Three, one more than a CI has processors: files with engines, servers and browsers wait for a part of their time.
      {
        extends: true,
        test: { name: 'pages', include: pages, maxWorkers: 3, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['src/**/*.system.test.ts', 'test/**/*.system.test.ts', 'web/src/**/*.system.test.ts'],
          exclude: ['**/node_modules/**', ...measured, ...pages],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'measured', include: measured, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
