import { archiveKind, type CompressedKind, KIND_BYTES } from '../../formats/archive/archive-kind.ts';
import type { Decoded } from '../../formats/archive/decoded.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { showCpio } from './cpio-members.ts';
import { withDecoded } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';
import { showTar } from './tar-members.ts';

/** Endings of names that a program takes off, and what it puts in their place. */
const endings: readonly (readonly [ending: string, instead: string])[] = [
  ['.gz', ''],
  ['.bz2', ''],
  ['.xz', ''],
  ['.zst', ''],
  ['.lzma', ''],
  ['.z', ''],
  ['.tgz', '.tar'],
  ['.tbz', '.tar'],
  ['.tbz2', '.tar'],
  ['.txz', '.tar'],
  ['.tzst', '.tar'],
  ['.tlz', '.tar'],
];

/**
 * Shows what a compressed file unpacks to: `a.gz` has one member `a.gz!/a`; where that is a tar or cpio archive, its members are
 * shown as those of the compressed file, and the archive itself is not: `a.tar.gz!/b`.
 * @param isSure the file is compressed, even where it is damaged soon
 */
export function* showCompressed(kind: CompressedKind, flow: Inflow, members: FlowMembers, isSure: boolean): Steps {
  yield* withDecoded(kind, flow, members, (stage) => showUnpacked(stage, members, isSure));
}

function* showUnpacked(stage: Decoded, members: FlowMembers, isSure: boolean): Steps {
  const { flow } = stage;
  const head = yield* flow.peek(KIND_BYTES);
  if (stage.failure !== undefined && !isSure) return;
  const kind = archiveKind(head)?.kind;
  if (kind === 'tar') yield* members.within(kind, head, () => showTar(flow, members));
  else if (kind === 'cpio') yield* members.within(kind, head, () => showCpio(flow, members));
  else if (head.length > 0) {
    // How many bytes it has shows only at their end.
    yield* members.show({ name: unpackedName(members.place.path), type: 'file', size: head.length }, flow, stage);
  }
}

/** Name of what is in a compressed file, by that of the file. */
function unpackedName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const lower = name.toLowerCase();
  const found = endings.find(([ending]) => lower.endsWith(ending) && lower.length > ending.length);
  return found === undefined ? name : name.slice(0, -found[0].length) + found[1];
}
