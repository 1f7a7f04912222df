import type { Finding } from '../model/finding.ts';
import { compareText } from '../model/order.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import { compareSeverity } from '../model/severity.ts';
import { isAboutNoPackage, pairsOf } from './pairs.ts';
import { askedPurls, FindingIndex, isAsked, packageSubject, subjectOf } from './subject.ts';
import { isInstalled, Versions, versionsOf } from './versions.ts';

export const changeKinds = ['new', 'gone', 'changed'] as const;

/** Why something differs between two reports. */
export const causes = [
  /** The image has other packages or files. */
  'image',
  /** The advisories say something else of the same package. */
  'database',
  /** The same finding is judged more or less grave. */
  'severity',
  /** It is known to be exploited now. */
  'exploitation',
  /** A fix became known, or another one. */
  'fix',
  /** A policy accepts it now, or no longer. */
  'suppression',
  /** The same image, looked at by other checks or another version of Drydock. */
  'tool',
  /** Both the package and the advisories changed, and they could not be told apart. */
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** One difference between the findings of two reports. */
export interface FindingChange {
  readonly change: (typeof changeKinds)[number];
  readonly cause: Cause;
  /** What was compared: one sentence that lets a reader check it. */
  readonly evidence: string;
  /** Absent for a new one. */
  readonly before?: Finding;
  /** Absent for one that is gone. */
  readonly after?: Finding;
}

/** A package of which the image has other versions, or has it no longer, or only now. */
export interface PackageChange {
  readonly name: string;
  readonly type: string;
  readonly arch?: string;
  /** Versions, sorted; empty: it was not there. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** One of two reports that are compared. */
export interface DiffSide {
  readonly reference: string;
  readonly digest?: string;
  readonly createdAt: string;
  readonly advisories: { readonly generation?: number; readonly builtAt?: string; readonly starter: boolean };
  readonly findings: number;
  /** False: something could not be read or judged, so that what is missing there proves nothing. */
  readonly complete: boolean;
}

/** What differs between two reports, and why. */
export interface ReportDiff {
  readonly schemaVersion: 1;
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Both are of the same layers. */
  readonly sameImage: boolean;
  readonly packages: readonly PackageChange[];
  /** New ones first, then those that are gone, then those that changed; the gravest first. */
  readonly findings: readonly FindingChange[];
  /** Findings that are the same in both. */
  readonly unchanged: number;
}

/**
 * Compares two reports.
 * @param rejudged the vulnerabilities that the packages of `before` have by the advisories of `after`: with them it is
 *   known whether the image or the database is the cause; absent: it is known only where the package did not change
 */
export function diffReports(before: Report, after: Report, rejudged?: readonly Finding[]): ReportDiff {
  const sameImage = layersOf(before) !== undefined && layersOf(before) === layersOf(after);
  const asked = { before: askedPurls(before.packages), after: askedPurls(after.packages) };
  const again = rejudged === undefined ? undefined : new FindingIndex(rejudged, asked.before);
  const teller = new Teller({ before, after, sameImage, asked, ...(again !== undefined && { rejudged: again }) });
  const earlier = new FindingIndex(before.findings, asked.before);
  const later = new FindingIndex(after.findings, asked.after);
  const changes: FindingChange[] = [];
  let unchanged = 0;
  const pairs = pairsOf(before.findings, after.findings);
  const paired = new Set(pairs.values());
  for (const finding of after.findings) {
    const same = isAboutNoPackage(finding) ? pairs.get(finding) : earlier.same(finding, asked.after);
    if (same === undefined) changes.push(teller.appeared(finding));
    else {
      const own = changesOf(same, finding);
      if (own.length === 0) unchanged++;
      for (const change of own) changes.push(change);
    }
  }
  for (const finding of before.findings) {
    const isStill = isAboutNoPackage(finding) ? paired.has(finding) : later.same(finding, asked.before) !== undefined;
    if (!isStill) changes.push(teller.vanished(finding));
  }
  return {
    schemaVersion: 1,
    before: sideOf(before),
    after: sideOf(after),
    sameImage,
    packages: packageChanges(before.packages.filter(isInstalled), after.packages.filter(isInstalled)),
    findings: changes.sort(compareChanges),
    unchanged,
  };
}

/** Whether a change is one that a gate stops: something new, or something known that became graver. */
export function isRegression({ change, cause, before, after }: FindingChange): boolean {
  if (after === undefined || after.suppressed !== undefined) return false;
  if (change === 'new' || cause === 'exploitation') return true;
  if (cause === 'suppression') return before?.suppressed !== undefined;
  return cause === 'severity' && before !== undefined && compareSeverity(after.severity, before.severity) > 0;
}

interface Told {
  readonly before: Report;
  readonly after: Report;
  readonly sameImage: boolean;
  /** What each image only asks for. */
  readonly asked: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> };
  readonly rejudged?: FindingIndex;
}

/** How sentences speak of the packages that an image has, and of those that it only asks for. */
const words = {
  installed: {
    came: (name: string) => `${name} was not in the image before`,
    went: (name: string) => `${name} is no longer in the image`,
    had: 'the image had',
    has: 'the image has',
    still: 'the image still has',
  },
  asked: {
    came: (name: string) => `no file asked for ${name} alone before`,
    went: (name: string) => `no file asks for ${name} alone any more`,
    had: 'files asked for',
    has: 'files ask for',
    still: 'files still ask for',
  },
} as const;

/** Tells why a finding came or went. Installed packages are held against installed ones, asked ones against asked ones. */
class Teller {
  readonly #told: Told;
  readonly #earlier: Versions;
  readonly #later: Versions;

  constructor(told: Told) {
    this.#told = told;
    this.#earlier = new Versions(told.before.packages);
    this.#later = new Versions(told.after.packages);
  }

  appeared(after: Finding): FindingChange {
    const pkg = after.package;
    if (after.kind !== 'vulnerability' || pkg === undefined) return this.#content('new', { after });
    const { asked, rejudged } = this.#told;
    const kind = isAsked(after, asked.after) ? 'asked' : 'installed';
    const say = words[kind];
    const versions = this.#earlier[kind].get(packageSubject(pkg));
    if (versions === undefined) return { change: 'new', cause: 'image', evidence: say.came(pkg.name), after };
    if (versions.has(pkg.version)) {
      const evidence = `${say.had} ${pkg.name} ${pkg.version} already; the advisories did not say this of it`;
      return { change: 'new', cause: 'database', evidence, after };
    }
    const had = `${pkg.name} ${listOf(versions)}`;
    if (rejudged === undefined) {
      const evidence = `${say.had} ${had}, and the advisories of both reports may differ`;
      return { change: 'new', cause: 'unknown', evidence, after };
    }
    return rejudged.same(after, asked.after) === undefined
      ? { change: 'new', cause: 'image', evidence: `${say.had} ${had}, which does not have it`, after }
      : { change: 'new', cause: 'database', evidence: `${had} has it too, as is known now`, after };
  }

  vanished(before: Finding): FindingChange {
    const pkg = before.package;
    if (before.kind !== 'vulnerability' || pkg === undefined) return this.#content('gone', { before });
    const { asked, rejudged } = this.#told;
    const kind = isAsked(before, asked.before) ? 'asked' : 'installed';
    const say = words[kind];
    const versions = this.#later[kind].get(packageSubject(pkg));
    const name = `${pkg.name} ${pkg.version}`;
    if (versions === undefined) return { change: 'gone', cause: 'image', evidence: say.went(pkg.name), before };
    if (versions.has(pkg.version)) {
      const evidence = `${say.still} ${name}; the advisories no longer say this of it`;
      return { change: 'gone', cause: 'database', evidence, before };
    }
    const now = `${say.has} ${pkg.name} ${listOf(versions)} now`;
    if (rejudged === undefined) {
      const evidence = `${now}, and the advisories of both reports may differ`;
      return { change: 'gone', cause: 'unknown', evidence, before };
    }
    return rejudged.same(before, asked.before) === undefined
      ? { change: 'gone', cause: 'database', evidence: `the advisories no longer say this of ${name}`, before }
      : { change: 'gone', cause: 'image', evidence: `${now}, in place of ${name}`, before };
  }

  /** What is no vulnerability of a package: whoever looks at the same layers again finds the same. */
  #content(change: 'new' | 'gone', side: Pick<FindingChange, 'before' | 'after'>): FindingChange {
    const { before, after, sameImage } = this.#told;
    if (!sameImage) return { change, cause: 'image', evidence: 'the layers of the image differ', ...side };
    const versions = `${before.tool.version} and ${after.tool.version}`;
    const evidence = `the layers are the same; other checks, another day or another version of Drydock (${versions})`;
    return { change, cause: 'tool', evidence, ...side };
  }
}

/** How a finding that both reports have differs: each cause by itself. */
function changesOf(before: Finding, after: Finding): readonly FindingChange[] {
  const changes: FindingChange[] = [];
  const add = (cause: Cause, evidence: string): void => {
    changes.push({ change: 'changed', cause, evidence, before, after });
  };
  if (before.suppressed === undefined && after.suppressed !== undefined) {
    add('suppression', `it is accepted now, by ${after.suppressed.by}: ${after.suppressed.reason}`);
  } else if (before.suppressed !== undefined && after.suppressed === undefined) {
    const until = before.suppressed.expires === undefined ? '' : ` until ${before.suppressed.expires}`;
    add('suppression', `it was accepted${until}, by ${before.suppressed.by}, and is no longer`);
  }
  if (before.severity !== after.severity) {
    const way = compareSeverity(after.severity, before.severity) > 0 ? 'raised' : 'lowered';
    add('severity', `its severity was ${way} from ${before.severity} to ${after.severity}`);
  }
  if (before.score?.kev !== true && after.score?.kev === true) add('exploitation', 'it is known to be exploited now');
  if (before.fixedVersion !== after.fixedVersion && after.fixedVersion !== undefined) {
    const earlier = before.fixedVersion === undefined ? 'there was none' : `it was ${before.fixedVersion}`;
    add('fix', `${after.fixedVersion} fixes it; ${earlier} before`);
  }
  return changes;
}

/** What the layers are called; undefined where one of them, or the image, has none that tells. */
function layersOf({ image }: Report): string | undefined {
  const names = image.layers.map(({ diffId, digest }) => diffId ?? digest);
  return names.length === 0 || names.includes(undefined) ? undefined : names.join(' ');
}

function listOf(versions: ReadonlySet<string>): string {
  return [...versions].join(', ');
}

function packageChanges(before: readonly Package[], after: readonly Package[]): readonly PackageChange[] {
  const earlier = versionsOf(before);
  const later = versionsOf(after);
  const changes = new Map<string, PackageChange>();
  for (const pkg of [...before, ...after]) {
    const subject = packageSubject(pkg);
    if (changes.has(subject)) continue;
    const [had, has] = [earlier, later].map((versions) => [...(versions.get(subject) ?? [])].sort(compareText));
    if (had!.join('\0') === has!.join('\0')) continue;
    const { name, type, arch } = pkg;
    changes.set(subject, { name, type, ...(arch !== undefined && { arch }), before: had!, after: has! });
  }
  return [...changes.values()].sort(
    (a, b) => compareText(a.type, b.type) || compareText(a.name, b.name) || compareText(a.arch ?? '', b.arch ?? ''),
  );
}

function sideOf({ image, createdAt, advisories, findings, coverage }: Report): DiffSide {
  const { generation, builtAt, starter } = advisories;
  const digest = image.digest ?? image.id;
  return {
    reference: image.reference,
    ...(digest !== undefined && { digest }),
    createdAt,
    advisories: {
      ...(generation !== undefined && { generation }),
      ...(builtAt !== undefined && { builtAt }),
      starter,
    },
    findings: findings.length,
    complete: coverage.complete,
  };
}

function compareChanges(a: FindingChange, b: FindingChange): number {
  const [left, right] = [a.after ?? a.before!, b.after ?? b.before!];
  return (
    changeKinds.indexOf(a.change) - changeKinds.indexOf(b.change) ||
    compareSeverity(right.severity, left.severity) ||
    compareText(left.id, right.id) ||
    compareText(subjectOf(left), subjectOf(right)) ||
    causes.indexOf(a.cause) - causes.indexOf(b.cause)
  );
}
