import type { Distribution } from '../model/distribution.ts';
import type { PackageRecord } from '../model/fact.ts';
import type { Problem } from '../model/problem.ts';
import type { ImageView } from '../model/view.ts';

/** A package as a layer states it. */
export interface LayerPackage {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly arch?: string;
  readonly source?: { readonly name: string; readonly version: string };
  /** How it is known, where nothing shows that it is installed: a lockfile or a manifest asks for it. */
  readonly evidence?: 'lockfile' | 'manifest';
}

/** What one layer did to the packages of the image. */
export interface LayerChanges {
  readonly index: number;
  readonly digest?: string;
  readonly diffId?: string;
  readonly size: number;
  readonly instruction?: string;
  readonly added: readonly LayerPackage[];
  /** Another version of a package that was there before. */
  readonly changed: readonly (LayerPackage & { readonly previousVersion: string })[];
  readonly removed: readonly LayerPackage[];
}

/** The packages of an image layer by layer, base first: what `drydock layers` answers. */
export interface LayersReport {
  readonly schemaVersion: 1;
  readonly image: { readonly reference: string; readonly digest?: string; readonly distribution?: Distribution };
  readonly layers: readonly LayerChanges[];
  readonly problems: readonly Problem[];
}

/** Tells what every layer of an image did to its packages. Sorted by name within each list. */
export function buildLayersReport(view: ImageView): LayersReport {
  const { image, distribution } = view;
  const inventories = new Map(view.inventory.map((inventory) => [inventory.layer, inventory]));
  return {
    schemaVersion: 1,
    image: {
      reference: image.reference,
      ...(image.digest !== undefined && { digest: image.digest }),
      ...(distribution !== undefined && { distribution }),
    },
    layers: image.layers.map(({ index, digest, diffId, size, instruction }) => {
      const { added = [], changed = [], removed = [] } = inventories.get(index) ?? {};
      return {
        index,
        ...(digest !== undefined && { digest }),
        ...(diffId !== undefined && { diffId }),
        size,
        ...(instruction !== undefined && { instruction }),
        added: added.map(layerPackage).sort(compareByName),
        changed: changed
          .map(({ before, after }) => ({ ...layerPackage(after), previousVersion: before.version }))
          .sort(compareByName),
        removed: removed.map(layerPackage).sort(compareByName),
      };
    }),
    problems: view.problems,
  };
}

function layerPackage({ name, version, type, arch, source, evidence }: PackageRecord): LayerPackage {
  return {
    name,
    version,
    type,
    ...(arch !== undefined && { arch }),
    ...(source !== undefined && { source }),
    ...(evidence !== undefined && { evidence }),
  };
}

function compareByName(a: LayerPackage, b: LayerPackage): number {
  const left = [a.type, a.name, a.arch, a.version, a.evidence].join('\0');
  const right = [b.type, b.name, b.arch, b.version, b.evidence].join('\0');
  return left < right ? -1 : left > right ? 1 : 0;
}
