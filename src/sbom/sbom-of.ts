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
import { documentProblems } from './document-problems.ts';
import { foreignImage } from './foreign-image.ts';
import { type ForeignContext, foreignPackage } from './foreign-package.ts';

/** What a document says of an image: everything where it is one of ours, else as much as other tools tell. */
export function sbomOf(document: SbomDocument, reference: string, ecosystems: readonly Ecosystem[]): Sbom {
  const own = document.subject === undefined ? undefined : ownImage(document.subject);
  const image: ImageInfo = { names: [], config: {}, ...(own?.image ?? foreignImage(document, reference)) };
  const distributions = new NamedDistributions(ecosystems);
  const distribution = distributions.ofDocument(document);
  const context: ForeignContext = {
    distributions,
    ecosystems,
    layers: new Map(image.layers.flatMap(({ diffId, index }) => (diffId === undefined ? [] : [[diffId, index]]))),
    ...(distribution !== undefined && { distribution }),
  };
  const wrong: string[] = [];
  const packages = packagesOf(document, context, wrong);
  const problems: Problem[] = [...(own?.problems ?? []), ...documentProblems(document, reference, wrong)];
  return {
    image: image.reference === '' ? { ...image, reference } : image,
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

function packagesOf(document: SbomDocument, context: ForeignContext, wrong: string[]): readonly Package[] {
  const made = new Map<SbomComponent, Package>();
  const foreign = new Map<string, Package>();
  const own: Package[] = [];
  for (const component of document.components) {
    if (!isPackage(component)) continue;
    const mine = ownPackage(component);
    const pkg = mine ?? foreignPackage(component, context);
    made.set(component, pkg);
    if (mine !== undefined) own.push(mine);
    else {
      if (component.purl !== undefined && parsePackageUrl(component.purl) === undefined) {
        wrong.push(`${component.name}: ${component.purl}`);
      }
      const key = JSON.stringify([pkg.name, pkg.version, pkg.purl, pkg.layer.index]);
      const before = foreign.get(key);
      foreign.set(key, before === undefined ? pkg : { ...before, locations: joined(before.locations, pkg.locations) });
    }
  }
  return related([...own, ...foreign.values()], document, made);
}

function joined(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

/** Adds what packages need, and what they are in. */
function related(
  packages: readonly Package[],
  document: SbomDocument,
  made: ReadonlyMap<SbomComponent, Package>,
): readonly Package[] {
  const purls = new Map<string, string>();
  for (const [{ ref }, { purl }] of made) if (ref !== undefined) purls.set(ref, purl);
  // Several components can have become one package.
  const needs = new Map<string, Set<string>>();
  const within = new Map<Package, string>();
  for (const [component, pkg] of made) {
    const parent = component.within === undefined ? undefined : made.get(component.within);
    if (parent !== undefined) within.set(pkg, parent.purl);
    const refs = component.ref === undefined ? undefined : document.dependencies.get(component.ref);
    if (refs === undefined) continue;
    const known = needs.get(keyOf(pkg)) ?? new Set<string>();
    needs.set(keyOf(pkg), known);
    for (const ref of refs) {
      const purl = purls.get(ref);
      if (purl !== undefined) known.add(purl);
    }
  }
  return packages.map((pkg) => {
    const needed = needs.get(keyOf(pkg));
    const around = within.get(pkg) ?? pkg.within;
    if ((needed === undefined || needed.size === 0) && around === undefined) return pkg;
    return {
      ...pkg,
      ...(needed !== undefined && needed.size > 0 && { dependsOn: [...needed].sort(compareText) }),
      ...(around !== undefined && { within: around }),
    };
  });
}

function keyOf({ purl, layer, locations }: Package): string {
  return `${purl}\0${layer.index}\0${locations[0] ?? ''}`;
}
