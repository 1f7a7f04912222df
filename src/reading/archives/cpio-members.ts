import { archiveKind, KIND_BYTES } from '../../formats/archive/archive-kind.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { isCpio, readCpioMember } from '../../formats/cpio/header.ts';
import { isCompressed, withDecoded } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';

/** Archives behind and in each other: an initramfs has two or three. */
const MOST_PARTS = 32;
/** Bytes that are looked at together. */
const PIECE = 4096;

/**
 * Shows the members of a cpio archive, and of those behind it, which may be compressed: that is what an initramfs is made of
 * (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). The kernel passes over zeros between them; other bytes
 * behind the end are of no use to anybody.
 */
export function* showCpio(flow: Inflow, members: FlowMembers, parts: number = 0): Steps {
  yield* showPart(flow, members);
  yield* showRest(flow, members, parts + 1);
}

/** @param parts archives that were shown before */
function* showRest(flow: Inflow, members: FlowMembers, parts: number): Steps {
  yield* skipZeros(flow);
  const head = yield* flow.peek(KIND_BYTES);
  const found = isCpio(head) ? { kind: 'cpio' as const } : archiveKind(head);
  if (found === undefined) return;
  const { path } = members.place;
  if (found.kind === 'unreadable') {
    members.leaveOut(`goes on with ${found.name}, which is not supported,`, path);
  } else if (parts === MOST_PARTS && (found.kind === 'cpio' || isCompressed(found.kind))) {
    members.leaveOut(`has more than ${MOST_PARTS} parts`, path);
  } else if (found.kind === 'cpio') {
    yield* showCpio(flow, members, parts);
  } else if (isCompressed(found.kind)) {
    let rest: Inflow | undefined;
    const decode = withDecoded(found.kind, flow, members, function* (stage) {
      const inner = yield* stage.flow.peek(PIECE);
      if (!isCpio(inner)) return;
      yield* members.within('cpio', inner, () => showCpio(stage.flow, members, parts));
      while ((yield* stage.flow.take(PIECE)).length > 0) yield 'pause';
      if (stage.failure === undefined) rest = stage.rest();
    });
    yield* members.within(found.kind, head, () => decode);
    if (rest !== undefined) yield* showRest(rest, members, parts + 1);
  }
}

function* showPart(flow: Inflow, members: FlowMembers): Steps {
  for (;;) {
    const member = yield* readCpioMember(flow);
    if (member === undefined) return;
    const { entry, padding } = member;
    yield* members.show(entry, flow);
    // What fills up the last word may be missing.
    yield* flow.skip((yield* flow.peek(padding)).length);
  }
}

function* skipZeros(flow: Inflow): Steps {
  for (;;) {
    const bytes = yield* flow.peek(PIECE);
    const end = bytes.findIndex((byte) => byte !== 0);
    const isEnd = end >= 0 || bytes.length === 0;
    yield* flow.skip(end < 0 ? bytes.length : end);
    if (isEnd) return;
    yield 'pause';
  }
}
