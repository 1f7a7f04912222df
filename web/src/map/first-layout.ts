import { around, type Box, type Spot, separate } from './boxes.ts';
import { type LaidOut, type Link, layOutLayered, ROOM } from './layered-layout.ts';
import type { OrganicAnswer, OrganicTask } from './organic-worker.ts';
import { startWorker } from './start-worker.ts';

/** Later than this, whatever is quick is better, ms. */
const PATIENCE = 2500;

/**
 * Lays out a whole map for the first time. The organic one is reckoned beside the page, which goes on answering; where it fails
 * or is late, the layered one stands in.
 */
export async function layOutFirst(
  kind: 'organic' | 'layered',
  things: readonly LaidOut[],
  links: readonly Link[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Spot>> {
  if (kind === 'layered' || things.length < 2) return layOutLayered(things, links);
  try {
    const answer = await reckonBeside({ things, links }, signal);
    return settleFrames(things, new Map(answer));
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return layOutLayered(things, links);
  }
}

function reckonBeside(task: OrganicTask, signal: AbortSignal | undefined): Promise<OrganicAnswer> {
  return new Promise((resolve, reject) => {
    const worker = startWorker();
    const end = () => {
      worker.terminate();
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (reason: unknown) => {
      end();
      reject(reason);
    };
    const abort = () => fail(signal?.reason);
    const timer = setTimeout(() => fail(new Error('The layout took too long.')), PATIENCE);
    signal?.addEventListener('abort', abort);
    worker.addEventListener('error', (event) => fail(new Error(event.message)));
    worker.addEventListener('message', ({ data }: MessageEvent<OrganicAnswer>) => {
      end();
      resolve(data);
    });
    worker.postMessage(task);
  });
}

/** A layout by forces leaves some things over others: moves them apart, in their groups and then the groups. */
export function settleFrames(things: readonly LaidOut[], spots: ReadonlyMap<string, Spot>): ReadonlyMap<string, Spot> {
  const groups = new Map<string | undefined, Map<string, Box>>();
  for (const { id, width, height, group } of things) {
    if (!groups.has(group)) groups.set(group, new Map());
    groups.get(group)!.set(id, { ...(spots.get(id) ?? { x: 0, y: 0 }), width, height });
  }
  const frames = new Map<string, Box>();
  const inner = new Map<string, Box>();
  for (const [group, boxes] of groups) {
    const apart = separate(boxes, new Set(), ROOM.gap / 2);
    for (const [id, box] of apart) {
      inner.set(id, box);
      if (group === undefined) frames.set(id, box);
    }
    if (group !== undefined) frames.set(group, around(apart.values(), ROOM.frame)!);
  }
  const settled = separate(frames, new Set(), ROOM.gap);
  return new Map(
    things.map(({ id, group }) => {
      const frame = group ?? id;
      const [from, to, box] = [frames.get(frame)!, settled.get(frame)!, inner.get(id)!];
      return [id, { x: box.x + to.x - from.x, y: box.y + to.y - from.y }];
    }),
  );
}
