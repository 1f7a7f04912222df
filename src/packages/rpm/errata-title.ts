import { severityOfWord } from '../../formats/severity-word.ts';
import type { Affected, BuildFilter, VersionRange } from '../../model/advisory.ts';
import type { Verdict } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';
import type { Severity } from '../../model/severity.ts';
import { isModuleBuild, rpmBuildApplies } from './builds.ts';
import { holdsNoKernel } from './kernels.ts';

/** `nodejs:18`: names and streams of modules have neither blanks nor commas. */
const stream = /(?:^|\s)([a-z0-9][\w.+-]{0,60}:[\w.+-]{1,60})(?=[\s,]|$)/gi;

/** The word before the first colon of a title as Red Hat's relatives write it: `Important: nodejs:18 security update`. */
export function titledSeverity(title: unknown): Severity {
  if (typeof title !== 'string') return 'unknown';
  return severityOfWord(/^([A-Za-z]{1,20}): /.exec(title)?.[1]);
}

/**
 * The module stream that a title names, for rows whose fix is a build for a module: `nodejs:18`. Undefined where the
 * title names none, or several: then it does not tell which row is about which.
 */
export function titledModule(title: unknown, ranges: readonly VersionRange[]): BuildFilter | undefined {
  if (typeof title !== 'string' || title.length > 1000) return undefined;
  if (!ranges.some(({ fixed, lastAffected }) => isModuleBuild(fixed ?? lastAffected ?? ''))) return undefined;
  const named = new Set([...title.replace(/^[A-Za-z]{1,20}: /, '').matchAll(stream)].map((match) => match[1]));
  const [module] = named;
  return module === undefined || named.size > 1 ? undefined : { module };
}

/**
 * `rpmBuildApplies` for rows whose module comes from a title: AlmaLinux and Rocky Linux built some packages of modules
 * without a label, and of such a package only the release tells that it is of a module, not of which.
 */
export function titledBuildApplies(
  pkg: Pick<Package, 'name' | 'version' | 'arch' | 'modularity' | 'repositories'>,
  { only, ranges }: Pick<Affected, 'only' | 'ranges'>,
): Verdict {
  if (holdsNoKernel(pkg.name)) return { applies: false, reason: `${pkg.name} holds nothing of a kernel that runs` };
  if (only?.module === undefined || pkg.modularity !== undefined || !isModuleBuild(pkg.version)) {
    return rpmBuildApplies(pkg, { ...(only !== undefined && { only }), ranges });
  }
  const { module: _, ...rest } = only;
  return rpmBuildApplies(pkg, { only: rest, ranges });
}
