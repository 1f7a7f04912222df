import { crc32 } from 'node:zlib';
import { FormatError } from '../../errors.ts';
import { decoded } from '../../formats/archive/decoded.ts';
import { inflowOf } from '../../formats/archive/inflow.ts';
import { readBytes } from '../../formats/byte-source.ts';
import type { Decoder } from '../../formats/compression/decoder.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { DEFLATED, LOCAL_BYTES, type LocalHeader, readLocal, STORED, type ZipEntry } from '../../formats/zip/entry.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Appetite, type FileHeader, HEAD_BYTES } from '../../model/file.ts';
import type { Problem } from '../../model/problem.ts';
import { contentBytes } from '../analyzer-reader.ts';
import { type Interest, keepInterested, unionOf } from '../interest.ts';
import { PassingSink } from '../passing-sink.ts';
import type { ArchiveTools } from './archive-tools.ts';
import { bombCounter } from './decode-flow.ts';
import { gatherMember, withSize } from './gather-member.ts';
import type { UnreadMembers } from './unread-members.ts';
import { methodName, zipDecoder } from './zip-decoders.ts';

/** Where a member stands. */
export interface MemberPlace {
  readonly entry: ZipEntry;
  /** Position of its local header in the archive. */
  readonly start: number;
  readonly archive: ByteSource;
  /** Archives around it. */
  readonly depth: number;
}

export interface MemberTools extends ArchiveTools {
  /** Remembers what is odd about the archive. */
  notice(odd: string): void;
  /** Gathers what cannot be read; where absent, it is told at once. */
  readonly unread?: UnreadMembers;
}

/** Reads as much of a member as anybody wants, and shares it. What cannot be read is told, and costs that member only. */
export function* readMember(
  place: MemberPlace,
  header: FileHeader,
  interests: readonly Interest[],
  tools: MemberTools,
): Steps {
  const { entry } = place;
  const body = bodyOf(place, tools);
  if (typeof body === 'string') {
    unreadable(header, body, tools);
    showHeaders(header, interests);
  } else if (entry.method === STORED) {
    yield* stored(place, body, header, interests, tools);
  } else if (entry.method !== DEFLATED) {
    yield* otherwise(place, body, header, interests, tools);
  } else {
    yield* deflated(place, body, header, interests, tools);
  }
}

/** Where the body begins and how long it is said to be, or why it cannot be read. */
interface Body {
  readonly start: number;
  readonly length: number;
}

function bodyOf({ entry, start, archive }: MemberPlace, { notice, unread }: MemberTools): Body | string {
  if (entry.encrypted) return 'is encrypted';
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    // No runtime of a language reads these; archivers do.
    const isKnown = unread !== undefined && zipDecoder(entry) !== undefined;
    if (!isKnown) return `is compressed by ${methodName(entry.method)}`;
  }
  let local: LocalHeader;
  try {
    local = readLocal(readBytes(archive, start, LOCAL_BYTES + Buffer.byteLength(entry.name)));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return 'has no header where the directory says that it stands';
  }
  if (local.name !== entry.name || local.method !== entry.method || local.encrypted !== entry.encrypted) {
    notice('the directory and the headers of members disagree');
  }
  if (local.compressedSize !== 0 && local.compressedSize !== entry.compressedSize) {
    notice('the directory and the headers of members disagree');
  }
  // Deflated data tells itself where it ends.
  const length =
    entry.method === DEFLATED ? Math.max(entry.compressedSize, local.compressedSize) : entry.compressedSize;
  return { start: start + local.length, length };
}

/** What is stored is read where it is. */
function* stored(
  { entry, archive, depth }: MemberPlace,
  { start, length }: Body,
  header: FileHeader,
  interests: readonly Interest[],
  tools: MemberTools,
): Steps {
  const body = archive.slice(start, length);
  if (entry.size !== length) tools.notice('members have another size than stated');
  if (body.size < length) unreadable(header, 'ends behind the archive', tools);
  const sized = withSize(header, length);
  keepInterested(sized, interests, () => readBytes(body, 0, HEAD_BYTES));
  tools.budget.spend(Math.min(body.size, contentBytes(unionOf(interests), tools.limits)));
  yield* tools.share(sized, interests, { body }, depth);
}

function* deflated(
  { entry, archive, depth }: MemberPlace,
  { start, length }: Body,
  header: FileHeader,
  interests: readonly Interest[],
  tools: MemberTools,
): Steps {
  const { limits, budget } = tools;
  const body = tools.bodies.begin(entry.size);
  try {
    const sink = new PassingSink(header, interests, body, limits);
    const most = Math.max(limits.ratioFloorBytes, limits.ratio * length);
    let made = 0;
    let sum = 0;
    const take = (piece: Buffer): boolean => {
      made += piece.length;
      budget.spend(piece.length);
      if (made > most) return false;
      sum = crc32(piece, sum);
      sink.write(piece);
      return !sink.hasEnough;
    };
    let why: string | undefined;
    let isComplete = false;
    try {
      const { complete, used } = yield* tools.inflater.inflate(archive, start, length, take);
      // The last stream of an archive whose end is missing has nothing behind it by which its end would show.
      isComplete = complete;
      if (!complete && made <= most && !sink.hasEnough) why = 'ends in the middle';
      if (used > length) tools.notice('members are longer than stated');
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      why = 'is damaged';
    }
    if (made > most) tools.tell(bomb(header, tools));
    if (isComplete && made !== entry.size) tools.notice('members have another size than stated');
    else if (isComplete && sum !== entry.crc) tools.notice('members have another checksum than stated');
    if (why !== undefined) unreadable(header, why, tools);
    const kept = sink.finish();
    const isCut = why !== undefined || made > most;
    // The end of it, where an archive is described, is not there.
    if (isCut) for (const interest of interests) interest.appetite &= ~(Appetite.Members | Appetite.AnyMembers);
    if (isCut && body.length === 0) return;
    yield* tools.share(withSize(header, sizeOf(entry, made, isComplete)), interests, kept, depth);
  } finally {
    body.release();
  }
}

/** What only archivers unpack. */
function* otherwise(
  { entry, archive, depth }: MemberPlace,
  { start, length }: Body,
  header: FileHeader,
  interests: readonly Interest[],
  tools: MemberTools,
): Steps {
  const source = inflowOf(archive.slice(start, length));
  const stage = decoded(zipDecoder(entry) as Decoder, source, bombCounter(tools));
  try {
    yield* gatherMember(header, interests, stage.flow, stage, tools, depth);
    if (stage.isStopped) tools.tell(bomb(header, tools));
    else if (stage.failure !== undefined) unreadable(header, 'is damaged', tools);
  } finally {
    stage.close();
  }
}

function bomb({ path }: FileHeader, { limits }: MemberTools): Problem {
  const message = `${path} grows to more than ${limits.ratio} times its size; the rest of it was not read`;
  return { code: 'archive.limit', message, path };
}

/** What is stated counts only where it is not known better. */
function sizeOf(entry: ZipEntry, made: number, isComplete: boolean): number {
  if (isComplete) return made;
  return made > entry.size ? made + 1 : entry.size;
}

function showHeaders(header: FileHeader, interests: readonly Interest[]): void {
  for (const { reader, appetite } of interests) {
    if ((appetite & (Appetite.Header | Appetite.Members | Appetite.AnyMembers)) !== 0) reader.showHeader(header);
  }
}

function unreadable(header: FileHeader, why: string, { tell, unread }: MemberTools): void {
  if (unread !== undefined) {
    unread.add(why, header.path);
    return;
  }
  tell({ code: 'archive.unreadable', message: `${header.path} ${why} and could not be read`, path: header.path });
}
