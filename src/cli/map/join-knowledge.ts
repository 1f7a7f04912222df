import type { ImageKnowledge } from '../../model/topology.ts';

/**
 * One knowledge of two of the same image: what a scan of this machine tells, and what is stored of it elsewhere. The stored one has
 * the advisories of the moment, its page and the runs that were watched; the own one may be the only one that knows whose files are.
 */
export function joinKnowledge(own: ImageKnowledge, stored: ImageKnowledge): ImageKnowledge {
  if (stored.state !== 'known') {
    const told = own.state === 'unknown' && own.reason === undefined ? stored : own;
    return stored.page === undefined ? told : { ...told, page: stored.page };
  }
  if (own.state !== 'known' || stored.withoutFiles !== true) return stored;
  const places = new Map(stored.packages.map(({ purl }, index) => [purl, index]));
  const packages = [...stored.packages];
  const moved = own.packages.map((one) => places.get(one.purl) ?? packages.push(one) - 1);
  const { withoutFiles: _, ...known } = stored;
  return {
    ...known,
    packages,
    packagesOf: (path) => own.packagesOf(path).map((index) => moved[index]!),
    hasFile: own.hasFile,
  };
}
