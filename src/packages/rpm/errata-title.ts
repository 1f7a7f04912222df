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

/** `rpmBuildApplies`, and no flaws of kernels in what holds none, for AlmaLinux, Rocky Linux and Fedora. */
export function titledBuildApplies(
  pkg: Pick<Package, 'name' | 'version' | 'arch' | 'modularity' | 'repositories'>,
  affected: Pick<Affected, 'only' | 'ranges'>,
): Verdict {
  if (holdsNoKernel(pkg.name)) return { applies: false, reason: `${pkg.name} holds nothing of a kernel that runs` };
  return rpmBuildApplies(pkg, affected);
}
