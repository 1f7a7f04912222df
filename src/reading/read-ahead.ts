import { type ScanContext, timedOut } from '../context.ts';
import { LimitError } from '../errors.ts';
import type { LayerContent } from '../image/content.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { eitherSignal } from '../signals.ts';
import type { LayerHelper, LayerHelpers } from './helpers.ts';
import type { KeptReadings } from './kept-readings.ts';
import { hasProblem, heldBytes, membersHeld } from './ledger.ts';
import type { LayerReading } from './read-layer.ts';
import type { PoolRoom, RoomPool } from './room.ts';

/** Layers from elsewhere that are fetched at a time. */
const REMOTE_LANES = 3;

/** Part of the memory of an image below which a layer is not begun: it would have to be read again. */
const LEAST_SHARE = 1 / 32;

/** A layer that can be read before its turn. */
export interface AheadLayer {
  readonly number: number;
  /** Names it within its source. */
  readonly name: string;
  readonly content: LayerContent;
}

/** What reading ahead needs of whoever wants it. */
export interface ReadAheadOrder {
  readonly analyzers: readonly Analyzer[];
  readonly helpers: LayerHelpers | undefined;
  readonly kept: KeptReadings;
  readonly pool: RoomPool;
  read(layer: AheadLayer, room: PoolRoom, signal: AbortSignal, helper?: LayerHelper): Promise<LayerReading>;
}

/**
 * Reads several layers at a time where that pays: the largest first, or from the base up where time may run out. What
 * of them fits into the memory of the image is kept; the rest is read in its turn.
 */
export async function readAhead(
  layers: readonly AheadLayer[],
  order: ReadAheadOrder,
  context: Pick<ScanContext, 'limits' | 'signal' | 'timeLimited'>,
): Promise<void> {
  const { signal, timeLimited = false } = context;
  const { analyzers, helpers } = order;
  const worthy = layers.filter(({ content }) => isForThreads(content) && content.size >= (helpers?.worthwhile ?? 0));
  const threads = Math.max(0, Math.min(helpers?.count ?? 0, worthy.length - (helpers?.always === true ? 0 : 1)));
  const remote = layers.filter(({ content }) => content.remote === true).length;
  const lanes = Math.max(1, Math.min(REMOTE_LANES, remote));
  if ((threads < 1 && lanes < 2) || signal.aborted) return;

  // A layer that fails ends the others; so does whatever ends the scan.
  const stop = new AbortController();
  const forward = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', forward);
  const left = [...layers].sort((a, b) => (timeLimited ? a.number - b.number : b.content.size - a.content.size));
  const take = (helper: LayerHelper | undefined): AheadLayer | undefined => {
    const next = left.findIndex(({ content }) => helper === undefined || isForThreads(content));
    return next < 0 ? undefined : left.splice(next, 1)[0];
  };
  let isFull = false;
  let running = lanes + threads;
  const lane = async (helper?: LayerHelper): Promise<void> => {
    try {
      while (!isFull && !timedOut(signal) && order.pool.free >= context.limits.heldBytes * LEAST_SHARE) {
        const layer = take(helper);
        if (layer === undefined) return;
        if (!(await readOne(layer, helper, running, stop.signal, order, context))) isFull = true;
      }
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      running--;
    }
  };
  const started = Array.from({ length: threads }, () => (helpers as LayerHelpers).start(analyzers));
  try {
    // Threads take the largest: beside what it reads itself, the main thread fetches for them.
    const ends = [...started.map((helper) => lane(helper)), ...Array.from({ length: lanes }, () => lane())];
    const failed = (await Promise.allSettled(ends)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    signal.removeEventListener('abort', forward);
    await Promise.all(started.map((helper) => helper.close()));
  }
}

/** @returns false where the memory of the image is used up */
/** Whether another thread can be given a layer: as a place in a file, or piece by piece. */
function isForThreads({ place, stream }: LayerContent): boolean {
  return place !== undefined || stream !== undefined;
}

async function readOne(
  layer: AheadLayer,
  helper: LayerHelper | undefined,
  running: number,
  signal: AbortSignal,
  { kept, pool, read }: ReadAheadOrder,
  { limits }: Pick<ScanContext, 'limits'>,
): Promise<boolean> {
  // A thread cannot ask for more, so it gets its share at once.
  const most = helper === undefined ? limits.heldBytes : Math.floor(pool.free / running);
  const release = (needed: number): void => kept.release(needed, Number.POSITIVE_INFINITY);
  // What its share cut short is read again in its turn, when it is known how much it may take: the rest is not fetched.
  const cut = new AbortController();
  const room = pool.open(limits.imageEntries, most, release, () => cut.abort(new LimitError('no memory is left')));
  if (helper !== undefined) room.extend(most);
  try {
    const reading = await read(layer, room, eitherSignal([signal, cut.signal]), helper);
    const isCut = cut.signal.aborted || membersHeld(reading.facts) > room.granted;
    room.close();
    // Of a layer that time cut short there will not be more.
    if (isCut && !hasProblem(reading, 'scan.timeout')) return helper !== undefined;
    const fits = heldBytes(reading) <= pool.free;
    if (fits) kept.keep(layer.name, reading);
    return fits;
  } catch (error) {
    if (cut.signal.aborted) return false;
    // What was not begun in time is told in its turn.
    if (timedOut(signal)) return true;
    throw error;
  } finally {
    room.close();
  }
}
