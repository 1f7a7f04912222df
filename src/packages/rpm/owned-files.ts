import { RpmFileFlag } from '../../formats/rpmdb/files.ts';
import type { RpmPackage } from '../../formats/rpmdb/package.ts';
import type { OwnershipFact } from '../../model/fact.ts';

/** Files of all packages of one layer. A desktop with 5,000 packages has about 500,000. */
const MAX_FILES = 4_000_000;
/** Characters that are kept of their paths and digests: a short name in a long directory makes a long path. */
const MAX_CHARACTERS = 40 * 1024 * 1024;

/** Files that stand on the disk as another package's, or not at all. */
const absent: ReadonlySet<string> = new Set(['replaced', 'not-installed', 'wrong-color']);

interface OwnedFiles {
  readonly name: string;
  readonly arch: string;
  readonly lists: { files: string; md5: string; sha256: string };
}

/** What all databases of one layer may hold of lists of files. */
export class FileBudget {
  #filesLeft: number;
  #charactersLeft: number;

  constructor(files: number = MAX_FILES, characters: number = MAX_CHARACTERS) {
    this.#filesLeft = files;
    this.#charactersLeft = characters;
  }

  /** True once it was used up: later files are missing. */
  get isExceeded(): boolean {
    return this.#filesLeft < 0 || this.#charactersLeft < 0;
  }

  /** @returns false where nothing is left for so many files: those that turn out to have no path count too */
  takeFiles(count: number): boolean {
    this.#filesLeft -= count;
    return !this.isExceeded;
  }

  /** @returns false where nothing is left for so many characters */
  takeCharacters(count: number): boolean {
    this.#charactersLeft -= count;
    return !this.isExceeded;
  }
}

/**
 * Collects which package owns which file. Files that rpm did not install, or that another package's replaced, are
 * nobody's. Digests are kept of what no one is meant to change: not of configuration files, nor of those that rpm only
 * claims (ghosts).
 */
export class FileOwners {
  readonly #owners: Map<string, OwnedFiles> = new Map();
  readonly #budget: FileBudget;

  constructor(budget: FileBudget) {
    this.#budget = budget;
  }

  add(pkg: RpmPackage): void {
    const { name, arch = '', digestAlgorithm } = pkg;
    const paths: string[] = [];
    const digests: string[] = [];
    const files = this.#budget.takeFiles(pkg.mostFiles) ? pkg.files() : [];
    for (const { path, digest, flags, state } of files) {
      if (absent.has(state)) continue;
      const relative = path.startsWith('/') ? path.slice(1) : path;
      const keepsDigest =
        digest !== undefined && digestAlgorithm !== 'other' && (flags & (RpmFileFlag.Config | RpmFileFlag.Ghost)) === 0;
      const characters = relative.length + 1 + (keepsDigest ? digest.length + relative.length + 3 : 0);
      if (!this.#budget.takeCharacters(characters)) break;
      paths.push(relative);
      if (keepsDigest) digests.push(`${digest}  ${relative}`);
    }
    const owned = this.#of(name, arch);
    // Several versions of one package may be installed side by side, as kernels are.
    owned.files = joined(owned.files, paths);
    if (digestAlgorithm !== 'other') owned[digestAlgorithm] = joined(owned[digestAlgorithm], digests);
  }

  /** One fact a package: its owner has `:arch` where the database has packages of the name for several. */
  facts(path: string): OwnershipFact[] {
    const arches = new Map<string, number>();
    for (const { name } of this.#owners.values()) arches.set(name, (arches.get(name) ?? 0) + 1);
    return [...this.#owners.values()].map(({ name, arch, lists: { files, md5, sha256 } }) => ({
      kind: 'ownership',
      path,
      owner: arches.get(name) === 1 ? name : `${name}:${arch}`,
      type: 'rpm',
      files,
      ...(md5 !== '' && { md5 }),
      ...(sha256 !== '' && { sha256 }),
    }));
  }

  #of(name: string, arch: string): OwnedFiles['lists'] {
    const key = `${name}\0${arch}`;
    let owned = this.#owners.get(key);
    if (owned === undefined) {
      owned = { name, arch, lists: { files: '', md5: '', sha256: '' } };
      this.#owners.set(key, owned);
    }
    return owned.lists;
  }
}

function joined(before: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  return before === '' || text === '' ? before + text : `${before}\n${text}`;
}
