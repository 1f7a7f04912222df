import { compareText } from '../model/order.ts';
import type { Package } from '../model/package.ts';
import type { LayerTraces } from '../model/report.ts';
import type { ImageView } from '../model/view.ts';

/** What of a view traces are taken from. */
export type TracedView = Pick<ImageView, 'releaseFiles' | 'facts' | 'databases' | 'contradictions' | 'inventory'>;

/** What checks ask the layers for besides packages; undefined where there is nothing of it. */
export function tracesOf(
  view: Partial<TracedView> & { readonly packages: readonly Package[] },
): LayerTraces | undefined {
  const releaseFile = releaseFileOf(view);
  const removedDatabases = (view.databases ?? [])
    .filter(({ removedBy }) => removedBy !== undefined)
    .toSorted((a, b) => compareText(a.path, b.path));
  const droppedPackages = droppedFrom(view);
  const { contradictions = [] } = view;
  const isPlain = removedDatabases.length === 0 && droppedPackages.length === 0 && contradictions.length === 0;
  if (releaseFile === undefined && isPlain) return undefined;
  return {
    ...(releaseFile !== undefined && { releaseFile }),
    ...(removedDatabases.length > 0 && { removedDatabases }),
    ...(droppedPackages.length > 0 && { droppedPackages }),
    ...(contradictions.length > 0 && { contradictions }),
  };
}

function releaseFileOf({ releaseFiles, facts }: Partial<TracedView>): LayerTraces['releaseFile'] {
  const path = releaseFiles?.[0]?.path;
  if (path === undefined) return undefined;
  const layer = facts?.('release').findLast(({ fact }) => fact.path === path)?.layer;
  return layer === undefined ? undefined : { path, layer };
}

/** Of the packages that were recovered, where a layer's database came without them: the last one that did. */
function droppedFrom({
  packages,
  inventory = [],
}: Partial<TracedView> & { readonly packages: readonly Package[] }): NonNullable<LayerTraces['droppedPackages']> {
  const recovered = packages.filter(({ presence }) => presence === 'recovered');
  if (recovered.length === 0) return [];
  const keyOf = ({ name, version, arch }: Pick<Package, 'name' | 'version' | 'arch'>): string =>
    `${name}\0${version}\0${arch ?? ''}`;
  // Of what was removed, most was not recovered, and there may be millions.
  const asked = new Set(recovered.map(keyOf));
  const removedBy = new Map<string, number>();
  for (const { layer, removed } of inventory) {
    for (const record of removed) {
      const key = keyOf(record);
      if (asked.has(key)) removedBy.set(key, layer);
    }
  }
  const dropped = new Map(
    recovered.flatMap((pkg) => {
      const layer = removedBy.get(keyOf(pkg));
      const { name, version, type, arch } = pkg;
      if (layer === undefined) return [];
      return [[keyOf(pkg), { name, version, type, ...(arch !== undefined && { arch }), layer }] as const];
    }),
  );
  return [...dropped.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.version, b.version));
}
