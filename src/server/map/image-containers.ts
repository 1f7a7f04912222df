import { z } from 'zod';
import type { StoredImage } from '../../store/image-shelf.ts';
import { NodeLink } from './details-schema.ts';
import { digestsOfImage } from './image-digests.ts';
import { shorten } from './nodes.ts';
import type { World } from './world.ts';

const MOST_LISTED = 20;

export const ImageContainers = z
  .object({
    mapped: z.boolean().describe('False: the service has no map, and does not know what runs.'),
    count: z.int().describe('Containers of this image that are there, whether or not they run.'),
    running: z.int(),
    hosts: z.int(),
    containers: z
      .array(NodeLink.extend({ state: z.string(), host: z.string().describe('Name of the host.') }))
      .describe('Those that run first; at most 20.'),
  })
  .meta({
    id: 'ImageContainers',
    examples: [
      {
        ...{ mapped: true, count: 1, running: 1, hosts: 1 },
        containers: [
          { id: 'container:6f1c:4be1', kind: 'container', label: 'shop-web-1', state: 'running', host: 'web-1' },
        ],
      },
    ],
  });
export type ImageContainers = z.infer<typeof ImageContainers>;

/** Where an image runs by now: by the id that engines call it by, whichever scan of it this is. */
export function containersOf(world: World, image: Pick<StoredImage, 'digest' | 'configuration'>): ImageContainers {
  const own = new Set([image.digest, image.configuration]);
  const found = [...world.graph.containers.keys()].filter(
    ({ gone, facts }) => gone === undefined && digestsOfImage(facts.image).some((digest) => own.has(digest)),
  );
  const isRunning = (state: string): boolean => state === 'running';
  const ordered = found.toSorted(
    (a, b) =>
      Number(isRunning(b.facts.state)) - Number(isRunning(a.facts.state)) || (a.facts.name < b.facts.name ? -1 : 1),
  );
  return {
    mapped: true,
    count: found.length,
    running: found.filter(({ facts }) => isRunning(facts.state)).length,
    hosts: new Set(found.map(({ host }) => host)).size,
    containers: ordered.slice(0, MOST_LISTED).map(({ nodeId, facts, host }) => ({
      ...{ id: nodeId, kind: 'container', label: shorten(facts.name), state: facts.state, host: shorten(host.name) },
    })),
  };
}
