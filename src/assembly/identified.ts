import type { PackageFact, UnidentifiedFact } from '../model/fact.ts';
import type { IdentifiedPackage, PackageIdentifier } from '../model/identifier.ts';
import type { LayerFact } from '../model/view.ts';
import type { MergedFiles } from './merged-files.ts';

/**
 * Gives archives that do not tell their name for certain the one by which an index knows their digest: those that were
 * named by guess are named anew, those that nothing named become packages.
 */
export async function identifyByDigest(files: MergedFiles, identifier: PackageIdentifier): Promise<void> {
  const packages = files.facts('package');
  const unidentified = files.facts('unidentified');
  const wanted = new Set<string>();
  for (const { fact } of packages) {
    const sha1 = guessedDigest(fact);
    if (sha1 !== undefined) wanted.add(sha1);
  }
  for (const { fact } of unidentified) if (fact.sha1 !== undefined) wanted.add(fact.sha1);
  if (wanted.size === 0) return;
  const known = await identifier.identify(wanted);
  if (known.size === 0) return;

  const named = new Set<string>();
  const renamed = packages.map(({ layer, fact }): LayerFact<'package'> => {
    const found = known.get(guessedDigest(fact) ?? '');
    if (found === undefined) return { layer, fact };
    named.add(placeOf(layer, fact));
    return { layer, fact: { ...fact, package: { ...fact.package, ...found } } };
  });
  const unknown: LayerFact<'unidentified'>[] = [];
  for (const { layer, fact } of unidentified) {
    const found = known.get(fact.sha1 ?? '');
    if (found === undefined) unknown.push({ layer, fact });
    else if (!named.has(placeOf(layer, fact))) renamed.push({ layer, fact: packageOf(fact, found) });
  }
  files.replaceFacts('package', renamed);
  files.replaceFacts('unidentified', unknown);
  files.sortFacts();
}

/** The digest of an archive that was named by guess: one that is certain of its name has none. */
function guessedDigest({ package: { type, hashes, evidence } }: PackageFact): string | undefined {
  return type === 'maven' && evidence === undefined ? hashes?.sha1 : undefined;
}

function placeOf(layer: number, { path, location = path }: PackageFact | UnidentifiedFact): string {
  return `${layer}\0${location}`;
}

function packageOf({ path, location, sha1 }: UnidentifiedFact, found: IdentifiedPackage): PackageFact {
  return {
    kind: 'package',
    path,
    ...(location !== undefined && { location }),
    package: { ...found, ...(sha1 !== undefined && { hashes: { sha1 } }) },
  };
}
