import type { PackageInUse } from '../../model/observation.ts';
import { compareText } from '../../model/order.ts';
import type { ImageView } from '../../model/view.ts';

/** A package of which a run touched nothing, and what it weighs. */
export interface UntouchedPackage {
  readonly name: string;
  readonly version: string;
  readonly layer: number;
  readonly bytes: number;
  readonly files: number;
}

/** Packages of the distribution that a run did not touch, the heaviest first. */
export function untouchedPackages(view: ImageView, used: readonly PackageInUse[]): readonly UntouchedPackage[] {
  const touched = new Set(used.map(({ purl }) => purl));
  const weights = new Map<string, { bytes: number; files: number }>();
  view.each(({ type, size, path }) => {
    if (type !== 'file') return;
    const owner = view.ownerOf(path());
    if (owner === undefined) return;
    const weight = weights.get(owner) ?? { bytes: 0, files: 0 };
    weight.bytes += size;
    weight.files++;
    weights.set(owner, weight);
  });
  return view.packages
    .filter(
      ({ distribution, presence, purl }) => distribution !== undefined && presence === 'present' && !touched.has(purl),
    )
    .map(({ name, version, arch, layer }) => {
      const { bytes, files } = weights.get(name) ?? weights.get(`${name}:${arch}`) ?? { bytes: 0, files: 0 };
      return { name, version, layer: layer.index, bytes, files };
    })
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name));
}
