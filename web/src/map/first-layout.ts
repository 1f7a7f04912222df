import { type Spot, separate } from './boxes.ts';
import { type LaidOut, type Link, layOutGroups, layOutLayered, ROOM } from './layered-layout.ts';
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
    return arrange(things, links, new Map(answer));
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

/**
 * What the layout by forces says of the inside of each group is taken; groups then stand in rows, who calls from outside above
 * them: it would scatter them over a plane that nobody has.
 */
export function arrange(
  things: readonly LaidOut[],
  links: readonly Link[],
  spots: ReadonlyMap<string, Spot>,
): ReadonlyMap<string, Spot> {
  return layOutGroups(things, links, (members) => {
    const boxes = new Map(
      members.map(({ id, width, height }) => [id, { ...(spots.get(id) ?? { x: 0, y: 0 }), width, height }] as const),
    );
    return new Map([...separate(boxes, new Set(), ROOM.gap / 2)].map(([id, { x, y }]) => [id, { x, y }]));
  });
}
