import type { RuleDoc } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { DatabaseContradiction, ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';

type Kind = DatabaseContradiction['kind'];
type Of<K extends Kind> = Extract<DatabaseContradiction, { kind: K }>;

/** Packages that are named one by one for each rule; the rest is counted in one finding a layer. */
const NAMED = 50;

const version: RuleDoc = {
  id: 'package-version-without-files',
  kind: 'evasion',
  title: 'The package database names another version, but the files stayed as they were',
  severity: 'high',
  why:
    'Every package manager unpacks all files of a new version. Where only the database changed, the old version is what runs, ' +
    'and scanners judge one that is not there. Drydock judged both.',
  remediation: 'Install the new version with the package manager, or leave the database as it was.',
};

const unlisted: RuleDoc = {
  id: 'package-unlisted',
  kind: 'evasion',
  title: 'A package is in the image with its files, and no database tells of it',
  severity: 'medium',
  why:
    'The list of its files is there, and so are the files, but its entry was taken out of the database before the layer was ' +
    'packed: nobody sees or updates it, and nobody knows its version.',
  remediation: 'Remove the package with the package manager, or put the database back as it was.',
};

const nowhere: RuleDoc = {
  id: 'package-database-missing',
  kind: 'evasion',
  title: 'The image is of a distribution, and the database of its packages is in no layer',
  severity: 'medium',
  why:
    'Programs and libraries of the distribution are there, and nobody can tell what they are or whether they are patched. ' +
    'An image that was squashed after the database was deleted looks like this, and so does one that was made smaller by a tool.',
  remediation: 'Build from an image that has its package database, and keep it.',
  caveats: 'Nothing tells why it is missing. What stands there instead of packages was not judged.',
};

const missing: RuleDoc = {
  id: 'package-without-files',
  kind: 'evasion',
  title: 'The package database lists a package whose programs are not there',
  severity: 'low',
  why:
    'Either its files were deleted to make the image smaller, and what is reported of it is not there, or the entry was ' +
    'written by hand, to look like something that is patched or complete.',
  remediation: 'Remove the package with the package manager.',
  caveats:
    'Only programs and libraries are counted: documentation, translations and data are left out of small images.',
};

const place: RuleDoc = {
  id: 'package-database-not-plain',
  kind: 'evasion',
  title: 'The package database is no plain file that only root may write',
  severity: 'medium',
  why:
    'Package managers write a plain file. Behind a link, a FIFO or a device scanners read something else, or nothing; ' +
    'what others may write says what they want.',
  remediation: 'Leave the database as the package manager wrote it, owned by root.',
  caveats: 'Links to the folder around it are how some distributions are laid out, and are not told.',
};

/** Rules about databases that the files contradict. */
export const contradictedDatabaseRules: readonly RuleDoc[] = [version, unlisted, nowhere, missing, place];

/** What the files say against the package databases. */
export function* databaseFindings(view: ImageView): Iterable<Finding> {
  for (const one of ofKind(view, 'place')) {
    // What stands in the place of one that was removed is told with the removal.
    if (view.databases.some(({ path, removedBy }) => path === one.path && removedBy !== undefined)) continue;
    yield placeFinding(view, one);
  }
  yield* perPackage(view, version, ofKind(view, 'version'), versionWords);
  const lost = view.problems.find(({ code }) => code === 'packages.database-missing');
  const lists = ofKind(view, 'unlisted');
  if (lost === undefined) yield* perPackage(view, unlisted, lists, unlistedWords);
  else yield nowhereFinding(view, lost.message, lists);
  yield* perPackage(view, missing, ofKind(view, 'files'), missingWords);
}

function ofKind<K extends Kind>(view: ImageView, kind: K): readonly Of<K>[] {
  return view.contradictions.filter((one): one is Of<K> => one.kind === kind);
}

function* perPackage<T extends Of<Exclude<Kind, 'place'>>>(
  view: ImageView,
  rule: RuleDoc,
  all: readonly T[],
  words: (one: T) => string,
): Iterable<Finding> {
  const sorted = all.toSorted((a, b) => (a.package < b.package ? -1 : a.package > b.package ? 1 : a.layer - b.layer));
  for (const one of sorted.slice(0, NAMED)) {
    yield findingOf(rule, view.image.layers[one.layer], { location: { path: one.path }, evidence: words(one) });
  }
  for (const [layer, rest] of Map.groupBy(sorted.slice(NAMED), (one) => one.layer)) {
    const names = rest.slice(0, 10).map((one) => one.package);
    const more = rest.length > names.length ? ` and ${rest.length - names.length} more` : '';
    yield findingOf(rule, view.image.layers[layer], { evidence: `The same of ${names.join(', ')}${more}.` });
  }
}

function versionWords({ package: name, before, after, path, layer, files, kept }: Of<'version'>): string {
  return `Layer ${layer} names ${name} ${after} in ${path} instead of ${before}, but ${kept} of its ${files} files are older than the layer.`;
}

function unlistedWords({ package: name, path, files, kept }: Of<'unlisted'>): string {
  return `${path} lists ${files} files of ${name}, of which ${kept} are there; no database tells of it.`;
}

function missingWords({ package: name, version: of, path, files, kept }: Of<'files'>): string {
  if (files === 0) return `${path} lists ${name} ${of}, which has no list of files, as the other packages have.`;
  return `${path} lists ${name} ${of}; of its ${files} programs and libraries ${kept} are there.`;
}

/** Packages whose lists are left are told with it: none of them has an entry. */
function nowhereFinding(view: ImageView, message: string, lists: readonly Of<'unlisted'>[]): Finding {
  const [first] = lists;
  const left = first === undefined ? '' : `; lists of files are left of ${lists.length} packages`;
  return findingOf(nowhere, first && view.image.layers[first.layer], {
    ...(first !== undefined && { location: { path: first.path } }),
    evidence: `${message.charAt(0).toUpperCase()}${message.slice(1)}${left}.`,
  });
}

function placeFinding(view: ImageView, { path, layer, type, uid, mode }: Of<'place'>): Finding {
  const isFile = type === 'file';
  const words = isFile
    ? `belongs to user ${uid} and has mode ${mode.toString(8)}`
    : `is a ${type === 'symlink' ? 'link' : type}`;
  return findingOf(place, view.image.layers[layer], {
    location: { path },
    evidence: `${path} of layer ${layer} ${words}.`,
    // Whoever runs as that user could rewrite it; that somebody did is not said.
    ...(isFile && { severity: 'low' as const }),
  });
}
