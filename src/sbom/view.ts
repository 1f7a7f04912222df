import { ofDistributions } from '../formats/package-url.ts';
import type { Fact, PackageRecord } from '../model/fact.ts';
import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import type { Sbom } from '../model/sbom.ts';
import type { ImageView, LayerFact, LayerInventory } from '../model/view.ts';

/** The image that a bill of materials describes, for whoever judges images: no path of it leads anywhere. */
export function sbomView(sbom: Sbom): ImageView {
  const { image, distribution, packages, traces } = sbom;
  const release = traces?.releaseFile;
  const releases: readonly LayerFact<'release'>[] =
    release === undefined ? [] : [{ layer: release.layer, fact: { kind: 'release', path: release.path, text: '' } }];
  return {
    image,
    ...(distribution !== undefined && { distribution }),
    releaseFiles: releases.map(({ fact: { path, text } }) => ({ path, text, fields: new Map() })),
    packages,
    inventory: inventoryOf(sbom),
    databases: traces?.removedDatabases ?? [],
    contradictions: traces?.contradictions ?? [],
    facts: <K extends Fact['kind']>(kind: K) =>
      (kind === 'release' ? releases : []) as readonly LayerFact[] as unknown as readonly LayerFact<K>[],
    resolve: () => ({ found: false, reason: 'absent' }),
    hiddenBy: () => undefined,
    list: () => [],
    ownerOf: () => undefined,
    bringerOf: () => undefined,
    each: () => undefined,
    changes: () => [],
    efficiency: () => ({ score: 1, wasted: 0, bytes: 0, userBytes: 0, paths: [] }),
    problems: [...sbom.problems, ...missing(sbom)],
  };
}

/** Which layer brought what is there, and what was dropped and recovered. What a layer changed is not told. */
function inventoryOf({ image, packages, traces }: Sbom): readonly LayerInventory[] {
  const added = Map.groupBy(packages, ({ layer }) => layer.index);
  const removed = Map.groupBy(traces?.droppedPackages ?? [], ({ layer }) => layer);
  return image.layers.map(({ index }) => ({
    layer: index,
    added: (added.get(index) ?? []).map(recordOf),
    changed: [],
    removed: (removed.get(index) ?? []).map(({ layer: _, ...record }) => record),
  }));
}

function recordOf({ name, version, type, arch, source }: Package): PackageRecord {
  return { name, version, type, ...(arch !== undefined && { arch }), ...(source !== undefined && { source }) };
}

/** What an image that was read would be told of as well, unless the document has it from there. */
function missing({ packages, distribution, problems }: Sbom): readonly Problem[] {
  const found: Problem[] = [];
  if (packages.length === 0) {
    found.push({ code: 'packages.none', message: 'no package is in the bill of materials' });
  }
  if (distribution === undefined && (packages.length === 0 || packages.some(({ type }) => ofDistributions.has(type)))) {
    found.push({ code: 'distribution.unknown', message: 'the bill of materials names no distribution that is known' });
  }
  return found.filter(({ code }) => !problems.some((problem) => problem.code === code));
}
