import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take half a minute or longer, the longest first. What begins last ends last, and one long file at the end
 * keeps all but one worker waiting. By their size, as vitest guesses without times of an earlier run, they are small.
 */
const long: readonly string[] = [
  // Of their group, which begins when the others have ended.
  'test/hostile/hostile-budgets.test.ts',
  'test/hostile/hostile-sizes.test.ts',
  'test/e2e/observe.test.ts',
  'test/deploy/image.test.ts',
  'test/soak/soak.test.ts',
  'test/feeds-bad-input.test.ts',
  'test/e2e/observe-attacks.test.ts',
  'src/cli/hostile-words.test.ts',
  'test/e2e/page-every.test.ts',
  'test/e2e/observe-archives.test.ts',
  'test/package.test.ts',
  'test/ecosystem-consistency.test.ts',
  'test/e2e/map-page.test.ts',
  'test/launcher.test.ts',
  'test/stock-debian.test.ts',
  'test/e2e/html-report.test.ts',
  'src/cli/commands/scan.test.ts',
  'test/e2e/observe-bad-input.test.ts',
  'src/cli/commands/commands.test.ts',
  'test/e2e/page.test.ts',
  'test/e2e/observe-service.test.ts',
  'src/runtime/inside/relay.test.ts',
  'src/cli/doctor/doctor.test.ts',
  'src/runtime/cage/kinds.test.ts',
  'src/checks/webshells/script-views.test.ts',
  'test/e2e/map.test.ts',
  'src/runtime/service-scan/real-databases.test.ts',
  'src/server/layer-jobs.test.ts',
  'src/server/api/images.test.ts',
  'test/e2e/page-entry.test.ts',
  'test/e2e/observe-services.test.ts',
  'src/runtime/observe/live-events.test.ts',
  'src/runtime/inside/open-inside.test.ts',
];

/** Begins with the files that take longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = long.findIndex((file) => moduleId.endsWith(`/${file}`));
      return place < 0 ? long.length : place;
    };
    const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b));
  }
}
