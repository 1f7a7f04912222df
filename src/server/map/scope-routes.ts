import { z } from 'zod';
import { DrydockError } from '../../errors.ts';
import type { ApiContext } from '../api/api-context.ts';
import { describeRoute } from '../api/describe.ts';
import { notFound } from '../api/problem.ts';
import { text } from '../api/schemas.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { compressAnswers } from './compress-answers.ts';
import { mapOf, noHistory, off } from './map-routes.ts';

const words = 'In the shape of Weave Scope 1.13 (docs/api.md), so that scripts for it go on.';
const About = z
  .looseObject({ id: z.string(), version: z.string(), hostname: z.string() })
  .meta({ id: 'ScopeAbout', examples: [{ id: 'a1', version: 'drydock 0.1.0', hostname: 'web-1' }] });
const Topologies = z.array(z.looseObject({ name: z.string(), url: z.string() })).meta({
  id: 'ScopeTopologies',
  examples: [[{ name: 'Hosts', rank: 4, hide_if_empty: false, options: [], url: '/api/topology/hosts' }]],
});
const Topology = z
  .looseObject({ nodes: z.record(z.string(), z.looseObject({ id: z.string(), label: z.string() })) })
  .meta({ id: 'ScopeTopology', examples: [{ nodes: {} }] });
const Node = z
  .looseObject({ node: z.looseObject({ id: z.string(), label: z.string() }) })
  .meta({ id: 'ScopeNode', examples: [{ node: { id: 'web-1;<host>', label: 'web-1' } }] });
const Probes = z.union([z.boolean(), z.array(z.looseObject({ id: z.string(), hostname: z.string() }))]).meta({
  id: 'ScopeProbes',
  examples: [[{ id: 'a1', hostname: 'web-1', version: 'drydock', lastSeen: '2026-03-01T10:00:00Z' }]],
});
const Options = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .describe(
    'Options of the topology by their ids, as `/api/topology` lists them; `timestamp` in RFC 3339 asks for what was there then.',
  );
const Report = z.looseObject({}).meta({ id: 'ScopeReport', examples: [{ Host: { nodes: {} } }] });

/** Routes of Weave Scope that read. Its websocket, and all that changes something, are not there. */
export function registerScope(app: ApiApp, context: ApiContext): void {
  compressAnswers(app);
  const route = (id: string, summary: string, answer: readonly [string, z.ZodType], problems = {}) => ({
    ...describeRoute({
      ...{ id, summary, description: words, tag: 'scope', scope: 'read' },
      answers: { 200: answer },
      problems: { ...off, ...problems },
    }),
  });
  const scope = (query: Query = {}) => {
    const { timestamp } = query;
    if (timestamp !== undefined && timestamp !== '' && Number.isNaN(Date.parse(timestamp)))
      throw new DrydockError('usage.option', 'timestamp: a moment in RFC 3339 is expected.');
    return mapOf(context).scope(timestamp || undefined);
  };

  app.get(
    '/api',
    { config: { scope: 'read' }, schema: route('getScopeAbout', 'Get what answers', ['The service.', About]) },
    async () => scope().about() as never,
  );
  app.get(
    '/api/topology',
    {
      config: { scope: 'read' },
      schema: {
        ...route('listScopeTopologies', 'List topologies', ['The topologies.', Topologies], noHistory),
        querystring: Options,
      },
    },
    async ({ query }) => scope(single(query)).topologies(single(query)) as never,
  );
  app.get(
    '/api/topology/:topology',
    {
      config: { scope: 'read' },
      schema: {
        ...route('getScopeTopology', 'Get a topology', ['The topology.', Topology], {
          404: 'There is none of this name.',
        }),
        params: z.object({ topology: text(100) }),
        querystring: Options,
      },
    },
    async ({ params, query }) => {
      const found = scope(single(query)).topology(params.topology, single(query));
      if (found === undefined) throw notFound('topology of this name');
      return found as never;
    },
  );
  app.get(
    '/api/topology/:topology/:id',
    {
      config: { scope: 'read' },
      schema: {
        ...route('getScopeNode', 'Get a node', ['The node.', Node], { 404: 'There is no such topology or node.' }),
        params: z.object({ topology: text(100), id: text(400) }),
        querystring: Options,
      },
    },
    async ({ params, query }) => {
      const found = scope(single(query)).node(params.topology, params.id);
      if (found === undefined) throw notFound('node of this id');
      return found as never;
    },
  );
  app.get(
    '/api/probes',
    {
      config: { scope: 'read' },
      schema: {
        ...route('listScopeProbes', 'List reporters', ['The reporters; with `sparse` whether there are any.', Probes]),
        querystring: z.object({ sparse: z.string().optional() }),
      },
    },
    async ({ query: { sparse } }) => {
      const probes = scope().probes();
      return (sparse === undefined ? probes : probes.length > 0) as never;
    },
  );
  app.get(
    '/api/report',
    {
      config: { scope: 'read' },
      schema: {
        ...route('getScopeReport', 'Get what was reported', ['All topologies, raw.', Report], noHistory),
        querystring: Options,
      },
    },
    async ({ query }) => scope(single(query)).report() as never,
  );
}

type Query = Readonly<Record<string, string>>;

/** Of what is given several times, the first counts, as there. */
function single(query: Readonly<Record<string, string | string[]>>): Query {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : (value[0] ?? '')]),
  );
}
