import { FormatError } from '../../errors.ts';
import type { Decoded } from '../../formats/archive/decoded.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import { truncated } from '../../formats/compression/damage.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import type { FileHeader } from '../../model/file.ts';
import type { Interest } from '../interest.ts';
import { PassingSink } from '../passing-sink.ts';
import type { ArchiveTools } from './archive-tools.ts';

/** Bytes that are taken at a time. */
const PIECE = 64 * 1024;

/** Tells, once a flow ended, whether it should have gone on. */
export type OpenEnd = Pick<Decoded, 'failure' | 'isStopped'>;

/** How much of a member came. */
export interface Gathered {
  /** Bytes that were taken of the flow. */
  readonly taken: number;
  /** Why not all that anybody wants came. */
  readonly damage: FormatError | undefined;
}

/**
 * Keeps a member that comes once as far as anybody wants it, and shares that.
 * @param openEnd the member ends with the flow, wherever that is; absent: it has the size that its header says
 * @param depth archives around it
 */
export function* gatherMember(
  header: FileHeader,
  interests: readonly Interest[],
  flow: Inflow,
  openEnd: OpenEnd | undefined,
  { bodies, limits, share }: ArchiveTools,
  depth: number,
): Steps<Gathered> {
  const body = bodies.begin(header.size);
  try {
    const sink = new PassingSink(header, interests, body, limits);
    const most = openEnd === undefined ? header.size : Number.POSITIVE_INFINITY;
    let taken = 0;
    let damage: FormatError | undefined;
    try {
      while (taken < most && !sink.hasEnough) {
        const piece = yield* flow.take(Math.min(most - taken, PIECE));
        if (piece.length === 0) break;
        taken += piece.length;
        sink.write(piece);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damage = error;
    }
    if (openEnd === undefined && taken < most && !sink.hasEnough) damage ??= truncated();
    const kept = sink.finish();
    const isMore = sink.hasEnough || openEnd?.isStopped === true || openEnd?.failure !== undefined;
    const size = openEnd === undefined ? header.size : taken + (isMore ? 1 : 0);
    // Of what did not come at all there is nothing to see.
    if (damage === undefined || taken > 0) yield* share(withSize(header, size), interests, kept, depth);
    return { taken, damage };
  } finally {
    body.release();
  }
}

/** The header as those know it who were shown its first bytes, where nothing else is known of it by now. */
export function withSize(header: FileHeader, size: number): FileHeader {
  return size === header.size ? header : { ...header, size };
}
