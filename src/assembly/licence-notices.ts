import type { Package } from '../model/package.ts';
import type { ImageView } from '../model/view.ts';

/** Packages of dpkg with the licences that their notices name; the folder of one may be a link to another's. */
export function withNotices(view: ImageView): ImageView {
  const facts = view.facts('licence-notice');
  if (facts.length === 0) return view;
  const known = new Map(facts.map(({ layer, fact }) => [`${layer} ${fact.path}`, fact.licences]));
  const packages = view.packages.map((pkg): Package => {
    if (pkg.type !== 'deb' || pkg.licences.length > 0) return pkg;
    const resolution = view.resolve(`usr/share/doc/${pkg.name}/copyright`);
    if (!resolution.found) return pkg;
    const { layer, header } = resolution.file;
    const licences = known.get(`${layer} ${header.path}`);
    return licences === undefined ? pkg : { ...pkg, licences };
  });
  return { ...view, packages };
}
