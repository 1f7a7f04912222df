import { z } from 'zod';
import { DrydockError } from '../../errors.ts';
import { jsonLine } from '../../formats/json-text.ts';
import { allows } from '../access.ts';
import { markOf } from '../followers.ts';
import type { ObservedImageRun, ObserveRuns } from '../observe/observe-runs.ts';
import { shownRun } from '../observe/observe-runs.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { type EventStream, HEARTBEAT, streamEvents } from './event-stream.ts';
import {
  ObservationChoices,
  ObservationRun,
  ObservationRuns,
  observationRun,
  RunSubmission,
} from './observation-schema.ts';
import { notFound } from './problem.ts';
import { runOrder } from './run-order.ts';
import { id, text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

const off = { 501: 'The service runs no images.' } as const;
const gone = 'There is no such run.';

/** Runs of images: submitted, followed, ended. All of it is for those who may observe. */
export function registerObservations(app: ApiApp, context: ApiContext): void {
  app.post(
    '/api/observations',
    {
      config: { scope: 'observe' },
      schema: {
        ...describeRoute({
          id: 'submitObservation',
          summary: 'Have an image run and watched',
          description:
            'Runs an image that the container engine of the service has, in a cage, as `drydock observe` does (docs/observe.md). It begins as soon as its turn comes; follow it by its events. At the end its report is that of the image of the same id. With an `Idempotency-Key` a submission that is repeated answers with the first run.',
          tag: 'observations',
          scope: 'observe',
          answers: { 202: ['The image waits for its run. `Location` names it.', ObservationRun] },
          problems: {
            ...off,
            413: 'The body has more than a MiB.',
            415: 'The body is no JSON.',
            422: 'The idempotency key belongs to another submission.',
            429: 'As many images wait to be run as the service takes.',
          },
        }),
        body: RunSubmission,
        headers: z.object({
          'idempotency-key': text(255).optional().describe('Chosen by the client; at most 255 characters.'),
        }),
      },
    },
    async (request, reply) => {
      const runs = runsOf(context);
      const order = await runOrder(request.body, runs.images);
      const client = context.callerOf(request.raw).client.name;
      const run = await runs.submit(order, client, request.headers['idempotency-key']);
      return await reply.code(202).header('Location', `/api/observations/${run.id}`).send(observationRun(run));
    },
  );

  app.get(
    '/api/observations',
    {
      config: { scope: 'observe' },
      schema: {
        ...describeRoute({
          id: 'listObservations',
          summary: 'List runs',
          description:
            'Those of this process that wait, go on, or ended lately, the newest first. Older ones are images as all others, whose reference begins with `observe:`.',
          tag: 'observations',
          scope: 'observe',
          answers: { 200: ['The runs.', ObservationRuns] },
          problems: off,
        }),
      },
    },
    async () => ({ runs: runsOf(context).list().map(observationRun) }),
  );

  app.get(
    '/api/observations/choices',
    {
      config: { scope: 'observe' },
      schema: {
        ...describeRoute({
          id: 'listObservationChoices',
          summary: 'Get what a run can choose from',
          description: 'The engine, the weakest cage, and the names of rules and scanners that this service has.',
          tag: 'observations',
          scope: 'observe',
          answers: { 200: ['The choices.', ObservationChoices] },
          problems: off,
        }),
      },
    },
    async () => {
      const { engine, cage, callRules, serviceScanners } = runsOf(context).images;
      return { engine, cage, callRules: [...callRules], serviceScanners: [...serviceScanners] };
    },
  );

  app.get(
    '/api/observations/:id',
    {
      config: { scope: 'observe' },
      schema: {
        ...describeRoute({
          id: 'getObservation',
          summary: 'Get a run',
          description: 'Whether it waits, goes on, is done or failed.',
          tag: 'observations',
          scope: 'observe',
          answers: { 200: ['The run.', ObservationRun] },
          problems: { ...off, 404: gone },
        }),
        params: z.object({ id }),
      },
    },
    async ({ params }) => observationRun(await find(context, params.id)),
  );

  app.get(
    '/api/observations/:id/events',
    {
      config: { scope: 'observe' },
      schema: {
        ...describeRoute({
          id: 'followObservation',
          summary: 'Follow a run',
          description:
            'Server-sent events, numbered by their ids: `state` (the run), `step` (`step`, and `done` of `total` in `unit`), `attempt` and `tried` (a try to bring the image up, begun and decided), `port` (one that is seen to listen for the first time, and again when it is known what it speaks), `finding` (of services and calls, as they rise; the report decides), and at last `end` (the run, done or failed), after which the stream ends. `missed` says how many events were forgotten before they could be sent. With `Last-Event-ID` what came after it is sent. Where another process runs the image, `state`, `step` and `end` alone.',
          tag: 'observations',
          scope: 'observe',
          answers: { 200: ['The events.', z.string(), 'text/event-stream'] },
          problems: { ...off, 404: gone, 429: 'This client follows as many images as it may at a time.' },
        }),
        params: z.object({ id }),
        headers: z.object({ 'last-event-id': text(100).optional() }),
      },
    },
    async (request, reply) => {
      const run = await find(context, request.params.id);
      const known = request.headers['last-event-id'];
      await streamEvents(request, reply, context, (stream) =>
        run.history.last > 0 ? tell(run, known, context, stream) : tellFromAfar(run, context, stream),
      );
    },
  );

  app.delete(
    '/api/observations/:id',
    {
      config: { scope: 'observe' },
      schema: {
        ...describeRoute({
          id: 'cancelObservation',
          summary: 'End a run',
          description:
            'The image is ended, and all that was made for it is removed; `end` among its events says when. Runs of others can be ended with the scope `admin`.',
          tag: 'observations',
          scope: 'observe',
          answers: { 202: ['It ends.', ObservationRun] },
          problems: { ...off, 404: 'No such run waits or goes on in this process.' },
        }),
        params: z.object({ id }),
      },
    },
    async (request, reply) => {
      const runs = runsOf(context);
      const run = await find(context, request.params.id);
      const { client } = context.callerOf(request.raw);
      if (run.client !== '' && run.client !== client.name && !allows(client.scope, 'admin')) {
        throw new DrydockError('service.scope', 'Somebody else asked for this run; to end it needs admin.');
      }
      if (!(await runs.cancel(run.id, client.name))) throw notFound('run of this id that waits or goes on here');
      return await reply.code(202).send(observationRun(run));
    },
  );
}

/** @throws DrydockError `service.observe-off` */
function runsOf({ observations }: ApiContext): ObserveRuns {
  if (observations !== undefined) return observations;
  throw new DrydockError(
    'service.observe-off',
    'This service runs no images. Whoever runs it can have it do so: drydock serve --observe docker (or podman).',
  );
}

/** @throws DrydockError `service.not-found`, `service.observe-off` */
async function find(context: ApiContext, run: string): Promise<ObservedImageRun> {
  const found = await runsOf(context).find(run);
  if (found === undefined) throw notFound('run of this id');
  return found;
}

async function tell(
  { history }: ObservedImageRun,
  lastKnown: string | undefined,
  { clock }: ApiContext,
  stream: EventStream,
): Promise<void> {
  const known = lastKnown !== undefined && /^\d{1,15}$/.test(lastKnown) ? Number(lastKnown) : 0;
  // Who knows the end already is told it again: they would come back for ever.
  const after = history.isOver && known >= history.last ? history.last - 1 : known;
  for await (const item of history.follow(after, clock, HEARTBEAT, stream.signal)) {
    if (item === 'quiet') await stream.beat();
    else if ('missed' in item) await stream.send('missed', String(item.before - 1), jsonLine({ events: item.missed }));
    else await stream.send(item.name, String(item.sequence), item.data);
  }
}

/** Of a run that another process has, or had, the store tells this much. */
async function tellFromAfar(run: ObservedImageRun, { scans }: ApiContext, stream: EventStream): Promise<void> {
  let before: string | undefined;
  for await (const moment of scans.followers.follow(run.id, stream.signal)) {
    if (moment === undefined) {
      await stream.beat();
      continue;
    }
    const { image, step } = moment;
    const { state, scanned, failure } = image;
    const mark = markOf(moment);
    const shown = jsonLine(
      shownRun({
        ...run,
        state: state === 'scanning' ? 'running' : state,
        ...(scanned !== undefined && { ended: scanned }),
        ...(failure !== undefined && { failure }),
      }),
    );
    if (state === 'done' || state === 'failed') await stream.send('end', mark, shown);
    else if (state !== before) await stream.send('state', mark, shown);
    if (state === 'scanning' && step !== undefined) await stream.send('step', mark, jsonLine(step));
    before = state;
  }
}
