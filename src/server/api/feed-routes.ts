import { z } from 'zod';
import { oldestData, readUpdaterState, requestUpdate } from '../updater-state.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { moment } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

const Feeds = z
  .object({
    generation: z.int().describe('Of the advisories that are used; 0: there are none yet.'),
    updater: z
      .enum(['waiting', 'updating', 'elsewhere', 'off'])
      .describe('What this process does: `elsewhere`: another one updates; `off`: this one never does.'),
    last: z
      .object({
        started: moment,
        seconds: z.number(),
        complete: z.boolean().describe('All feeds were read and taken over.'),
        problems: z.array(z.string()),
      })
      .optional()
      .describe('The last update, by whichever process; absent: there was none.'),
    oldest: moment.optional().describe('When the feed that was not read for the longest time was read.'),
    feeds: z.array(
      z.object({
        name: z.string(),
        status: z
          .enum(['changed', 'unchanged', 'failed', 'not asked', 'unkept'])
          .describe(
            '`unkept`: the service does not bring it up to date any more, and what was known of it is still used.',
          ),
        records: z.int(),
        updatedAt: moment.optional().describe('When it was last known to be up to date; absent: never.'),
        ageSeconds: z
          .int()
          .min(0)
          .optional()
          .describe(
            'Absent also where `updatedAt` is ahead of the clock of this process by more than a minute: one of the two is wrong, and nobody knows the age.',
          ),
        failure: z.string().optional(),
        notes: z.object({ count: z.int(), first: z.array(z.string()) }).describe('Records that were left out.'),
      }),
    ),
    unjudged: z
      .array(z.object({ namespace: z.string(), packageVersions: z.int() }))
      .describe('Package versions that may or may not have a vulnerability, since versions cannot be compared.'),
  })
  .meta({
    id: 'Feeds',
    examples: [
      {
        generation: 12,
        updater: 'waiting',
        last: { started: '2026-03-01T10:00:00.000Z', seconds: 8.2, complete: true, problems: [] },
        oldest: '2026-03-01T10:00:00.000Z',
        feeds: [
          {
            name: 'debian-tracker',
            status: 'changed',
            records: 31000,
            updatedAt: '2026-03-01T10:00:00.000Z',
            ageSeconds: 60,
            notes: { count: 0, first: [] },
          },
        ],
        unjudged: [],
      },
    ],
  });

const Requested = z
  .object({ requested: moment })
  .meta({ id: 'RequestedUpdate', examples: [{ requested: '2026-03-01T10:00:00.000Z' }] });

/** Seconds by which the clocks of processes may differ that share a database. */
const CLOCK_SKEW = 60;

/** A time ahead of ours has no age: to call it new would hide that it may be old. */
function ageOf(updatedAt: string, now: number): { readonly ageSeconds?: number } {
  const seconds = Math.round((now - Date.parse(updatedAt)) / 1000);
  return seconds < -CLOCK_SKEW ? {} : { ageSeconds: Math.max(0, seconds) };
}

/** Where the advisories come from, and how old they are. */
export function registerFeeds(app: ApiApp, { store, clock, updater }: ApiContext): void {
  app.get(
    '/api/feeds',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listFeeds',
          summary: 'List the feeds',
          description: 'What became of each feed, and how old what is known of it is.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The feeds.', Feeds] },
        }),
      },
    },
    async () => {
      const [state, generation, unjudged] = await Promise.all([
        readUpdaterState(store.values),
        store.advisories.generation(),
        store.advisories.unjudged(),
      ]);
      const oldest = state && oldestData(state);
      return {
        generation,
        updater: (updater?.phase ?? 'off') as z.infer<typeof Feeds>['updater'],
        ...(state !== undefined && {
          last: {
            started: state.started,
            seconds: state.seconds,
            complete: state.complete,
            problems: [...state.problems],
          },
        }),
        ...(oldest !== undefined && { oldest }),
        feeds: (state?.feeds ?? []).map(({ name, status, records, updatedAt, failure, notes }) => ({
          name,
          status,
          records,
          ...(updatedAt !== undefined && { updatedAt, ...ageOf(updatedAt, clock.now()) }),
          ...(failure !== undefined && { failure }),
          notes: { count: notes.count, first: [...notes.first] },
        })),
        unjudged: [...unjudged],
      };
    },
  );

  app.post(
    '/api/feeds/update',
    {
      config: { scope: 'admin' },
      schema: {
        ...describeRoute({
          id: 'updateFeeds',
          summary: 'Update the feeds',
          description:
            'Asks whichever process updates to do so now: this one begins at once, another one within a minute. `GET /api/feeds` tells what became of it.',
          tag: 'operation',
          scope: 'admin',
          answers: { 202: ['It was asked for.', Requested] },
        }),
      },
    },
    async (_, reply) => {
      const now = clock.now();
      await requestUpdate(store.values);
      updater?.wake();
      return await reply.code(202).send({ requested: new Date(now).toISOString() });
    },
  );
}
