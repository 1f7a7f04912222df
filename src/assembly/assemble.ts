import type { ScanContext } from '../context.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { Distribution, ReleaseFile } from '../model/distribution.ts';
import { distributionTypes, type Ecosystem, homeOf } from '../model/ecosystem.ts';
import type { PackageIdentifier } from '../model/identifier.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import type { Coverage, FileCount } from '../model/report.ts';
import type { ImageView } from '../model/view.ts';
import { Pauses } from '../pauses.ts';
import type { ReadLayer } from '../reading/read-layers.ts';
import { withClassified } from './classified-programs.ts';
import { type ContentReading, isTold, readContents } from './contents.ts';
import { type CountedFiles, countCoverage, type PlacedReading } from './coverage.ts';
import { judgeDatabases } from './databases.ts';
import { detectDistribution, inferDistribution } from './distribution.ts';
import { efficiencyOf } from './efficiency.ts';
import { FileOwners } from './file-owners.ts';
import { identifyByDigest } from './identified.ts';
import { installedNames, takeInventory } from './inventory.ts';
import { layerChanges } from './layer-changes.ts';
import { MergedFiles } from './merged-files.ts';
import { Ownership } from './ownership.ts';
import { makePackages } from './packages.ts';
import { Programs } from './programs.ts';
import { readReleaseFiles } from './release-files.ts';
import { readMissing } from './second-pass.ts';
import { eachFile } from './seen-files.ts';
import { unidentifiedProblems } from './unidentified.ts';

/** An image put together from its layers. */
export interface AssembledImage {
  readonly view: ImageView;
  /** `complete` is decided when judging is done. */
  readonly coverage: Omit<Coverage, 'complete'>;
}

export interface AssemblyOptions {
  /** Knows what archives do not tell of themselves. */
  readonly identifier?: PackageIdentifier;
  /** Looks into the files that no package owns; absent: nobody does, or somebody did already. */
  readonly contents?: ContentReading;
}

/**
 * Merges the layers of an image, reads what only shows now, and concludes distribution and packages.
 */
export async function assembleImage(
  image: OpenedImage,
  layers: readonly ReadLayer[],
  analyzers: readonly Analyzer[],
  ecosystems: readonly Ecosystem[],
  context: ScanContext,
  { identifier, contents }: AssemblyOptions = {},
): Promise<AssembledImage> {
  const pauses = new Pauses(context.signal);
  const late: Problem[] = [];
  context.progress.report('merging layers');
  const files = await MergedFiles.of(image.info, layers, context.limits, pauses, late);
  const missing = await readMissing(files, image, analyzers, context);
  if (identifier !== undefined) await identifyByDigest(files, identifier);
  const releaseFiles = readReleaseFiles(files);
  const { distribution: detected, contradictions } = detectDistribution(releaseFiles, ecosystems);
  const stated = await takeInventory(files, layers.length, pauses);
  const records = stated.installed.map(({ record }) => record);
  const distribution = detected ?? inferDistribution(releaseFiles, records, ecosystems);
  const names = installedNames(stated, files);
  const listed = await Ownership.of(files, names, pauses, late);
  const databases = await judgeDatabases(files, stated, listed, pauses);
  const { dropped } = databases;
  // What is recovered owns its files as if its database were there still.
  const ownership = dropped.length === 0 ? listed : await Ownership.of(files, names, pauses, late, dropped);
  const held = dropped.length === 0 ? stated : { ...stated, installed: [...stated.installed, ...dropped] };
  const owners = new FileOwners(files, ownership, held.installed);
  const inventory = await withClassified(stated, files, owners, pauses);
  const packages = await makePackages(
    files,
    inventory,
    ownership,
    databases.recovered,
    distribution,
    ecosystems,
    pauses,
    late,
  );

  const problems: Problem[] = [...image.problems, ...layers.flatMap((layer) => layer.problems), ...late, ...missing];
  for (const message of contradictions) problems.push({ code: 'distribution.contradiction', message });
  for (const { slot, path, layer, removedBy } of inventory.databases) {
    if (removedBy === undefined) continue;
    const message = `layer ${removedBy} removed the ${slot} database; the one of layer ${layer} was used`;
    problems.push({ code: 'packages.database-removed', message, layer: removedBy, path });
  }
  problems.push(...databases.problems);
  const read: PlacedReading[] = layers.map(({ facts }, layer) => ({ layer, facts }));
  let published: FileCount | undefined;
  if (contents !== undefined) {
    const found = await readContents(files, image, layers, { ownership, inventory: held, pauses }, contents, context);
    read.push(...found.read);
    published = found.published;
    for (const problem of found.problems) if (!isTold(problem, problems)) problems.push(problem);
  }
  const programs = await Programs.of(files, owners, pauses);
  problems.push(...unidentifiedProblems(files, ownership, programs));
  // Finds owners through links: before what was left out is told.
  const sources = { owners, inventory, programs, problems, pauses };
  const { coverage, programs: unexplained, places } = await countCoverage(files, read, sources);
  for (const message of files.tree.exhausted) problems.push({ code: 'layer.limit', message });
  if (layers.length > 0) {
    if (packages.length === 0) problems.push({ code: 'packages.none', message: 'no package was found in the image' });
    if (isWindows(image.info)) problems.push(ofWindows);
    else if (distribution === undefined)
      problems.push(withoutDistribution(releaseFiles, packages, unexplained, ecosystems));
    else if (unexplained > 0) {
      problems.push(...withoutDatabase(distribution, packages, unexplained, ecosystems));
      problems.push(...strayPrograms(places));
    }
  }
  const view: ImageView = {
    image: image.info,
    ...(distribution !== undefined && { distribution }),
    releaseFiles,
    packages,
    inventory: inventory.layers,
    databases: inventory.databases,
    contradictions: databases.contradictions,
    facts: (kind) => files.facts(kind),
    resolve: (path) => files.resolve(path),
    hiddenBy: (layer, path) => files.hiddenBy(layer, path),
    list: (directory) => files.list(directory),
    ownerOf: (path) => ownership.ownerOf(path),
    bringerOf: (layer, path) => owners.bringerOf(layer, path),
    each: (visit, options) => eachFile(files, owners, visit, options),
    changes: once(() => layerChanges(files.tree, layers.length)),
    efficiency: once(() => efficiencyOf(files.tree)),
    problems,
  };
  return { view, coverage: { ...coverage, ...(published !== undefined && { published }) } };
}

/** The registry of Windows says what is installed, and updates stand in a store of components. */
const ofWindows: Problem = {
  code: 'image.windows',
  message:
    'it is an image of Windows: what its registry (Hives) says to be installed, and its updates, are not read; files and packages of languages were judged',
};

function isWindows({ platform }: Pick<ImageInfo, 'platform'>): boolean {
  return platform?.startsWith('windows/') === true;
}

/** An image needs no distribution where a program and the packages in it are all there is. */
function withoutDistribution(
  releaseFiles: readonly ReleaseFile[],
  packages: readonly Package[],
  unexplained: number,
  ecosystems: readonly Ecosystem[],
): Problem {
  const types = distributionTypes(ecosystems);
  const isSystem = packages.some(({ type }) => types.has(type));
  const isProgram = packages.some(({ evidence }) => evidence === undefined);
  if (releaseFiles.length > 0 || isSystem || !isProgram || unexplained > 0) {
    return { code: 'distribution.unknown', message: 'no known distribution was recognised' };
  }
  const message = 'the image has no distribution: all of its programs are packages of languages';
  return { code: 'distribution.none', message };
}

/** A distribution has a database of its packages: where no layer has it, nobody knows what its programs are. */
function withoutDatabase(
  distribution: Distribution,
  packages: readonly Package[],
  unexplained: number,
  ecosystems: readonly Ecosystem[],
): readonly Problem[] {
  const types = homeOf(distribution, ecosystems)?.types ?? [];
  if (types.length === 0 || packages.some(({ type }) => types.includes(type))) return [];
  const message = `the image is of ${distribution.name}, but no layer has a database of its packages; programs that belong to none: ${unexplained}`;
  return [{ code: 'packages.database-missing', message }];
}

/** Executables that nobody owns at the places of a distribution's own: from so many on, and such a part of all there, it is odd. */
const STRAYS = 20;
const STRAY_PART = 20;

/**
 * Packages may have been taken out of the database with their lists before the layer was packed: their files are all that is left
 * of them. Where lists own nothing, there are none that tell.
 */
function strayPrograms({ owned, strays, examples }: CountedFiles['places']): readonly Problem[] {
  if (strays < STRAYS || strays * STRAY_PART < owned + strays || owned === 0) return [];
  const named = `${examples.slice(0, 3).join(', ')}${strays > 3 ? ', …' : ''}`;
  const message = `${strays} of ${owned + strays} programs and libraries where the distribution has its own are of no package, so that they could not be judged: ${named}`;
  return [{ code: 'packages.files-unowned', message }];
}

/** Makes something when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
