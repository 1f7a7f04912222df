import type { OpenKind } from '../../formats/archive/archive-kind.ts';
import type { ArchiveEntry } from '../../formats/archive/entry.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import { readBytes } from '../../formats/byte-source.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { normalisePath } from '../../formats/tar/path.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Appetite, type ArchiveAround, type FileHeader, HEAD_BYTES } from '../../model/file.ts';
import { type AnalyzerReader, contentBytes } from '../analyzer-reader.ts';
import { type Interest, interestsIn, keepInterested, unionOf } from '../interest.ts';
import { streamAround } from './archive-around.ts';
import type { ArchivePlace, ArchiveTools } from './archive-tools.ts';
import { gatherMember, type OpenEnd } from './gather-member.ts';
import { UnreadMembers } from './unread-members.ts';

/** Mode of a member whose archive does not tell one. */
const MODE = 0o644;

/** The members of one archive whose bytes come in order, shown one by one to those analyzers that want them. */
export class FlowMembers {
  readonly place: ArchivePlace;
  readonly tools: ArchiveTools;
  /** What the members that are shown now lie in. */
  #around: ArchiveAround;
  /** Folder that members are shown in, with its slash. */
  folder: string = '';
  readonly #readers: readonly AnalyzerReader[];
  readonly #unread: UnreadMembers;
  #escapes: boolean = false;
  #count = 0;
  /** Entries, and plain files, of what they lie in. */
  #entries = 0;
  #files = 0;

  constructor(place: ArchivePlace, around: ArchiveAround, readers: readonly AnalyzerReader[], tools: ArchiveTools) {
    this.place = place;
    this.#around = around;
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
   * @param openEnd the body ends with the flow, wherever that is
   * @throws FormatError where the flow ends before the body does; what came of it was shown
   * @throws LimitError
   */
  *show(entry: ArchiveEntry, flow: Inflow, openEnd?: OpenEnd): Steps {
    yield 'pause';
    const header = this.#headerOf(entry);
    const interests = header && interestsIn(this.#readers, header);
    const bytes = entry.type === 'file' ? entry.size : 0;
    if (header === undefined || interests === undefined) {
      if (openEnd === undefined) yield* flow.skip(entry.size);
      return;
    }
    if (unionOf(interests) === Appetite.Header || entry.type !== 'file') {
      showHeader(header, interests);
      if (openEnd === undefined) yield* flow.skip(entry.size);
      return;
    }
    const inPlace = openEnd === undefined ? flow.place(bytes) : undefined;
    if (inPlace !== undefined) {
      yield* this.#inPlace(header, interests, inPlace, flow);
    } else {
      const { taken, damage } = yield* gatherMember(header, interests, flow, openEnd, this.tools, this.place.depth);
      if (damage !== undefined) throw damage;
      if (openEnd === undefined) yield* flow.skip(bytes - taken);
    }
  }

  /** Shows members of what lies in the archive and is not shown by itself: an archive that comes out of a stream. */
  *within(kind: OpenKind, head: Uint8Array, show: () => Steps): Steps {
    const [around, entries, files] = [this.#around, this.#entries, this.#files];
    this.#around = streamAround(kind, head, around);
    this.#entries = 0;
    this.#files = 0;
    try {
      yield* show();
    } finally {
      this.#around = around;
      this.#entries = entries;
      this.#files = files;
    }
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

  #headerOf(entry: ArchiveEntry): FileHeader | undefined {
    const { name, type, size, mode = MODE, linkTarget, index = this.#entries } = entry;
    this.tools.budget.countMember();
    this.#count++;
    this.#entries++;
    const files = this.#files;
    if (type === 'file') this.#files++;
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
      member: {
        archive: this.#around,
        name,
        type,
        index,
        files,
        size,
        packedSize: entry.isPackedWithOthers === true ? undefined : size,
        encrypted: entry.isEncrypted === true,
      },
    };
  }
}

function showHeader(header: FileHeader, interests: readonly Interest[]): void {
  for (const { reader, appetite } of interests) {
    if ((appetite & (Appetite.Header | Appetite.AnyMembers)) !== 0) reader.showHeader(header);
  }
}
