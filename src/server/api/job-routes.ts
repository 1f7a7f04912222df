import { z } from 'zod';
import type { DeadJob } from '../../jobs/queue.ts';
import type { ReadLayerJob, ScanImageJob } from '../../jobs/scan-jobs.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { notFound } from './problem.ts';
import { moment, text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

const kinds = ['scan-image', 'read-layer'] as const;

const Counts = z.object({
  queued: z.int().describe('Ready, or waiting for their next attempt.'),
  active: z.int(),
  dead: z.int().describe('Given up.'),
});

const Jobs = z
  .object({
    shared: Counts.describe('Scans, of all processes of this database.'),
    layers: Counts.describe('Layers that are read on their own, once for all images that have them.'),
    local: Counts.describe('Of this process alone: uploads, and images with credentials of their own.'),
    dead: z
      .array(
        z.object({
          id: z.string(),
          kind: z.enum(kinds),
          image: z.string().describe('For a layer: the image that was first in want of it.'),
          reference: z.string(),
          layer: z.string().optional().describe('Digest of the layer, as the registry has it.'),
          failure: z.string(),
          attempts: z.int(),
          died: moment,
        }),
      )
      .describe('The last ones that were given up; they can be revived.'),
  })
  .meta({
    id: 'Jobs',
    examples: [
      {
        shared: { queued: 0, active: 1, dead: 1 },
        layers: { queued: 0, active: 2, dead: 0 },
        local: { queued: 0, active: 0, dead: 0 },
        dead: [
          {
            kind: 'scan-image',
            id: '2f1c0f5e-7c1d-4e0b-8f55-0d6a1c1b2a3e',
            image: '0b9c2f0e-6b1f-4c58-9c39-0a3d6d0f3a52',
            reference: 'registry.example/app:1',
            failure: 'registry.example cannot be reached.',
            attempts: 4,
            died: '2026-03-01T10:00:00.000Z',
          },
        ],
      },
    ],
  });

const MOST_DEAD = 100;

/** Scans and layers that wait, go on, and were given up. */
export function registerJobs(app: ApiApp, { queue, local }: ApiContext): void {
  app.get(
    '/api/jobs',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listJobs',
          summary: 'Get the state of the queue',
          description: 'How many scans and layers wait and go on, and those that were given up.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The queue.', Jobs] },
        }),
      },
    },
    async () => {
      const [shared, layers, own, ...dead] = await Promise.all([
        queue.counts('scan-image'),
        queue.counts('read-layer'),
        local.counts('scan-image'),
        ...kinds.map((kind) => queue.dead(kind, MOST_DEAD)),
      ]);
      const last = dead
        .flat()
        .toSorted((a, b) => b.died.getTime() - a.died.getTime())
        .slice(0, MOST_DEAD);
      return { shared, layers, local: own, dead: last.map(shown) };
    },
  );

  app.post(
    '/api/jobs/:id/revive',
    {
      config: { scope: 'admin' },
      schema: {
        ...describeRoute({
          id: 'reviveJob',
          summary: 'Try a job again that was given up',
          description:
            'From the first attempt. A layer that was given up is read by each scan of an image that has it, until its job is revived.',
          tag: 'operation',
          scope: 'admin',
          answers: { 204: 'It waits for its turn.' },
          problems: { 404: 'No job of this id was given up.' },
        }),
        params: z.object({ id: text(64) }),
      },
    },
    async ({ params }, reply) => {
      const { id } = params;
      const isRevived = (await queue.revive('scan-image', id)) || (await queue.revive('read-layer', id));
      if (!isRevived) throw notFound('job of this id that was given up');
      return await reply.code(204).send();
    },
  );
}

function shown({ kind, id, key, data, failure, attempts, died }: DeadJob): z.infer<typeof Jobs>['dead'][number] {
  const end = { failure, attempts, died: died.toISOString() };
  if (kind === 'read-layer') {
    const { image, reference, digest } = data as ReadLayerJob;
    return { kind, id, image, reference, layer: digest, ...end };
  }
  const { reference } = data as ScanImageJob;
  return { kind: 'scan-image', id, image: key, reference, ...end };
}
