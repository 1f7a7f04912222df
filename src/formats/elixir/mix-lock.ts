import { FormatError } from '../../errors.ts';
import { asAtom, asTermList, asTermText, asTuple, readElixirTerm, type Term } from '../erlang/terms.ts';

/** A package that a lockfile of mix or rebar3 names. */
export interface LockedHexPackage {
  readonly name: string;
  /** Empty where it comes from a repository of Git or a folder. */
  readonly version: string;
  readonly requires: readonly string[];
  /** Of its archive, hex. */
  readonly sha256?: string;
}

export interface HexLockfile {
  readonly packages: readonly LockedHexPackage[];
  /** Entries that name no package, or no version of it. */
  readonly unreadable: number;
}

/**
 * Reads mix.lock: a map of Elixir with one entry a line, as mix writes it (elixir-lang/elixir, lib/mix/lib/mix/dep/lock.ex;
 * hexpm/hex, lib/hex/scm.ex). It is data and is read as such, in whatever lines it stands; where that cannot be done, the entries of
 * each line by themselves, so that a damaged one hides no other.
 * @throws FormatError where it is no such map
 */
export function parseMixLock(text: string): HexLockfile {
  const start = text.search(/\S/);
  if (start < 0) throw new FormatError('it is empty', { reason: 'truncated' });
  const end = text.trimEnd().length - 1;
  if (!text.startsWith('%{', start)) throw new FormatError('it is no map of packages');
  if (text[end] !== '}' || end < start + 2) throw new FormatError('it has no end', { reason: 'truncated' });
  const packages: LockedHexPackage[] = [];
  let unreadable = 0;
  for (const entry of entriesOf(text.slice(start + 2, end))) {
    const locked = entry === undefined ? undefined : lockedOf(entry);
    if (locked === undefined) unreadable++;
    else packages.push(locked);
  }
  return { packages, unreadable };
}

/** Undefined for a line that cannot be read. */
function* entriesOf(body: string): Generator<Term | undefined, void, void> {
  const whole = termsOf(body);
  if (whole !== undefined) return yield* whole;
  for (const line of linesOf(body)) {
    const entries = termsOf(line);
    if (entries === undefined) yield undefined;
    else yield* entries;
  }
}

function* linesOf(text: string): Generator<string, void, void> {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(start, end);
    start = end + 1;
  }
}

function lockedOf(entry: Term): LockedHexPackage | undefined {
  const [key, value] = asTuple(entry) ?? [];
  const own = asTermText(key) ?? asAtom(key);
  const [kind, published, version, , , needs, , sha256] = asTuple(value) ?? [];
  if (own === undefined || asAtom(kind) === undefined) return undefined;
  // A commit is no version.
  if (asAtom(kind) !== 'hex') return { name: own, version: '', requires: [] };
  const found = asTermText(version);
  if (found === undefined) return undefined;
  const digest = asTermText(sha256);
  return {
    name: asAtom(published) ?? own,
    version: found,
    requires: [...new Set(asTermList(needs).flatMap((one) => requirement(one) ?? []))],
    ...(digest !== undefined && /^[0-9a-f]{64}$/i.test(digest) && { sha256: digest.toLowerCase() }),
  };
}

/** A comment may end the text: the bracket stands in a line of its own. */
function termsOf(entries: string): readonly Term[] | undefined {
  try {
    return asTermList(readElixirTerm(`[${entries}\n]`));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** `{:cowlib, "~> 2.11", [hex: :cowlib, repo: "hexpm", optional: false]}`; what is optional is not needed. */
function requirement(term: Term): string | undefined {
  const [name, , options] = asTuple(term) ?? [];
  for (const one of asTermList(options)) {
    const [key, value] = asTuple(one) ?? [];
    if (asAtom(key) === 'optional' && asAtom(value) === 'true') return undefined;
  }
  return asAtom(name);
}
