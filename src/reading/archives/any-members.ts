import { FormatError } from '../../errors.ts';
import { type ArchiveKind, archiveKind, KIND_BYTES, type OpenKind } from '../../formats/archive/archive-kind.ts';
import { inflowOf } from '../../formats/archive/inflow.ts';
import { readBytes } from '../../formats/byte-source.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { findEnds } from '../../formats/zip/end-record.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { showAr } from './ar-members.ts';
import { showCabinet } from './cabinet-members.ts';
import { showCompressed } from './compressed-members.ts';
import { showCpio } from './cpio-members.ts';
import { isCompressed } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';
import { isLooseObject, showGitObject, showGitPack } from './git-members.ts';
import { showRpm } from './rpm-members.ts';
import { showSevenZip } from './seven-zip-members.ts';
import { showTar } from './tar-members.ts';

/** Where the first descriptor of an ISO image names it (ECMA-119, section 8.1). */
const ISO_AT = 0x8001;
/** Names of files whose magic is short, or none. */
const ENDINGS = /\.(?:lzma|tlz|cpio|gz|tgz)$/i;

/**
 * What kind of archive a file is, by its bytes.
 * @param path by which alone an object of git is told from other compressed bytes
 */
export function kindOf(body: ByteSource, path: string): ArchiveKind | undefined {
  const head = readBytes(body, 0, KIND_BYTES);
  if (isLooseObject(path, head)) return { kind: 'git-object', weak: true };
  const found = archiveKind(head);
  if (found !== undefined) return found;
  if (readBytes(body, ISO_AT, 5).toString('latin1') === 'CD001') return { kind: 'unreadable', name: 'an ISO image' };
  // A program in front of an archive unpacks it, and other things hide it: the end of that tells it.
  // That of an empty archive is a few bytes that other files have, too.
  return findEnds(body).some(({ start, limit }) => start < limit) ? { kind: 'zip' } : undefined;
}

/**
 * Shows the members of an archive of another kind than zip. What is damaged is told once, when all before the damage was shown;
 * not at all where a file looks like an archive by a short magic only, not by its name, and nothing came of it.
 */
export function* showMembers(
  { kind, weak = false }: { readonly kind: Exclude<OpenKind, 'zip'>; readonly weak?: boolean },
  body: ByteSource,
  members: FlowMembers,
): Steps {
  const { path } = members.place;
  const isSure = !weak || ENDINGS.test(path);
  try {
    yield* open(kind, body, members, isSure);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (!isSure && members.count === 0) return;
    const why = error.message.startsWith('is ') ? error.message : `could not be read as a whole: ${error.message}`;
    members.tools.tell({ code: 'archive.unreadable', message: `${path} ${why}`, path });
  } finally {
    members.close();
  }
}

function open(kind: Exclude<OpenKind, 'zip'>, body: ByteSource, members: FlowMembers, isSure: boolean): Steps {
  if (kind === '7z') return showSevenZip(body, members);
  if (kind === 'cab') return showCabinet(body, members);
  if (kind === 'git-pack') return showGitPack(body, members);
  if (kind === 'git-object') return showGitObject(body, members);
  const flow = inflowOf(body);
  if (isCompressed(kind)) return showCompressed(kind, flow, members, isSure);
  return { tar: showTar, cpio: showCpio, ar: showAr, rpm: showRpm }[kind](flow, members);
}
