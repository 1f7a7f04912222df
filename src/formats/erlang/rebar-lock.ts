import { FormatError } from '../../errors.ts';
import type { HexLockfile, LockedHexPackage } from '../elixir/mix-lock.ts';
import { asAtom, asTermList, asTermText, asTuple, readErlangTerms, type Term } from './terms.ts';

/**
 * Reads rebar.lock (rebar3.org, "Dependencies", "Lock Files"): a list, since 1.2.0 behind the version of the form, and the
 * digests in a second one.
 * @throws FormatError where it is none
 */
export function parseRebarLock(text: string): HexLockfile {
  const [first, digests] = readErlangTerms(text);
  const list = asTuple(first)?.[1] ?? first;
  if (!Array.isArray(list)) throw new FormatError('it has no list of packages');
  const sha256 = digestsOf(digests);
  const packages: LockedHexPackage[] = [];
  let unreadable = 0;
  for (const entry of asTermList(list)) {
    const [name, source] = asTuple(entry) ?? [];
    const locked = lockedOf(name, source);
    if (locked === undefined) unreadable++;
    else packages.push({ ...locked, ...(sha256.has(locked.name) && { sha256: sha256.get(locked.name)! }) });
  }
  return { packages, unreadable };
}

function lockedOf(name: Term | undefined, source: Term | undefined): LockedHexPackage | undefined {
  const own = asTermText(name) ?? asAtom(name);
  const [kind, published, version] = asTuple(source) ?? [];
  if (own === undefined || asAtom(kind) === undefined) return undefined;
  // A commit is no version.
  if (asAtom(kind) !== 'pkg') return { name: own, version: '', requires: [] };
  const found = asTermText(version);
  return found === undefined ? undefined : { name: asTermText(published) ?? own, version: found, requires: [] };
}

/** Of the archives, by the name of the package. */
function digestsOf(term: Term | undefined): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const part of asTermList(term)) {
    const [kind, list] = asTuple(part) ?? [];
    if (asAtom(kind) !== 'pkg_hash_ext') continue;
    for (const pair of asTermList(list)) {
      const [name, digest] = asTuple(pair) ?? [];
      const hex = asTermText(digest);
      if (typeof name === 'string' && hex !== undefined && /^[0-9a-f]{64}$/i.test(hex))
        digests.set(name, hex.toLowerCase());
    }
  }
  return digests;
}
