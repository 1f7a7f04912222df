import { FormatError } from '../../errors.ts';
import type { Inflow } from '../archive/inflow.ts';
import type { Steps } from '../compression/wait.ts';

const LEAD_BYTES = 96;
const INTRO_BYTES = 16;
const ENTRY_BYTES = 16;
/** Bytes of a header: what rpm itself takes at the most. */
const MOST_HEADER = 256 * 1024 * 1024;

/**
 * Passes over the lead, the signature and the header of an RPM package: a compressed cpio archive comes next
 * (https://rpm-software-management.github.io/rpm/manual/format_v4.html).
 * @throws FormatError where they are not there
 */
export function* skipToPayload(flow: Inflow): Steps {
  yield* flow.skip(LEAD_BYTES);
  const signature = yield* skipHeader(flow);
  yield* flow.skip(-signature & 7);
  yield* skipHeader(flow);
}

/** @returns its bytes */
function* skipHeader(flow: Inflow): Steps<number> {
  const intro = yield* flow.need(INTRO_BYTES);
  if (intro.readUInt32BE(0) !== 0x8eade801) throw new FormatError('a header is missing in it');
  const length = intro.readUInt32BE(8) * ENTRY_BYTES + intro.readUInt32BE(12);
  if (length > MOST_HEADER) throw new FormatError('a header of it is too large');
  yield* flow.skip(length);
  return INTRO_BYTES + length;
}
