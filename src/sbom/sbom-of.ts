import type { SbomComponent, SbomDocument } from '../formats/bom/document.ts';
import { ownImage } from '../formats/bom/own-image.ts';
import { ownPackage } from '../formats/bom/own-package.ts';
import { parsePackageUrl } from '../formats/package-url.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { ImageInfo } from '../model/image.ts';
import { compareText } from '../model/order.ts';
import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import type { Sbom } from '../model/sbom.ts';
import { NamedDistributions } from './distribution.ts';
import { documentProblems, releaseProblems } from './document-problems.ts';
import { foreignImage } from './foreign-image.ts';
import { type ForeignContext, foreignPackage } from './foreign-package.ts';

/** What a document says of an image: everything where it is one of ours, else as much as other tools tell. */
export function sbomOf(document: SbomDocument, reference: string, ecosystems: readonly Ecosystem[]): Sbom {
  const own = document.subject === undefined ? undefined : ownImage(document.subject);
  const image: ImageInfo = {
    names: [],
    config: {},
    hasConfig: false,
    ...(own?.image ?? foreignImage(document, reference)),
  };
  const distributions = new NamedDistributions(ecosystems);
  const distribution = distributions.ofDocument(document);
  const context: ForeignContext = {
    distributions,
    ecosystems,
    unknownReleases: new Map(),
    layers: new Map(image.layers.flatMap(({ diffId, index }) => (diffId === undefined ? [] : [[diffId, index]]))),
    ...(distribution !== undefined && { distribution }),
  };
  const wrong: string[] = [];
  // Words of ours take packages out of judgement (`drydock:evidence`): in a document of somebody else they are nobody's.
  const packages = packagesOf(document, context, { isOurs: own !== undefined, wrong });
  const problems: Problem[] = [
    ...(own?.problems ?? []),
    ...documentProblems(document, reference, wrong, claimed(packages)),
    ...releaseProblems(context.unknownReleases),
  ];
  return {
    // What the document calls its subject is no more than that.
    image: ['', reference].includes(image.reference) ? { ...image, reference } : { ...image, names: [image.reference] },
    ...(distribution !== undefined && { distribution }),
    packages,
    ...(own?.traces !== undefined && { traces: own.traces }),
    problems,
    ...(document.complete !== undefined && { complete: document.complete }),
  };
}

/** Components that are no packages, whatever else they are. */
const never: ReadonlySet<string> = new Set(['container', 'operating-system']);
/** Components that are packages only where they say which. */
const seldom: ReadonlySet<string> = new Set([
  'archive',
  'cryptographic-asset',
  'data',
  'device',
  'file',
  'machine-learning-model',
  'platform',
  'source',
]);

function isPackage({ kind, purl, properties }: SbomComponent): boolean {
  if (never.has(kind)) return false;
  if (purl !== undefined) return true;
  // Trivy writes lockfiles as applications.
  return !seldom.has(kind) && !properties.has('aquasecurity:trivy:Class');
}

/** A package in the making: several components can become one. */
interface Making {
  pkg: Package;
  /** Of all its components, where there are several: a document can have a hundred thousand for one package. */
  locations?: Set<string>;
  within?: string;
  needs?: Set<string>;
}

function packagesOf(
  document: SbomDocument,
  context: ForeignContext,
  { isOurs, wrong }: { readonly isOurs: boolean; readonly wrong: string[] },
): readonly Package[] {
  const made = new Map<SbomComponent, Making>();
  const foreign = new Map<string, Making>();
  const all: Making[] = [];
  for (const component of document.components) {
    if (!isPackage(component)) continue;
    const own = isOurs ? ownPackage(component) : undefined;
    const pkg = own ?? foreignPackage(component, context);
    const key = `${pkg.purl}\0${pkg.version}\0${pkg.layer.index}`;
    const known = own === undefined ? foreign.get(key) : undefined;
    const making = known ?? { pkg };
    if (known === undefined) all.push(making);
    else addLocations(known, pkg.locations);
    if (own === undefined) foreign.set(key, making);
    made.set(component, making);
    const isWrong = own === undefined && component.purl !== undefined && parsePackageUrl(component.purl) === undefined;
    if (isWrong) wrong.push(`${component.name}: ${component.purl}`);
  }
  relate(document, made);
  return all.map(finished);
}

/**
 * How many packages a document of ours takes out of judgement: they are only asked for, the application itself, or another
 * package's. Whoever can write a document can say so of any package.
 */
function claimed(packages: readonly Package[]): number {
  return packages.filter(
    ({ evidence, application, ownedBy }) => evidence !== undefined || application === true || ownedBy !== undefined,
  ).length;
}

function addLocations(making: Making, locations: readonly string[]): void {
  making.locations ??= new Set(making.pkg.locations);
  for (const location of locations) making.locations.add(location);
}

/** Notes what packages need, and what they are in. */
function relate(document: SbomDocument, made: ReadonlyMap<SbomComponent, Making>): void {
  const byRef = new Map<string, Making>();
  for (const [{ ref }, making] of made) if (ref !== undefined) byRef.set(ref, making);
  for (const [component, making] of made) {
    const parent = component.within === undefined ? undefined : made.get(component.within);
    if (parent !== undefined && parent !== making) making.within = parent.pkg.purl;
    const refs = component.ref === undefined ? undefined : document.dependencies.get(component.ref);
    for (const ref of refs ?? []) {
      const needed = byRef.get(ref);
      if (needed === undefined) continue;
      making.needs ??= new Set();
      making.needs.add(needed.pkg.purl);
    }
  }
}

function finished({ pkg, locations, needs, within }: Making): Package {
  if (locations === undefined && needs === undefined && within === undefined) return pkg;
  return {
    ...pkg,
    ...(locations !== undefined && { locations: [...locations].sort() }),
    ...(needs !== undefined && { dependsOn: [...needs].sort(compareText) }),
    ...(within !== undefined && { within }),
  };
}
