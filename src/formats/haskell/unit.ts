/** A package of Haskell at one version. */
export interface HaskellPackage {
  readonly name: string;
  readonly version: string;
}

/**
 * Parts what Cabal and Stack write in one word: `network-3.1.4.0`, `network-3.1.4.0-I6jFfdQwj0Q5FZ` (a unit of GHC with its
 * digest). Parts of a name begin with a letter (Cabal User Guide, "Package names and versions"), so that the version is
 * the last part of digits and dots.
 */
export function haskellPackage(word: string): HaskellPackage | undefined {
  if (word.length > 1000) return undefined;
  const parts = word.split('-');
  for (let at = parts.length - 1; at > 0; at--) {
    if (/^\d{1,30}(?:\.\d{1,30}){0,20}$/.test(parts[at]!))
      return { name: parts.slice(0, at).join('-'), version: parts[at]! };
  }
  return undefined;
}
