import type { PackageInUse } from '../../model/observation.ts';
import { compareText } from '../../model/order.ts';
import type { ImageView } from '../../model/view.ts';

/** A package of which a run touched nothing, and what it weighs. */
export interface UntouchedPackage {
  readonly name: string;
  readonly version: string;
  readonly layer: number;
  readonly bytes: number;
}

/** Packages that are told. */
const MOST = 50;

/** Packages of the distribution that a run did not touch, the heaviest first. */
export function untouchedPackages(view: ImageView, used: readonly PackageInUse[]): readonly UntouchedPackage[] {
  const touched = new Set(used.map(({ purl }) => purl));
  const weights = new Map<string, number>();
  view.each((file) => {
    if (file.type !== 'file') return;
    const owner = view.ownerOf(file.path());
    if (owner === undefined) return;
    weights.set(owner, (weights.get(owner) ?? 0) + file.size);
  });
  return view.packages
    .filter(
      ({ distribution, presence, purl }) => distribution !== undefined && presence === 'present' && !touched.has(purl),
    )
    .map(({ name, version, arch, layer }) => {
      const bytes = weights.get(name) ?? weights.get(`${name}:${arch}`) ?? 0;
      return { name, version, layer: layer.index, bytes };
    })
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name))
    .slice(0, MOST);
}
