import { z } from 'zod';
import type { ApiContext } from '../api/api-context.ts';
import { describeRoute } from '../api/describe.ts';
import { notFound } from '../api/problem.ts';
import { id } from '../api/schemas.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { ImageContainers } from './image-containers.ts';

/** Where a stored image runs. */
export function registerImageContainers(app: ApiApp, { store, map }: ApiContext): void {
  app.get(
    '/api/images/:id/containers',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listImageContainers',
          summary: 'List containers of an image',
          description:
            'Where it runs now, on all hosts of the map: containers whose engine calls their image by its id, or by the digest of its manifest.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The containers.', ImageContainers] },
          problems: { 404: 'There is no such image.' },
        }),
        params: z.object({ id }),
      },
    },
    async ({ params }) => {
      const image = await store.images.find(params.id);
      if (image === undefined) throw notFound('image of this id');
      return map?.runsOn(image) ?? { mapped: false, count: 0, running: 0, hosts: 0, containers: [] };
    },
  );
}
