import { LimitError } from '../../errors.ts';
import { readBytes } from '../../formats/byte-source.ts';
import { Inflater } from '../../formats/compression/inflater.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { ZipDirectory } from '../../formats/zip/directory.ts';
import { findEnds, type ZipEnd } from '../../formats/zip/end-record.ts';
import type { Analyzer } from '../../model/analyzer.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { Problem } from '../../model/problem.ts';
import type { AnalyzerReader } from '../analyzer-reader.ts';
import { WantedNames } from '../wanted-names.ts';
import { kindOf, showMembers } from './any-members.ts';
import { archiveAround } from './archive-around.ts';
import { ArchiveBudget } from './archive-budget.ts';
import { ArchiveMembers } from './archive-members.ts';
import type { ArchiveContext, ArchivePlace, ArchiveTools } from './archive-tools.ts';
import { FlowMembers } from './flow-members.ts';
import { UnreadMembers } from './unread-members.ts';

/** Bytes that looking for the end of an archive counts as. */
const SEARCH_BYTES = 1024;

/**
 * Shows the members of zip archives (jar, war, ear, whl ...), and of archives in them, to those analyzers that want them, and
 * those of other archives to those that want them of any kind. Of a zip archive the
 * central directory decides what there is; bodies are read only where somebody wants them, and inflated as far as they are
 * wanted, whatever size is claimed. All archives of a layer share one budget.
 */
export class Archives {
  readonly #tools: ArchiveTools;
  readonly #names: Map<string, WantedNames> = new Map();
  #isSpent: boolean = false;
  #isTooDeep: boolean = false;

  constructor(context: ArchiveContext) {
    this.#tools = {
      ...context,
      budget: new ArchiveBudget(context.limits),
      inflater: new Inflater(),
      names: (analyzers) => this.#namesOf(analyzers),
    };
  }

  close(): void {
    this.#tools.inflater.close();
  }

  /** Archives come one after the other, and most are wanted by the same analyzers. */
  #namesOf(analyzers: readonly Analyzer[]): WantedNames {
    const key = analyzers.map(({ name }) => name).join(' ');
    let names = this.#names.get(key);
    if (names === undefined) {
      names = new WantedNames(analyzers);
      this.#names.set(key, names);
    }
    return names;
  }

  /**
   * @param readers those that want its members where it is a zip archive
   * @param any those that want them of whatever archive it is
   */
  *read(
    place: ArchivePlace,
    body: ByteSource,
    readers: readonly AnalyzerReader[],
    any: readonly AnalyzerReader[],
  ): Steps {
    const { budget, limits } = this.#tools;
    const { path, depth } = place;
    if (depth > limits.archiveDepth) {
      // Programs are asked for what may be in them, too; most are no archive.
      if (readers.length === 0 && kindOf(body, path) === undefined) return;
      const message = `${path} stands in ${limits.archiveDepth} archives already; it was not looked into, nor were others like it`;
      if (!this.#isTooDeep) this.#tools.tell({ code: 'archive.limit', message, path });
      this.#isTooDeep = true;
      return;
    }
    if (depth > 1) {
      yield* this.#openAs(place, body, readers, any);
      return;
    }
    if (this.#isSpent) return;
    budget.open(body.size);
    try {
      yield* this.#openAs(place, body, readers, any);
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      this.#isSpent = budget.isSpent;
      const follows = this.#isSpent ? 'it and all archives behind it were' : 'the rest of it was';
      this.#tools.tell({ code: 'archive.limit', message: `${path}: ${error.message}; ${follows} not read`, path });
    }
  }

  *#openAs(
    place: ArchivePlace,
    body: ByteSource,
    readers: readonly AnalyzerReader[],
    any: readonly AnalyzerReader[],
  ): Steps {
    const found = any.length === 0 ? undefined : kindOf(body, place.path);
    if (found?.kind === 'zip') {
      yield* this.#open(place, body, [...readers, ...any], new UnreadMembers(place.path));
      return;
    }
    if (readers.length > 0) yield* this.#open(place, body, readers);
    if (found === undefined) return;
    if (found.kind === 'unreadable') {
      const { path } = place;
      const message = `${path} was not looked into: it is ${found.name}, which is not supported`;
      this.#tools.tell({ code: 'archive.unreadable', message, path });
      return;
    }
    const { kind, weak = false } = found;
    const around = archiveAround(place.file, kind, body);
    yield* showMembers({ kind, weak }, body, new FlowMembers(place, around, any, this.#tools));
  }

  *#open(place: ArchivePlace, body: ByteSource, readers: readonly AnalyzerReader[], unread?: UnreadMembers): Steps {
    // Nothing is in it.
    if (body.size === 0) return;
    this.#tools.budget.spend(Math.min(body.size, SEARCH_BYTES));
    const ends = findEnds(body);
    if (ends.length === 0) {
      this.#tools.tell(whyNone(body, place.path));
      return;
    }
    const members = new ArchiveMembers(place, body, readers, this.#tools, unread);
    const [end] = ends;
    if (ends.length > 1) members.notice('it has more than one directory');
    if (end !== undefined && end.trailing > 0) members.notice('bytes follow its end');
    if (end !== undefined && end.trailing < 0) members.notice('its comment is cut short');
    let count = 0;
    for (const each of ends) count = yield* this.#walk(members, body, each, place.path, count);
    members.close();
  }

  /** @returns how many members there are by now, `before` among them */
  *#walk(members: ArchiveMembers, body: ByteSource, end: ZipEnd, path: string, before: number): Steps<number> {
    const { budget } = this.#tools;
    const directory = new ZipDirectory(body, end);
    let count = before;
    let paid = 0;
    while (directory.advance()) {
      budget.countMember();
      if (++count % PAUSE_EVERY === 0) {
        budget.spend(directory.bytes - paid);
        paid = directory.bytes;
        yield 'pause';
      }
      if (members.skim(directory.record)) continue;
      const steps = members.member(directory.entry, end, count - 1);
      if (steps !== undefined) yield* steps;
    }
    budget.spend(directory.bytes - paid);
    const { contradiction } = directory;
    if (contradiction === 'cut short') {
      const message = `the directory of ${path} is damaged behind ${count - before} members`;
      this.#tools.tell({ code: 'archive.unreadable', message, path });
    } else if (contradiction !== undefined) {
      members.notice(`its directory has ${contradiction} than it says`);
    }
    return count;
  }
}

/** Members between two pauses, at the most. */
const PAUSE_EVERY = 256;

/** Why a file has no directory of members. */
function whyNone(body: ByteSource, path: string): Problem {
  const isZip = readBytes(body, 0, 2).toString('latin1') === 'PK';
  return isZip
    ? { code: 'archive.unreadable', message: `${path} is cut short: the directory at its end is missing`, path }
    : { code: 'file.format', message: `${path} is no zip archive, as its name promises`, path };
}
