import { FormatError } from '../../errors.ts';
import { textLines } from '../node/text-lines.ts';
import type { HaskellPackage } from './unit.ts';

const MAX_PACKAGES = 100_000;

/**
 * Reads cabal.project.freeze (Cabal User Guide, "cabal freeze"): packages that constraints hold to one version. What is
 * `installed` with the compiler, and flags, have none.
 * @throws FormatError where it has no constraints
 */
export function parseCabalFreeze(text: string): readonly HaskellPackage[] {
  const found = new Map<string, HaskellPackage>();
  let isConstraint = false;
  let seen = false;
  for (const { raw } of textLines(text)) {
    const words = raw.trim();
    if (words === '' || words.startsWith('--')) continue;
    let rest = words;
    if (!/^\s/.test(raw)) {
      const colon = words.indexOf(':');
      isConstraint = colon > 0 && words.slice(0, colon).trim().toLowerCase() === 'constraints';
      rest = words.slice(colon + 1);
      seen ||= isConstraint;
    }
    if (!isConstraint) continue;
    for (const constraint of rest.split(',')) {
      for (const one of pinned(constraint)) found.set(`${one.name} ${one.version}`, one);
      if (found.size > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
    }
  }
  if (!seen) throw new FormatError('it has no constraints');
  return [...found.values()];
}

/** `any.aeson ==2.0.3.0`, `setup.aeson ==1.0 || ==1.1`; an asterisk would be a range. */
function pinned(constraint: string): readonly HaskellPackage[] {
  const words = /^\s*(?:[\w-]{1,100}[.:]){0,3}([A-Za-z0-9-]{1,200})\s{0,10}(==.*)$/.exec(constraint.slice(0, 2000));
  if (words === null) return [];
  return words[2]!.split('||').flatMap((part) => {
    const version = /^\s*==\s*(\d[\d.]{0,100})\s*$/.exec(part)?.[1];
    return version === undefined ? [] : [{ name: words[1]!, version }];
  });
}
