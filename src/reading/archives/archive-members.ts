import { readBytes } from '../../formats/byte-source.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { normalisePath } from '../../formats/tar/path.ts';
import type { ZipEnd } from '../../formats/zip/end-record.ts';
import { DEFLATED, STORED, type ZipEntry } from '../../formats/zip/entry.ts';
import { ZipExtents } from '../../formats/zip/extents.ts';
import { ZipRecord } from '../../formats/zip/record.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Appetite, type ArchiveAround, type ArchiveMember, type FileHeader } from '../../model/file.ts';
import type { AnalyzerReader } from '../analyzer-reader.ts';
import { type Interest, interestsIn, unionOf } from '../interest.ts';
import type { WantedNames } from '../wanted-names.ts';
import { archiveAround } from './archive-around.ts';
import type { ArchivePlace, ArchiveTools } from './archive-tools.ts';
import { readMember } from './member-body.ts';
import type { UnreadMembers } from './unread-members.ts';

/** Mode of a member whose archive does not tell one. */
const MODE = 0o644;

/** The members of one archive, shown one by one to those analyzers that want them. */
export class ArchiveMembers {
  readonly #place: ArchivePlace;
  readonly #body: ByteSource;
  readonly #readers: readonly AnalyzerReader[];
  readonly #tools: ArchiveTools;
  /** Names that are asked for, where everybody says which. */
  readonly #names: WantedNames | undefined;
  readonly #record: ZipRecord = new ZipRecord();
  readonly #extents: ZipExtents = new ZipExtents();
  /** Paths of members that somebody wanted. */
  readonly #wanted: Set<string> = new Set();
  /** What is odd about the archive, each thing once. */
  readonly #odd: Set<string> = new Set();
  #escapes: boolean = false;
  /** Where the header of the first member stands, as the directory has it. */
  #first: number = -1;
  #around: ArchiveAround | undefined;
  readonly #unread: UnreadMembers | undefined;

  /** @param unread gathers what cannot be read; where absent, each member tells it */
  constructor(
    place: ArchivePlace,
    body: ByteSource,
    readers: readonly AnalyzerReader[],
    tools: ArchiveTools,
    unread?: UnreadMembers,
  ) {
    this.#unread = unread;
    this.#place = place;
    this.#body = body;
    this.#readers = readers;
    this.#tools = tools;
    const analyzers = readers.map(({ analyzer }) => analyzer);
    if (analyzers.every(({ names }) => names !== undefined)) this.#names = tools.names(analyzers);
  }

  notice(odd: string): void {
    this.#odd.add(odd);
  }

  /** Takes a plain member whose name nobody asks for, without anything being made of it. False where `member` must see it. */
  skim({ bytes, at }: { readonly bytes: Buffer; readonly at: number }): boolean {
    const record = this.#record;
    if (this.#names === undefined || !record.read(bytes, at)) return false;
    if (!record.isDirectory) {
      if (
        this.#names.hasPart(
          bytes,
          record.name,
          record.end,
          record.mode || MODE,
          Math.max(record.size, record.compressedSize),
        )
      )
        return false;
      this.#extents.add(record.offset, record.compressedSize);
    }
    return true;
  }

  /**
   * @param index its place in the directory, from 0
   * @returns what is to be done where somebody wants it
   */
  member(entry: ZipEntry, { shift }: ZipEnd, index: number): Steps | undefined {
    if (this.#first < 0) this.#first = entry.offset;
    if (entry.name.endsWith('/')) return undefined;
    this.#extents.add(entry.offset, entry.compressedSize);
    if (entry.odd !== undefined) this.notice(entry.odd);
    const header = this.#headerOf(entry, shift, index);
    const interests = header && interestsIn(this.#readers, header);
    return header && interests && this.#share(entry, shift, header, interests);
  }

  *#share(entry: ZipEntry, shift: number, header: FileHeader, interests: readonly Interest[]): Steps {
    // Programs take the first, or the last: so all of them are shown.
    if (this.#wanted.has(header.path)) this.notice('names come twice');
    this.#wanted.add(header.path);
    if (unionOf(interests) === Appetite.Header) {
      for (const { reader } of interests) reader.showHeader(header);
      return;
    }
    yield 'pause';
    const at = { entry, start: entry.offset + shift, archive: this.#body, depth: this.#place.depth };
    const unread = this.#unread;
    const notice = (odd: string): void => this.notice(odd);
    yield* readMember(at, header, interests, { ...this.#tools, notice, ...(unread && { unread }) });
  }

  /** Says what was odd. */
  close(): void {
    this.#unread?.tell((problem) => this.#tools.tell(problem));
    if (this.#extents.overlap !== undefined) this.notice('members share bytes');
    if (this.#odd.size === 0) return;
    const { path } = this.#place;
    const message = `${path} is not as any tool writes it: ${[...this.#odd].join(', ')}; all of it was read`;
    this.#tools.tell({ code: 'archive.odd', message, path });
  }

  /** The size by which analyzers decide whether they want a member: as stated, unless its body cannot have that. */
  #sizeOf(entry: ZipEntry): number {
    const size = possibleSize(entry);
    if (size !== entry.size) this.notice('members have another size than stated');
    return size;
  }

  #headerOf(entry: ZipEntry, shift: number, index: number): FileHeader | undefined {
    const { path: archive, offset } = this.#place;
    const { path, escapes } = normalisePath(plainName(entry.name));
    if (escapes && !this.#escapes) {
      this.#escapes = true;
      const message = `a member name of ${archive} climbs out of the archive with ".."`;
      this.#tools.tell({ code: 'file.path-escapes', message, path: archive });
    }
    if (path === '') return undefined;
    return {
      path: `${archive}!/${path}`,
      name: path.slice(path.lastIndexOf('/') + 1),
      type: 'file',
      size: this.#sizeOf(entry),
      mode: entry.mode || MODE,
      uid: 0,
      gid: 0,
      offset,
      archive,
      ...(this.#unread !== undefined && { member: this.#memberOf(entry, shift, index) }),
    };
  }

  #memberOf(
    { name, size, compressedSize, encrypted, crc, method }: ZipEntry,
    shift: number,
    index: number,
  ): ArchiveMember {
    this.#around ??= archiveAround(this.#place.file, 'zip', this.#body, this.#startOf(shift));
    const about = { name, size, packedSize: compressedSize, encrypted, crc, method };
    return { archive: this.#around, type: 'file', index, files: index, ...about };
  }

  /** Where it begins, where it stands behind something else, whether or not its positions count that. */
  #startOf(shift: number): number {
    const isPlain = readBytes(this.#body, 0, 2).toString('latin1') === 'PK';
    return isPlain ? 0 : shift > 0 ? shift : this.#first;
  }
}

/** Bytes that deflate makes of one, at the most (its longest match, 258, of two bits). */
const MOST_GROWTH = 1032;
/** Bytes by which a body may be longer than what is in it: a header of each block, and a margin. */
const slack = (size: number): number => 64 + Math.ceil(size / 256);

/** The stated size, or the next one that a body of this length can have. */
function possibleSize({ method, size, compressedSize, encrypted }: ZipEntry): number {
  if (encrypted) return size;
  if (method === STORED) return compressedSize;
  // Of an empty member the body has two bytes.
  if (compressedSize > 2 && (size === 0 || compressedSize > size + slack(size))) return compressedSize;
  return method === DEFLATED ? Math.min(size, compressedSize * MOST_GROWTH) : size;
}

/** A name ends at a NUL, as in a tar archive; one that knows backslashes only was written by a program of Windows. */
function plainName(name: string): string {
  const nul = name.indexOf('\0');
  const cut = nul < 0 ? name : name.slice(0, nul);
  return cut.includes('\\') && !cut.includes('/') ? cut.replaceAll('\\', '/') : cut;
}
