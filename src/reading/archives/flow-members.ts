import { FormatError } from '../../errors.ts';
import type { ArchiveEntry } from '../../formats/archive/entry.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import { readBytes } from '../../formats/byte-source.ts';
import { truncated } from '../../formats/compression/damage.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { normalisePath } from '../../formats/tar/path.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Appetite, type FileHeader, HEAD_BYTES } from '../../model/file.ts';
import { type AnalyzerReader, contentBytes } from '../analyzer-reader.ts';
import { type Interest, interestsIn, keepInterested, unionOf } from '../interest.ts';
import { PassingSink } from '../passing-sink.ts';
import type { ArchivePlace, ArchiveTools } from './archives.ts';
import { UnreadMembers } from './unread-members.ts';

/** Mode of a member whose archive does not tell one. */
const MODE = 0o644;
/** Bytes that are taken at a time. */
const PIECE = 64 * 1024;

/** The members of one archive whose bytes come in order, shown one by one to those analyzers that want them. */
export class FlowMembers {
  readonly place: ArchivePlace;
  readonly tools: ArchiveTools;
  /** Folder that members are shown in, with its slash. */
  folder: string = '';
  readonly #readers: readonly AnalyzerReader[];
  readonly #unread: UnreadMembers;
  #escapes: boolean = false;
  #count = 0;

  constructor(place: ArchivePlace, readers: readonly AnalyzerReader[], tools: ArchiveTools) {
    this.place = place;
    this.#readers = readers;
    this.tools = tools;
    this.#unread = new UnreadMembers(place.path);
  }

  /** Members that were told of. */
  get count(): number {
    return this.#count;
  }

  /**
   * Shows a member whose body comes next in the flow, and takes all of that.
   * @param isOpenEnd the body has no known end: it ends with the flow
   * @throws FormatError where the flow ends before the body does; what came of it was shown
   * @throws LimitError
   */
  *show(entry: ArchiveEntry, flow: Inflow, isOpenEnd: boolean = false): Steps {
    const header = this.#headerOf(entry);
    const interests = header && interestsIn(this.#readers, header);
    const bytes = entry.type === 'file' ? entry.size : 0;
    if (header === undefined || interests === undefined) {
      if (!isOpenEnd) yield* flow.skip(entry.size);
      return;
    }
    if (unionOf(interests) === Appetite.Header || entry.type !== 'file') {
      showHeader(header, interests);
      if (!isOpenEnd) yield* flow.skip(entry.size);
      return;
    }
    const inPlace = isOpenEnd ? undefined : flow.place(bytes);
    if (inPlace === undefined) yield* this.#gather(header, interests, flow, isOpenEnd);
    else yield* this.#inPlace(header, interests, inPlace, flow);
    yield 'pause';
  }

  /** Shows the header alone of a member whose body cannot be read, and remembers why. */
  showUnread(entry: ArchiveEntry, why: string): void {
    const header = this.#headerOf(entry);
    const interests = header && interestsIn(this.#readers, header);
    if (header === undefined || interests === undefined) return;
    showHeader(header, interests);
    this.leaveOut(why, header.path);
  }

  /** Remembers that something of the archive could not be read: `why` goes on behind the name. */
  leaveOut(why: string, path: string): void {
    this.#unread.add(why, path);
  }

  /** Says what could not be read. */
  close(): void {
    this.#unread.tell((problem) => this.tools.tell(problem));
  }

  /** What can be read at any place is shown where it is. */
  *#inPlace(header: FileHeader, interests: readonly Interest[], body: ByteSource, flow: Inflow): Steps {
    const { budget, limits, share } = this.tools;
    keepInterested(header, interests, () => readBytes(body, 0, HEAD_BYTES));
    budget.spend(Math.min(body.size, contentBytes(unionOf(interests), limits)));
    yield* share(header, interests, { body }, this.place.depth);
    yield* flow.skip(header.size);
  }

  /** What comes once is kept as far as anybody wants it. */
  *#gather(header: FileHeader, interests: readonly Interest[], flow: Inflow, isOpenEnd: boolean): Steps {
    const { bodies, limits, share } = this.tools;
    const body = bodies.begin(header.size);
    try {
      const sink = new PassingSink(header, interests, body, limits);
      let left = isOpenEnd ? Number.POSITIVE_INFINITY : header.size;
      let damage: FormatError | undefined;
      while (left > 0 && !sink.hasEnough) {
        let piece: Buffer;
        try {
          piece = yield* flow.take(Math.min(left, PIECE));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          damage = error;
          break;
        }
        if (piece.length === 0) break;
        left -= piece.length;
        sink.write(piece);
      }
      const kept = sink.finish();
      const size = isOpenEnd ? body.length + (sink.hasEnough ? 1 : 0) : header.size;
      const isCut = damage !== undefined || (!isOpenEnd && left > 0 && !sink.hasEnough);
      if (!isCut || body.length > 0) yield* share({ ...header, size }, interests, kept, this.place.depth);
      if (damage !== undefined) throw damage;
      if (isCut) throw truncated();
      if (!isOpenEnd) yield* flow.skip(left);
    } finally {
      body.release();
    }
  }

  #headerOf({ name, type, size, mode = MODE, linkTarget }: ArchiveEntry): FileHeader | undefined {
    this.tools.budget.countMember();
    this.#count++;
    const { path: archive, offset } = this.place;
    const { path, escapes } = normalisePath(this.folder === '' ? name : this.folder + normalisePath(name).path);
    if (escapes && !this.#escapes) {
      this.#escapes = true;
      const message = `a member name of ${archive} climbs out of the archive with ".."`;
      this.tools.tell({ code: 'file.path-escapes', message, path: archive });
    }
    if (path === '') return undefined;
    return {
      path: `${archive}!/${path}`,
      name: path.slice(path.lastIndexOf('/') + 1),
      type,
      size: type === 'file' ? size : 0,
      mode,
      uid: 0,
      gid: 0,
      ...(linkTarget !== undefined && { linkTarget }),
      offset,
      archive,
    };
  }
}

function showHeader(header: FileHeader, interests: readonly Interest[]): void {
  for (const { reader, appetite } of interests) {
    if ((appetite & (Appetite.Header | Appetite.AnyMembers)) !== 0) reader.showHeader(header);
  }
}
