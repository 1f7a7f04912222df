import type { Check, RuleDoc } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { Package } from '../../model/package.ts';
import type { DatabaseState, ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';
import { contradictedDatabaseRules, databaseFindings } from './contradicted-database.ts';
import { contradicted, contradictionFindings } from './contradicted-release.ts';

/** Dropped packages that are named one by one; the rest is counted in one finding a layer. */
const NAMED = 50;

const removed: RuleDoc = {
  id: 'package-database-removed',
  kind: 'evasion',
  title: 'A layer removes the package database, or replaces it',
  severity: 'high',
  why:
    'Without the database the packages stay in the image, but scanners and package managers no longer see them. ' +
    'Drydock used the database of the lower layer.',
  remediation: 'Keep the package database; to make the image smaller, remove packages or build in stages.',
};

/** Packages that a layer must have dropped of a database, at least half of it, for the database to count as replaced. */
const REPLACED = 10;

const dropped: RuleDoc = {
  id: 'package-dropped-from-database',
  kind: 'evasion',
  title: 'A package is in the image, but no longer in its package database',
  severity: 'medium',
  why:
    'A layer took the package out of the database and left its files, so that nobody sees or updates it. ' +
    'Drydock judged it as it was before.',
  remediation: 'Remove the package with the package manager, or leave it in the database.',
};

/** Finds what hides packages from whoever looks only at the final image. */
export const evasion: Check = {
  id: 'evasion',
  displayName: 'Evasion',
  analyzers: [],
  judge: { name: 'evasion', judge },
  rules: [removed, dropped, contradicted, ...contradictedDatabaseRules],
};

function* judge(view: ImageView): Iterable<Finding> {
  const gone = view.databases.filter(({ removedBy }) => removedBy !== undefined);
  for (const database of gone) yield removedFinding(view, database, database.removedBy!);
  yield* contradictionFindings(view);
  yield* databaseFindings(view);
  // Packages of a removed database are recovered too, and those whose version was changed: other findings speak for them.
  const versions = new Set(
    view.packages.filter(({ presence }) => presence === 'present').map((pkg) => keyOf(pkg, pkg.locations[0])),
  );
  const recovered = view.packages
    .filter((pkg) => pkg.presence === 'recovered' && !gone.some((database) => isOf(pkg, database)))
    .filter((pkg) => !versions.has(keyOf(pkg, pkg.locations[0])))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.layer.index - b.layer.index));
  const replaced = [...replacedDatabases(view, recovered)];
  yield* replaced.map(({ finding }) => finding);
  const told = new Set(replaced.flatMap(({ packages }) => packages));
  yield* droppedFindings(
    view,
    recovered.filter((pkg) => !told.has(pkg)),
  );
}

/** Databases in the place of which a layer put one that lists hardly any of their packages: one finding tells of all of these. */
function* replacedDatabases(
  view: ImageView,
  recovered: readonly Package[],
): Iterable<{ readonly finding: Finding; readonly packages: readonly Package[] }> {
  for (const database of view.databases) {
    if (database.removedBy !== undefined) continue;
    const ofDatabase = recovered.filter((pkg) => isOf(pkg, database));
    const listed = view.packages.filter((pkg) => pkg.presence === 'present' && isOf(pkg, database)).length;
    for (const [layer, packages] of Map.groupBy(ofDatabase, (pkg) => droppedIn(view, pkg))) {
      if (layer === undefined || packages.length < REPLACED || packages.length < listed) continue;
      const names = packages.slice(0, 10).map(({ name }) => name);
      const more = packages.length > names.length ? ` and ${packages.length - names.length} more` : '';
      const finding = findingOf(removed, view.image.layers[layer], {
        location: { path: database.path },
        evidence:
          `Layer ${layer} replaces ${database.path} by one that lists ${listed} ${listed === 1 ? 'package' : 'packages'}, ` +
          `but the files of ${packages.length} others that were listed before are still there: ${names.join(', ')}${more}.`,
      });
      yield { finding, packages };
    }
  }
}

function* droppedFindings(view: ImageView, recovered: readonly Package[]): Iterable<Finding> {
  for (const pkg of recovered.slice(0, NAMED)) yield droppedFinding(view, pkg, droppedIn(view, pkg));
  const rest = recovered.slice(NAMED);
  for (const [layer, packages] of Map.groupBy(rest, (pkg) => droppedIn(view, pkg))) {
    yield restFinding(view, packages, layer);
  }
}

/** A package whatever its version. */
function keyOf({ type, name, arch }: Package, path: string | undefined): string {
  return `${type} ${name} ${arch ?? ''} ${path ?? ''}`;
}

/** Whether a database, or one file of it, lists a package. */
function isOf({ locations }: Package, { path }: DatabaseState): boolean {
  return locations.some((at) => at === path || at.startsWith(`${path}/`));
}

function removedFinding(view: ImageView, database: DatabaseState, by: number): Finding {
  const packages = view.packages.filter((pkg) => isOf(pkg, database)).length;
  return findingOf(removed, view.image.layers[by], {
    location: { path: database.path },
    evidence:
      `Layer ${by} ${removalWords(view, database)} ${database.path} of layer ${database.layer}, ` +
      `which lists ${packages} ${packages === 1 ? 'package' : 'packages'}.`,
  });
}

/** What became of the database: something may stand in its place that is none. */
function removalWords(view: ImageView, { path }: DatabaseState): string {
  const there = view.resolve(path);
  if (!there.found) return there.reason === 'absent' ? 'removes' : 'puts a link that leads nowhere in the place of';
  const { type } = there.file.header;
  if (path === there.file.path && type !== 'file' && type !== 'directory') return `puts a ${type} in the place of`;
  return type === 'directory' ? 'puts a directory in the place of' : 'puts something else in the place of';
}

function droppedFinding(view: ImageView, pkg: Package, layer: number | undefined): Finding {
  const path = pkg.locations[0];
  return findingOf(dropped, view.image.layers[layer ?? pkg.layer.index], {
    ...(path !== undefined && { location: { path } }),
    evidence:
      `${pkg.name} ${pkg.version} came with layer ${pkg.layer.index}; ` +
      `${layer === undefined ? 'a later layer' : `layer ${layer}`} dropped it from ${path ?? 'the database'}, ` +
      'its files are still there.',
    package: { name: pkg.name, version: pkg.version, purl: pkg.purl },
  });
}

function restFinding(view: ImageView, packages: readonly Package[], layer: number | undefined): Finding {
  const names = packages.slice(0, 10).map(({ name }) => name);
  const more = packages.length > names.length ? ` and ${packages.length - names.length} more` : '';
  return findingOf(dropped, view.image.layers[layer ?? -1], {
    evidence: `Dropped from the database as well, with their files still there: ${names.join(', ')}${more}.`,
  });
}

/** The layer that took a package out of the database. */
function droppedIn(view: ImageView, pkg: Package): number | undefined {
  return view.inventory.findLast(({ removed: records }) =>
    records.some(({ name, version, arch }) => name === pkg.name && version === pkg.version && arch === pkg.arch),
  )?.layer;
}
