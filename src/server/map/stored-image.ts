import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Observation } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import type { ImageKnowledge, KnownPackage, ObservedUse } from '../../model/topology.ts';
import { incompleteOf, knownPackages, unknownImage } from '../../runtime/topology/image-knowledge.ts';
import { type ImagePrograms, readPrograms } from '../../runtime/topology/image-programs.ts';
import { PathSet } from '../../runtime/topology/path-set.ts';
import type { ImageOfDigest } from '../../store/image-shelf.ts';
import type { Store } from '../../store/store.ts';
import { liveReport } from '../live-judgement.ts';

export interface StoredImageOptions {
  readonly store: Pick<Store, 'images' | 'advisories' | 'values'>;
  readonly ecosystems: readonly Ecosystem[];
  readonly now: Date;
}

/** Files of a package that an answer names. */
const MOST_FILES = 3;

/** What the service knows of an image that something runs: judged by its advisories of this moment. */
export async function knowledgeOf(
  { scan, run }: Omit<ImageOfDigest, 'digest'>,
  options: StoredImageOptions,
): Promise<ImageKnowledge> {
  const { images } = options.store;
  const base = scan ?? run;
  const text = base && (await images.document(base.id));
  if (base === undefined || text === undefined) return notScanned;
  const document = JSON.parse(text) as Report;
  const page = base.id;
  const report = await liveReport(document, options);
  // Without advisories nothing was found, which is no reason to show that nothing is there.
  if (report.advisories.generation === undefined) {
    return { ...unknownImage('unknown', 'The service has no advisories yet.'), page };
  }
  const observation =
    run === undefined ? undefined : await observationOf(run.id, run === base ? document : undefined, options);
  const packages = withObserved(knownPackages(report.findings), observation);
  const programs = await programsOf([base, run], options);
  const owners = programs === undefined ? undefined : ownersAmong(programs, packages);
  // Thousands of images may be known: of what has no findings it is only kept that it is there.
  const files = programs === undefined ? undefined : PathSet.of(programs.keys());
  return {
    state: 'known',
    page,
    ...(run !== undefined && observation !== undefined && { run: { page: run.id, at: observation.startedAt } }),
    packages,
    packagesOf: (path) => owners?.get(path) ?? [],
    ...(owners === undefined && { withoutFiles: true as const }),
    ...incompleteOf(report.problems),
    hasFile: (path) => files?.has(path) ?? false,
  };
}

/** Of an image that the service does not have. */
export const notScanned = unknownImage('unknown', 'The service has no scan of this image.');

async function observationOf(
  id: string,
  known: Report | undefined,
  { store }: StoredImageOptions,
): Promise<Observation | undefined> {
  const text = known === undefined ? await store.images.document(id) : undefined;
  return (known ?? (text === undefined ? undefined : (JSON.parse(text) as Report)))?.observation;
}

/** The packages, those that a run used marked. */
function withObserved(
  packages: readonly KnownPackage[],
  observation: Observation | undefined,
): readonly KnownPackage[] {
  if (observation === undefined) return packages;
  const uses = new Map(
    observation.packagesInUse.map(({ purl, use, files }): [string, ObservedUse] => [
      purl,
      { use, files: files.slice(0, MOST_FILES) },
    ]),
  );
  return packages.map((one) => {
    const observed = uses.get(one.purl);
    return observed === undefined ? one : { ...one, observed };
  });
}

async function programsOf(
  images: readonly ({ readonly id: string } | undefined)[],
  { store }: StoredImageOptions,
): Promise<ImagePrograms | undefined> {
  for (const id of new Set(images.flatMap((image) => image?.id ?? []))) {
    const bytes = await store.images.programs(id);
    const programs = bytes && readPrograms(bytes);
    if (programs !== undefined) return programs;
  }
  return undefined;
}

/** The same by the places of the packages in the list; paths of others are left out. */
function ownersAmong(
  programs: ImagePrograms,
  packages: readonly KnownPackage[],
): ReadonlyMap<string, readonly number[]> {
  const places = new Map(packages.map(({ purl }, index) => [purl, index]));
  const owners = new Map<string, readonly number[]>();
  for (const [path, purls] of programs) {
    const found = purls.flatMap((purl) => places.get(purl) ?? []);
    if (found.length > 0) owners.set(path, found);
  }
  return owners;
}
