import type { ModuleVersion } from './go-mod.ts';
import { checkModules, linesOf } from './lines.ts';

export interface SummedModule extends ModuleVersion {
  /** `h1:...` */
  readonly sum: string;
}

export interface GoSum {
  /** Modules whose files were fetched, not only their go.mod; more than are used, since nobody takes lines away. */
  readonly modules: readonly SummedModule[];
  /** How many lines are none of go.sum. */
  readonly unknown: number;
}

/**
 * Reads go.sum (go.dev/ref/mod#go-sum-files).
 * @throws LimitError where it names more modules than any project has
 */
export function parseGoSum(text: string): GoSum {
  const modules: SummedModule[] = [];
  let unknown = 0;
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const [path = '', version = '', sum = '', ...rest] = line.trim().split(/\s+/, 5);
    if (rest.length > 0 || !/^h\d:\S+$/.test(sum)) unknown++;
    else if (!version.endsWith('/go.mod')) checkModules(modules.push({ path, version, sum }));
  }
  return { modules, unknown };
}
