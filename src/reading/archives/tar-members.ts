import { FormatError } from '../../errors.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import { truncated } from '../../formats/compression/damage.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { BLOCK, MemberParser, padded } from '../../formats/tar/member.ts';
import type { FlowMembers } from './flow-members.ts';

/** Bytes of the attributes of a member. */
const MOST_ATTRIBUTES = 1024 * 1024;
/** Types of GNU tar that are no files: a label, a list of names, the rest of a file of another volume. */
const NO_FILES = 'VDM';

/**
 * Shows the members of a tar archive. Links are shown as links and never followed: what a hard link stands for was shown under
 * its first name.
 */
export function* showTar(flow: Inflow, members: FlowMembers): Steps {
  const parser = new MemberParser();
  let zeros = 0;
  for (;;) {
    const present = (yield* flow.peek(BLOCK)).length;
    // Archives without the two zero blocks at their end are common.
    if (present === 0) return;
    const position = flow.position + BLOCK;
    const step = parser.block(yield* flow.need(BLOCK), 0, position);
    if (step.kind === 'zero') {
      if (++zeros === 2) return;
      continue;
    }
    zeros = 0;
    if (step.kind === 'more') continue;
    if (step.kind === 'extension') {
      if (step.bytes > MOST_ATTRIBUTES) throw new FormatError('the attributes of a member are too large');
      parser.extension(Buffer.from(yield* flow.need(step.bytes)));
    } else if (step.kind === 'unknown') {
      if (step.bytes > 0 && !NO_FILES.includes(step.typeflag)) {
        members.leaveOut('its type is not known', `a member of ${members.place.path}`);
      }
      yield* flow.skip(step.bytes);
    } else {
      const { header, bytes, escapes } = step;
      // The path is normalised already: that it climbs out must still be seen.
      const name = escapes ? `../${header.path}` : header.path;
      const { type, mode, linkTarget } = header;
      const entry = { name, type, mode, size: bytes, ...(linkTarget !== undefined && { linkTarget }) };
      if (header.sparse === true) {
        members.showUnread(entry, 'it is stored as a sparse file');
        yield* flow.skip(bytes);
      } else {
        yield* members.show(entry, flow);
      }
    }
    yield* pad(flow, padded(step.bytes) - step.bytes);
  }
}

/** A body is whole also without what fills up its last block. */
function* pad(flow: Inflow, bytes: number): Steps {
  if (bytes === 0) return;
  const present = (yield* flow.peek(bytes)).length;
  yield* flow.skip(present);
  if (present < bytes && present > 0) throw truncated();
}
