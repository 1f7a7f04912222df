import type { Package } from '../../model/package.ts';

/** Whose packages a derivative may have taken over. */
export interface ParentRule {
  /** Words that the parent writes into revisions: `deb` of `+deb12u1`, `ubuntu` of `0ubuntu3.1`. */
  readonly words: ReadonlySet<string>;
  /** What the maintainer of every package of the parent looks like; absent: it has many, of any domain. */
  readonly maintainer?: RegExp;
}

/**
 * Tells whether a package of a derivative is the parent's own build, so that the parent's advisories may judge it. Both
 * have to speak for it; a package that is doubtful is judged by nobody, which the report says.
 * - Version: everyone who changes a package marks its revision (`1kali1`, `+rpt1`, `1pop0`, `+linuxmint1`). A word
 *   that the parent does not use there is somebody else's.
 * - Maintainer: the parent's, or at least nobody who bears the derivative's name.
 *
 * Who rebuilds a package from the same source, and leaves its version as it is, has the same code.
 */
export function isBuildOfParent(pkg: Package, derivative: string, rule: ParentRule): boolean {
  const maintainer = pkg.vendor?.toLowerCase();
  if (maintainer === undefined) return false;
  const isParents = rule.maintainer?.test(maintainer) ?? !maintainer.includes(plain(derivative));
  return isParents && hasOnly(rule.words, pkg.version) && hasOnly(rule.words, (pkg.source ?? pkg).version);
}

/** `linux` adds nothing to a name, and neither do hyphens: maintainers write `@kali.org`, `Raspberry Pi`. */
function plain(id: string): string {
  return id.replace(/[-_.]|linux|os$/g, '') || id;
}

/** Whether the revision (of a native package: the version) has no other words than these. */
function hasOnly(words: ReadonlySet<string>, version: string): boolean {
  const revision = version.slice(version.lastIndexOf('-') + 1);
  return (revision.match(/[A-Za-z]+/g) ?? []).every((word) => words.has(word.toLowerCase()));
}
