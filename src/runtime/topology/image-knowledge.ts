import type { Finding } from '../../model/finding.ts';
import { compareText } from '../../model/order.ts';
import { isIncomplete, type Problem } from '../../model/problem.ts';
import { compareSeverity } from '../../model/severity.ts';
import type { ImageKnowledge, KnownPackage } from '../../model/topology.ts';
import type { ImageView } from '../../model/view.ts';
import { PackagePlaces } from '../package-places.ts';
import { PathSet } from './path-set.ts';

/** Programs and libraries of one image whose packages are kept. */
const FILES = 200_000;
const VULNERABILITIES = 500;
/** Characters of a problem that are told. */
const MOST_WORDS = 300;

/** Of an image: which packages its programs and libraries belong to, and which files it has. */
export interface ImageFiles {
  /** Package URLs of those that a program or a library belongs to, by its path from the root. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
  readonly files: PathSet;
}

/** Reads it from an image that was put together: the same packages that an observed run of it would be said to use. */
export function imageFiles(view: ImageView): ImageFiles {
  const paths: string[] = [];
  const owners = programOwners(view, (path) => paths.push(path));
  return { owners, files: PathSet.of(paths) };
}

/**
 * Package URLs of those that a program or a library belongs to, by its path from the root.
 * @param onPath told of every path of the image
 */
export function programOwners(
  view: ImageView,
  onPath: (path: string) => void = () => {},
): ReadonlyMap<string, readonly string[]> {
  const places = new PackagePlaces(view);
  const owners = new Map<string, readonly string[]>();
  view.each((file) => {
    const path = `/${file.path()}`;
    onPath(path);
    if (file.type !== 'file' || owners.size >= FILES) return;
    if ((file.mode & 0o111) === 0 && !/\.(?:so|node)(?:\.[\d.]{1,20})?$/.test(path)) return;
    const owner = places.owner(path);
    const found = [...(owner === undefined ? [] : [owner]), ...places.languages(path)].map(({ purl }) => purl);
    if (found.length > 0) owners.set(path, [...new Set(found)]);
  });
  return owners;
}

/** What is kept of an image that was scanned; plain data, for a file. */
export interface KeptKnowledge {
  readonly schemaVersion: 1;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As `ImageKnowledge` has it. */
  readonly incomplete?: string;
  readonly packages: readonly KnownPackage[];
  /** Paths of programs and libraries of packages with findings, sorted; and for each the indices of these packages. */
  readonly paths: readonly string[];
  readonly owners: readonly (readonly number[])[];
  readonly files: string;
}

/** Puts together what was found on an image's packages and which files they have. */
export function keepKnowledge(
  findings: readonly Finding[],
  { owners, files }: ImageFiles,
  at: number,
  problems: readonly Problem[] = [],
): KeptKnowledge {
  const packages = knownPackages(findings);
  const indices = new Map(packages.map(({ purl }, index) => [purl, index]));
  const owned = [...owners]
    .map(([path, purls]) => [path, purls.flatMap((purl) => indices.get(purl) ?? [])] as const)
    .filter(([, found]) => found.length > 0)
    .sort(([a], [b]) => compareText(a, b));
  return {
    schemaVersion: 1,
    at,
    ...incompleteOf(problems),
    packages,
    paths: owned.map(([path]) => path),
    owners: owned.map(([, found]) => found),
    files: files.toText(),
  };
}

/** Vulnerabilities by the packages that have them. Those that somebody accepted are left out. */
export function knownPackages(findings: readonly Finding[]): readonly KnownPackage[] {
  const groups = new Map<string, { one: NonNullable<Finding['package']>; found: Finding[] }>();
  for (const finding of findings) {
    const { package: one, kind, suppressed } = finding;
    if (kind !== 'vulnerability' || one === undefined || suppressed !== undefined) continue;
    const group = groups.get(one.purl);
    if (group === undefined) groups.set(one.purl, { one, found: [finding] });
    else group.found.push(finding);
  }
  return [...groups.values()].map(({ one, found }) => ({
    name: one.name,
    version: one.version,
    purl: one.purl,
    vulnerabilities: found
      .sort((a, b) => compareSeverity(b.severity, a.severity) || weight(b) - weight(a) || compareText(a.id, b.id))
      .slice(0, VULNERABILITIES)
      .map(({ id, severity, fixedVersion, score }) => ({
        id,
        severity,
        ...(fixedVersion !== undefined && { fixedVersion }),
        ...(score?.kev === true && { knownExploited: true }),
        ...(score?.epss !== undefined && { epss: score.epss }),
      })),
  }));
}

/** What a scan did not read or judge, in a sentence for whoever looks at the map. */
export function incompleteOf(problems: readonly Problem[]): Pick<ImageKnowledge, 'incomplete'> {
  const [first, ...more] = problems.filter(isIncomplete);
  if (first === undefined) return {};
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return { incomplete: `Its scan is not complete: ${first.message.slice(0, MOST_WORDS).toWellFormed()}${others}` };
}

function weight({ score }: Finding): number {
  return (score?.kev === true ? 2 : 0) + (score?.epss ?? 0);
}

/** Knowledge of what was kept. */
export function knownImage(kept: KeptKnowledge, page?: string): ImageKnowledge {
  const files = PathSet.fromText(kept.files);
  const owners = new Map(kept.paths.map((path, index) => [path, kept.owners[index] ?? []]));
  return {
    state: 'known',
    ...(page !== undefined && { page }),
    ...(typeof kept.incomplete === 'string' && { incomplete: kept.incomplete }),
    packages: kept.packages,
    packagesOf: (path) => owners.get(path) ?? [],
    hasFile: (path) => files?.has(path) ?? false,
  };
}

/** Of an image of which nothing is known, or not yet. */
export function unknownImage(state: Exclude<ImageKnowledge['state'], 'known'>, reason?: string): ImageKnowledge {
  return {
    state,
    ...(reason !== undefined && { reason }),
    packages: [],
    packagesOf: () => [],
    hasFile: () => false,
  };
}
