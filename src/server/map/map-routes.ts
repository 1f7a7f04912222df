import { z } from 'zod';
import { DrydockError } from '../../errors.ts';
import type { ApiContext } from '../api/api-context.ts';
import { describeRoute } from '../api/describe.ts';
import { streamEvents } from '../api/event-stream.ts';
import { notFound } from '../api/problem.ts';
import { text } from '../api/schemas.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { compressAnswers } from './compress-answers.ts';
import { NodeDetails } from './details-schema.ts';
import type { MapPart } from './map-part.ts';
import { at, ViewQuery, viewShape } from './map-query.ts';
import { MapChange, MapSnapshot } from './map-schema.ts';
import { HistoryRange, SearchResult, TopologyChanges } from './question-schema.ts';

export const off = { 501: 'The service has no map.' } as const;
export const noHistory = { 404: 'There is nothing of that moment.' } as const;

export const nodeId = text(400).describe('As a snapshot of the map has it.');

/** @throws DrydockError `map.off` */
export function mapOf({ map }: ApiContext): MapPart {
  if (map !== undefined) return map;
  throw new DrydockError('map.off', 'This service has no map: its administrator can have it make one (`map`).');
}

/** What runs, and who talks to whom: read. */
export function registerMap(app: ApiApp, context: ApiContext): void {
  compressAnswers(app);
  app.get(
    '/api/map',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getMap',
          summary: 'Get the map',
          description:
            'What runs on all hosts that report, and who talks to whom. Processes are in their containers and are shown where `expand` names those. At most 1,000 nodes and edges: where there are more, containers of one image are one node, and `leftOut` says so.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The map.', MapSnapshot] },
          problems: { ...off, ...noHistory },
        }),
        querystring: z.object({ ...viewShape, at }),
      },
    },
    async ({ query: { at: moment, ...query } }) => await mapOf(context).snapshot(query, moment),
  );

  app.get(
    '/api/map/events',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'followMap',
          summary: 'Follow the map',
          description:
            'Server-sent events: `snapshot` (as `GET /api/map` answers), then `change` whenever something changed, at most twice a second (the schema `MapChange`). Applied to what was there before, it gives the snapshot of its `revision`. With `Last-Event-ID` the changes after it are sent, where they are still known, and else a `snapshot`.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The events.', z.string(), 'text/event-stream'] },
          problems: {
            ...off,
            429: 'This client follows as many things as it may at a time, or too many views are followed.',
          },
        }),
        querystring: ViewQuery,
        headers: z.object({ 'last-event-id': text(100).optional() }),
      },
    },
    async (request, reply) => {
      const map = mapOf(context);
      // While it can still be answered with a status.
      map.admitFollower(request.query, context.callerOf(request.raw).client);
      await streamEvents(request, reply, context, (stream) =>
        map.follow(request.query, request.headers['last-event-id'], stream),
      );
    },
  );

  // What an event says is a schema of the document, too, so that those who follow have its type.
  app.get(
    '/api/map/changes/last',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getLastMapChange',
          summary: 'Get the changes of the map since a revision',
          description: 'What `change` events since then say together, for those who cannot follow events.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The change.', MapChange] },
          problems: { ...off, 409: 'The revision is too old, or of another life of the service: get the map.' },
        }),
        querystring: z.object({ ...viewShape, revision: z.coerce.number().int().min(0) }),
      },
    },
    async ({ query: { revision, ...query } }) => await mapOf(context).changesSince(query, revision),
  );

  app.get(
    '/api/map/nodes/:id',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getMapNode',
          summary: 'Get what is known of a node of the map',
          description:
            'Its facts, figures of the last 15 minutes, what it is in and what is in it, connections, ports and how far they can be reached, vulnerabilities of what really runs and why that is believed, and what the caller may do to it.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The node.', NodeDetails] },
          problems: { ...off, 404: 'There is no such node.' },
        }),
        params: z.object({ id: nodeId }),
        querystring: z.object({ at }),
      },
    },
    async (request) => {
      const { client } = context.callerOf(request.raw);
      const found = await mapOf(context).details(request.params.id, request.query.at, client);
      if (found === undefined) throw notFound('node of this id');
      return found;
    },
  );

  app.get(
    '/api/map/search',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'searchMap',
          summary: 'Search the map',
          description:
            'Nodes that all terms of `q` fit: words, and `field:word` (`image:nginx`, `label.tier:web`, `port:443`, `severity:critical`, `drift:written`). Terms with spaces stand in quotes. See docs/api.md.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The nodes.', SearchResult] },
          problems: { ...off, ...noHistory },
        }),
        querystring: z.object({ q: text(1000), ...viewShape, at }),
      },
    },
    async ({ query: { q, at: moment, ...query } }) => await mapOf(context).search(q, query, moment),
  );

  app.get(
    '/api/map/changes',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listMapChanges',
          summary: 'List what changed since a moment',
          description:
            'Containers and connections that are new or gone, new ports, drift and powers, and containers whose gravest vulnerability in use is worse or better. One that was made anew from the same image under the same name is the same.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The changes.', TopologyChanges] },
          problems: { ...off, ...noHistory },
        }),
        querystring: z.object({
          since: z.iso.datetime({ offset: true }).describe('In RFC 3339.'),
          until: z.iso.datetime({ offset: true }).optional().describe('In RFC 3339; absent: now.'),
        }),
      },
    },
    async ({ query: { since, until } }) => await mapOf(context).changes(since, until),
  );

  app.get(
    '/api/map/history',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getMapHistory',
          summary: 'Get the range of the stored history',
          description: 'From when to when `at` can be asked for, with how much there was and changed.',
          tag: 'map',
          scope: 'read',
          answers: { 200: ['The range.', HistoryRange] },
          problems: off,
        }),
      },
    },
    async () => mapOf(context).history(),
  );
}
