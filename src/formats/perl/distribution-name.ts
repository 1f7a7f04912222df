/** What a distribution of CPAN is called, and which version of it. */
export interface DistributionName {
  /** `Foo-Bar`, never with `::`. */
  readonly name: string;
  /** Empty where it is called by its name alone. */
  readonly version: string;
}

const NAME = /^\w[\w.+-]{0,200}$/;
/** Characters of a name and its version together. */
const LONGEST = 300;
/** The version is behind the last hyphen; what may follow it are marks of what is not released yet (CPAN::DistnameInfo). */
const HYPHEN =
  /^(.+)-(v?\.?\d[\w.]*(?:-(?:alpha|beta|dev|final|patch|pre|rc|trial)\d*)?)(?:-withoutworldwriteables)?$/i;
/** Such a name ends as a version does: `Foo-1.02-3` is the third of 1.02. */
const HALF = /^(.+)-(v?\d+\.[\d.]+)$/i;
/** Authors who leave the hyphen out: `Foo1.02`, `Foo_Bar.0.3`. A version has a dot then: `Foo2` is a name. */
const GLUED = /^(\w[\w+-]*?[A-Za-z])[._]?(v?\d+(?:\.\d\w*)+)$/;

/**
 * Splits the name of a distribution's archive, `Foo-Bar-v1.2.3-TRIAL`.
 * @returns undefined where it is no name that CPAN takes
 */
export function splitDistribution(dist: string): DistributionName | undefined {
  if (dist.length > LONGEST) return undefined;
  const [, before = dist, end = ''] = HYPHEN.exec(dist) ?? GLUED.exec(dist) ?? [];
  const [, name = before, middle] = HALF.exec(before) ?? [];
  const version = middle === undefined ? end : `${middle}-${end}`;
  const isWhole = version === '' && name.endsWith('-undef');
  const called = isWhole ? name.slice(0, -'-undef'.length) : name;
  return isDistributionName(called) ? { name: called, version } : undefined;
}

/** Whether CPAN takes it as the name of a distribution: modules have colons in theirs. */
export function isDistributionName(name: string): boolean {
  return NAME.test(name);
}
