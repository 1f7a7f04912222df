import type { PackageRecord } from '../../model/fact.ts';
import type { Hashes } from '../../model/package.ts';

/** Packages that are kept of one lockfile; the largest ones known have 20,000. */
const MAX_PACKAGES = 200_000;
const MAX_QUOTED = 80;

/** What a lockfile names, without saying so: who reads it knows that it is one. */
export interface Lockfile {
  readonly packages: readonly PackageRecord[];
  /** What of it could not be understood, in one sentence. Absent: nothing. */
  readonly fault?: string;
}

/** One entry, as a lockfile has it. */
export interface LockedEntry {
  readonly name: string;
  /** '' where it tells none: git repositories, folders. */
  readonly version: string;
  /** purl type; npm where it is absent. */
  readonly type?: string;
  /** The project itself, or a member of its workspace. */
  readonly application?: true;
  readonly groups?: readonly string[];
  readonly hashes?: Hashes | undefined;
  readonly licences?: readonly string[] | undefined;
  readonly requires?: readonly string[] | undefined;
}

interface Gathered {
  record: PackageRecord;
  /** Those that all of its entries have. */
  groups: readonly string[];
  isApplication: boolean;
}

/**
 * Gathers the entries of a lockfile: those of one package and version are one, of a group only when all are, since one
 * that is needed for use is needed.
 */
export class LockedPackages {
  readonly #found = new Map<string, Gathered>();
  readonly #texts = new Map<string, string>();
  #beyond = 0;
  #faults = 0;
  #first = '';
  #broken: string | undefined;

  add({ name, version, type = 'npm', application, groups = [], hashes, licences, requires }: LockedEntry): void {
    if (/\s/.test(version)) {
      this.skip(`${name}@${version}`);
      return;
    }
    const key = `${type}\0${name}\0${version}`;
    const found = this.#found.get(key);
    if (found !== undefined) {
      found.groups = found.groups.filter((group) => groups.includes(group));
      found.isApplication &&= application === true;
      return;
    }
    if (this.#found.size >= MAX_PACKAGES) {
      this.#beyond++;
      return;
    }
    const record: PackageRecord = {
      name: this.#own(name),
      version: this.#own(version),
      type,
      ...(licences !== undefined && licences.length > 0 && { licences }),
      ...(hashes !== undefined && { hashes }),
      ...(requires !== undefined && requires.length > 0 && { requires: requires.map((one) => this.#own(one)) }),
    };
    this.#found.set(key, { record, groups, isApplication: application === true });
  }

  /** A copy of a text, each once: a part of a text keeps the whole of it in memory, and what is kept here outlives the file. */
  #own(text: string): string {
    let copy = this.#texts.get(text);
    if (copy === undefined) {
      copy = Buffer.from(text).toString('utf8');
      this.#texts.set(copy, copy);
    }
    return copy;
  }

  /** Notes an entry that is not understood. */
  skip(entry: string): void {
    if (this.#faults++ === 0) this.#first = entry;
  }

  /** Notes that the rest of the file cannot be read, and why. */
  breakOff(reason: string): void {
    this.#broken ??= reason;
  }

  finish(): Lockfile {
    const packages = [...this.#found.values()].map(
      ({ record, groups, isApplication }): PackageRecord => ({
        ...record,
        ...(isApplication && { application: true }),
        ...(groups.length > 0 && { groups: [...groups].sort() }),
      }),
    );
    const faults = [
      ...(this.#broken === undefined ? [] : [this.#broken]),
      ...(this.#faults === 0 ? [] : [`${count(this.#faults)} not understood: ${quoted(this.#first)}`]),
      ...(this.#beyond === 0 ? [] : [`${this.#beyond} packages beyond the first ${MAX_PACKAGES} were left out`]),
    ];
    return faults.length === 0 ? { packages } : { packages, fault: faults.join('; ') };
  }
}

function count(entries: number): string {
  return entries === 1 ? 'one entry is' : `${entries} entries are`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text);
}
