import { FormatError } from '../../errors.ts';
import type { CompressedKind } from '../../formats/archive/archive-kind.ts';
import { type Decoded, decoded } from '../../formats/archive/decoded.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import { bzip2 } from '../../formats/compression/bzip2/bzip2.ts';
import type { Decoder } from '../../formats/compression/decoder.ts';
import { gzip } from '../../formats/compression/gzip.ts';
import { lzmaAlone } from '../../formats/compression/lzma-alone.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { xz } from '../../formats/compression/xz/xz.ts';
import { zstd } from '../../formats/compression/zstd.ts';
import type { ArchiveTools } from './archive-tools.ts';
import type { FlowMembers } from './flow-members.ts';

const decoders: Readonly<Record<CompressedKind, Decoder>> = { gzip, bzip2, xz, zstd, lzma: lzmaAlone };

/** Decoders whose window is as large as the stream asks for, up to 128 MiB. */
const wide: ReadonlySet<CompressedKind> = new Set(['xz', 'zstd', 'lzma']);
/** Of these so many may be open, one in the other: memory is not to grow with the depth. */
const MOST_WIDE = 4;

/** Whether something is one compressed stream. */
export function isCompressed(kind: string): kind is CompressedKind {
  return kind in decoders;
}

/** Bytes that opening a decoder counts as: an archive may have very many tiny streams. */
const STREAM_BYTES = 8 * 1024;

/** Counts what is made of one stream against the budget; false where it grows out of proportion. @throws LimitError */
export function bombCounter({ budget, limits }: ArchiveTools): (made: number, used: number) => boolean {
  let made = 0;
  budget.spend(STREAM_BYTES);
  return (more, used) => {
    made += more;
    if (made > Math.max(limits.ratioFloorBytes, limits.ratio * used)) return false;
    budget.spend(more);
    return true;
  };
}

/**
 * Decompresses what comes, for as long as `use` takes of it. That it grows out of proportion costs the rest of it, and is told.
 * @throws FormatError where it is damaged, or what is in it is, once all before that was taken
 * @throws LimitError
 */
export function* withDecoded(
  kind: CompressedKind,
  flow: Inflow,
  members: FlowMembers,
  use: (stage: Decoded) => Steps,
): Steps {
  const { budget } = members.tools;
  const isWide = wide.has(kind);
  if (isWide && budget.openWindows === MOST_WIDE) {
    tellTooWide(members);
    return;
  }
  const stage = decoded(decoders[kind], flow, bombCounter(members.tools));
  budget.openWindows += isWide ? 1 : 0;
  let damage: FormatError | undefined;
  try {
    yield* use(stage);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    damage = error;
  } finally {
    stage.close();
    budget.openWindows -= isWide ? 1 : 0;
  }
  if (stage.isStopped) tellBomb(members);
  // What is missing is missing because of the damage before.
  else if (stage.failure !== undefined) throw stage.failure;
  else if (damage !== undefined) throw damage;
}

function tellTooWide({ tools, place: { path } }: FlowMembers): void {
  const message = `${path} stands in ${MOST_WIDE} other streams that take much memory; it was not looked into`;
  tools.tell({ code: 'archive.limit', message, path });
}

/** Says that what an archive makes is out of proportion. */
export function tellBomb({ tools, place: { path } }: FlowMembers): void {
  const message = `${path} grows to more than ${tools.limits.ratio} times its size; the rest of it was not read`;
  tools.tell({ code: 'archive.limit', message, path });
}
