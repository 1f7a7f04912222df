import type { OwnershipFact } from '../model/fact.ts';
import type { MergedFiles } from './merged-files.ts';

/** Lists of files from which on it shows whether the database keeps digests of every package. */
const ENOUGH = 10;
/** Part of all packages that may be without digests where the others have some. */
const RARE = 10;

/** Whether a package owns the file that it lists at a place of its list. */
export type IsRecorded = (node: number, start: number, end: number) => boolean;

const always: IsRecorded = () => true;

/**
 * Which of the files that dpkg's lists name their packages brought. dpkg has a digest of every regular file of a package: in
 * `md5sums`, which it writes by itself where the package has none, or as a conffile in its database (dpkg 1.16.3 and later). A
 * line of a list without one was written by somebody else. Images from which all digests were removed to make them small
 * are believed.
 */
export class RecordedDigests {
  readonly #files: MergedFiles;
  /** By owner the newest digests. */
  readonly #texts: ReadonlyMap<string, string>;
  readonly #settings: ReadonlySet<string>;
  /** Whether all packages must have digests. */
  readonly #isRule: boolean;
  /** For each node the number of the owner that has a digest of it last. */
  readonly #marks: Uint32Array;

  constructor(files: MergedFiles) {
    this.#files = files;
    const texts = new Map<string, string>();
    const owners = new Set<string>();
    for (const { fact } of files.facts('ownership')) {
      if (fact.type !== 'deb') continue;
      owners.add(fact.owner);
      if (fact.md5 !== undefined) texts.set(fact.owner, fact.md5);
    }
    this.#texts = texts;
    this.#isRule = texts.size >= ENOUGH && (owners.size - texts.size) * RARE <= owners.size;
    this.#marks = new Uint32Array(texts.size === 0 ? 0 : files.tree.size);
    const settings = new Set<string>();
    for (const { fact } of texts.size === 0 ? [] : files.facts('package-database')) {
      for (const path of fact.settings?.split('\n') ?? []) settings.add(path);
    }
    this.#settings = settings;
  }

  /**
   * @param number of the owner, from 1
   * @param nodeOf finds a path that the package names
   */
  of(
    { type, owner, files }: OwnershipFact,
    number: number,
    nodeOf: (text: string, start: number, end: number) => number | undefined,
  ): IsRecorded {
    if (type !== 'deb') return always;
    const text = this.#texts.get(owner) ?? (this.#isRule ? '' : undefined);
    if (text === undefined) return always;
    const marks = this.#marks;
    eachDigestPath(text, (start, end) => {
      const node = nodeOf(text, start, end);
      if (node !== undefined) marks[node] = number;
    });
    const { tree } = this.#files;
    // What is named after the package there, the list does not have by itself.
    const scripts = `var/lib/dpkg/info/${owner}.`;
    return (node, start, end) => {
      if (marks[node] === number) return true;
      const of = tree.typeOf(node);
      if (of !== 'file' && of !== 'hardlink') return true;
      return files.startsWith(scripts, start) || this.#settings.has(files.slice(start, end));
    };
  }
}

const SLASH = 0x2f;
const DOT = 0x2e;

/** Shows where each path of `hex  path` lines stands, without what it may begin with (`./`). */
function eachDigestPath(text: string, use: (start: number, end: number) => void): void {
  for (let line = 0; line < text.length; ) {
    let end = text.indexOf('\n', line);
    if (end < 0) end = text.length;
    const blank = text.indexOf(' ', line);
    if (blank > line && blank < end) {
      // The character behind the blank tells text from binary.
      let start = blank + 2;
      if (text.charCodeAt(start) === DOT && text.charCodeAt(start + 1) === SLASH) start++;
      while (start < end && text.charCodeAt(start) === SLASH) start++;
      if (start < end) use(start, end);
    }
    line = end + 1;
  }
}
