import { algorithms, validHashes } from '../formats/bom/hashes.ts';
import { OWN, ownProperties } from '../formats/bom/own-package.ts';
import { ofDistributions, parsePackageUrl } from '../formats/package-url.ts';
import { isLicenceExpression, isLicenceId } from '../formats/spdx/licence-expression.ts';
import { normaliseLicence } from '../formats/spdx/normalise-licence.ts';
import type { SbomEntry } from './sbom-parts.ts';

export type CycloneDxVersion = '1.5' | '1.6' | '1.7';

/** A package as a component of CycloneDX (1.6, section "components"), with what stands in it. */
export function cycloneDxComponent(entry: SbomEntry, version: CycloneDxVersion): object {
  const { pkg, purl, ref, parent, children, use } = entry;
  const hashes = validHashes(pkg.hashes);
  const licenses = cycloneDxLicences(pkg.licences, version);
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
    ...(children.length > 0 && { components: children.map((child) => cycloneDxComponent(child, version)) }),
    ...(pkg.locations.length > 0 && {
      evidence: { occurrences: pkg.locations.map((location) => ({ location })) },
    }),
    properties: [
      // As the package has them, where that is no expression.
      ...(pkg.licences.some((one) => normaliseLicence(one) !== one && normaliseLicence(one) !== undefined)
        ? pkg.licences.map((value) => ({ name: `${OWN}licence`, value }))
        : []),
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
function cycloneDxLicences(licences: readonly string[], version: CycloneDxVersion): readonly object[] {
  const stated = licences.filter((licence) => licence.trim() !== '');
  const all = [...new Set(stated.map((licence) => normaliseLicence(licence) ?? licence))];
  const [only] = all;
  const said = version === '1.5' ? {} : { acknowledgement: 'declared' };
  if (only !== undefined && all.length === 1 && !isLicenceId(only) && isLicenceExpression(only)) {
    return [{ expression: only, ...said }];
  }
  return all.map((licence) => ({
    license: { ...(isLicenceId(licence) ? { id: licence } : { name: licence }), ...said },
  }));
}
