import { algorithms, validHashes } from '../formats/bom/hashes.ts';
import { OWN, ownProperties } from '../formats/bom/own-package.ts';
import { ofDistributions, parsePackageUrl } from '../formats/package-url.ts';
import { isLicenceExpression, isLicenceId } from '../formats/spdx/licence-expression.ts';
import type { SbomEntry } from './sbom-parts.ts';

/** A package as a component of CycloneDX (1.6, section "components"), with what stands in it. */
export function cycloneDxComponent(entry: SbomEntry): object {
  const { pkg, purl, ref, parent, children, use } = entry;
  const hashes = validHashes(pkg.hashes);
  const licenses = cycloneDxLicences(pkg.licences);
  return {
    type: pkg.application === true ? 'application' : 'library',
    'bom-ref': ref,
    ...(pkg.vendor !== undefined && { supplier: { name: pkg.vendor } }),
    ...groupAndName(entry),
    version: pkg.version,
    ...(hashes.length > 0 && {
      hashes: hashes.map(({ name, value }) => ({
        alg: algorithms.find((one) => one.name === name)!.cycloneDx,
        content: value.toLowerCase(),
      })),
    }),
    ...(licenses.length > 0 && { licenses }),
    purl,
    ...(children.length > 0 && { components: children.map(cycloneDxComponent) }),
    ...(pkg.locations.length > 0 && {
      evidence: { occurrences: pkg.locations.map((location) => ({ location })) },
    }),
    properties: [
      ...ownProperties(pkg, { purl, lists: true, nested: parent !== undefined }),
      ...(use === undefined ? [] : [{ name: `${OWN}use`, value: use }]),
    ],
  };
}

/** The group is the namespace of the package URL; that of a distribution's package is none. */
function groupAndName({ pkg, purl }: SbomEntry): { readonly group?: string; readonly name: string } {
  const parsed = parsePackageUrl(purl);
  const { type = '', namespace, name = pkg.name } = parsed ?? {};
  if (namespace === undefined || ofDistributions.has(type)) return { name: pkg.name };
  return { group: namespace, name };
}

/** One expression, or a list of identifiers and names: 1.6 does not have both. */
function cycloneDxLicences(licences: readonly string[]): readonly object[] {
  const all = [...new Set(licences)].filter((licence) => licence.trim() !== '');
  const [only] = all;
  const acknowledgement = 'declared';
  if (only !== undefined && all.length === 1 && !isLicenceId(only) && isLicenceExpression(only)) {
    return [{ expression: only, acknowledgement }];
  }
  return all.map((licence) => ({
    license: { ...(isLicenceId(licence) ? { id: licence } : { name: licence }), acknowledgement },
  }));
}
