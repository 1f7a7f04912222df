import { around, type Box, type Spot, separate, squeeze } from './boxes.ts';
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
  aspect: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Spot>> {
  if (kind === 'layered' || things.length < 2) return layOutLayered(things, links, aspect);
  try {
    const answer = await reckonBeside({ things, links }, signal);
    return arrange(things, links, new Map(answer), aspect);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return layOutLayered(things, links, aspect);
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
  aspect: number,
): ReadonlyMap<string, Spot> {
  const inside = (members: readonly LaidOut[]): Map<string, Spot> => {
    const ids = new Set(members.map(({ id }) => id));
    const linked = new Set(links.filter(([a, b]) => ids.has(a) && ids.has(b)).flat());
    const boxes = new Map(
      members
        .filter(({ id }) => linked.has(id))
        .map(({ id, width, height }) => [id, { ...(spots.get(id) ?? { x: 0, y: 0 }), width, height }] as const),
    );
    const together = squeeze(separate(boxes, new Set(), ROOM.gap / 2), ROOM.gap * 2);
    const placed = new Map([...together].map(([id, { x, y }]) => [id, { x, y }]));
    const alone = members.filter(({ id }) => !linked.has(id));
    for (const [id, spot] of inLines(alone, around(together.values()))) placed.set(id, spot);
    return placed;
  };
  return layOutGroups(things, links, inside, aspect);
}

/** What talks to nobody beside it, in lines below the rest. */
function inLines(things: readonly LaidOut[], rest: Box | undefined): Map<string, Spot> {
  const widest = Math.max(rest?.width ?? 0, Math.sqrt(things.length * 1.7) * 120);
  const left = rest === undefined ? 0 : rest.x - rest.width / 2;
  let [x, y, high] = [left, rest === undefined ? 0 : rest.y + rest.height / 2 + ROOM.gap, 0];
  return new Map(
    things.map(({ id, width, height }) => {
      if (x > left && x + width > left + widest) [x, y, high] = [left, y + high + ROOM.gap, 0];
      const spot = { x: x + width / 2, y: y + height / 2 };
      x += width + ROOM.gap;
      high = Math.max(high, height);
      return [id, spot];
    }),
  );
}
