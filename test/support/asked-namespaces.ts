import type { Ecosystem } from '../../src/model/ecosystem.ts';
import { makePackage } from './view.ts';

/** Everything that packages of an ecosystem ask for, in images of each of its releases. */
export function askedBy({ detect, releases = [], types, namespaces }: Ecosystem): Set<string> {
  // A language has no releases: its packages are of no distribution.
  const distributions = detect === undefined ? [undefined] : releases;
  const packages = types.flatMap((type) =>
    ['1', '1+esm1'].map((version) => makePackage('hull', version, { type, source: { name: 'hull', version } })),
  );
  return new Set(distributions.flatMap((one) => packages.flatMap((pkg) => namespaces(pkg, one))));
}
