import { z } from 'zod';
import { type FleetOverview, vulnerabilityOrders } from '../../store/fleet-shelf.ts';
import { oldestData, readUpdaterState } from '../updater-state.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import {
  exampleDay,
  FleetDayAnswer,
  fleetDay,
  listedImage,
  Overview,
  SpreadVulnerability,
  spreadVulnerability,
  todoKinds,
} from './fleet-schema.ts';
import { cursor, limit, next, severityWords, storedSeveritiesOf, text, truth } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

const DAY = 24 * 3_600_000;

/** Days that a trend shows at the most: ten years. */
const MOST_DAYS = 3660;

/** Members of the lists of an overview. */
const LISTED = 10;

/** Feeds that were not read for longer are told of. */
const STALE = 7 * DAY;

const VulnerabilityPage = z
  .object({ vulnerabilities: z.array(SpreadVulnerability), next })
  .meta({ id: 'VulnerabilityPage', examples: [{ vulnerabilities: [] }] });

const Trends = z
  .object({ days: z.array(FleetDayAnswer).describe('The oldest first; the last one is as it is by now.') })
  .meta({ id: 'Trends', examples: [{ days: [exampleDay] }] });

/** All images at once. */
export function registerFleet(app: ApiApp, context: ApiContext): void {
  const { store } = context;
  const today = (): string => dayAt(context.clock.now());

  app.get(
    '/api/overview',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getOverview',
          summary: 'Get an overview of all images',
          description:
            'What needs doing, and sums over the last images of each reference that were read: one, or one for each platform where all were submitted. Images that were run are not counted.',
          tag: 'overview',
          scope: 'read',
          answers: { 200: ['The overview.', Overview] },
        }),
      },
    },
    async () => {
      const now = context.clock.now();
      const [overview, advisories, days] = await Promise.all([
        store.fleet.overview(today(), LISTED),
        advisoriesAt(context, now),
        store.fleet.days(dayAt(now - 31 * DAY)),
      ]);
      const before = days.findLast(({ day }) => day < today());
      const { sums, worst, widespread, exploited, distributions, kinds, ...counts } = overview;
      return {
        asOf: new Date(now).toISOString(),
        todo: todoOf(overview, advisories),
        now: fleetDay(today(), sums),
        ...(before !== undefined && { before: fleetDay(before.day, before) }),
        ...counts,
        kinds: { ...kinds },
        distributions: [...distributions],
        worst: worst.map(listedImage),
        widespread: widespread.map(spreadVulnerability),
        exploited: exploited.map(spreadVulnerability),
        advisories,
      };
    },
  );

  app.get(
    '/api/trends',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getTrends',
          summary: 'Get what was found, day by day',
          description:
            'Sums over the last images of each reference, as they were kept on each day; days on which the service did not run are absent.',
          tag: 'overview',
          scope: 'read',
          answers: { 200: ['The days.', Trends] },
        }),
        querystring: z.object({
          days: z.coerce.number().int().min(1).max(MOST_DAYS).default(90).describe('How many, up to this one.'),
        }),
      },
    },
    async ({ query }) => {
      const [kept, sums] = await Promise.all([
        store.fleet.days(dayAt(context.clock.now() - (query.days - 1) * DAY)),
        store.fleet.sums(),
      ]);
      const earlier = kept.filter(({ day }) => day < today());
      return { days: [...earlier.map((day) => fleetDay(day.day, day)), fleetDay(today(), sums)] };
    },
  );

  app.get(
    '/api/vulnerabilities',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listVulnerabilities',
          summary: 'List the vulnerabilities that images have',
          description:
            'Over the last images of each reference that were read. `GET /api/vulnerabilities/{id}` knows those that no image has, too.',
          tag: 'vulnerabilities',
          scope: 'read',
          answers: { 200: ['A page of vulnerabilities.', VulnerabilityPage] },
        }),
        querystring: z.object({
          q: text(255).optional().describe('What the name begins with, in upper or lower case: `CVE-2024-`.'),
          severity: severityWords,
          exploited: truth.describe('Known to be exploited, or not known to be.'),
          fixable: truth.describe('A version fixes it in a package at least, or in none.'),
          sort: z.enum(vulnerabilityOrders).default('images'),
          limit,
          cursor,
        }),
      },
    },
    async ({ query }) => {
      const { q, severity, exploited, fixable, sort, cursor: after } = query;
      const page = await store.fleet.vulnerabilities({
        limit: query.limit,
        order: sort,
        // Nearly all names are in capitals; those of GitHub are not, but for their first letters.
        ...(q !== undefined && { prefix: /^ghsa-/i.test(q) ? `GHSA-${q.slice(5).toLowerCase()}` : q.toUpperCase() }),
        ...(severity !== undefined && { severities: storedSeveritiesOf(severity) }),
        ...(exploited !== undefined && { exploited }),
        ...(fixable !== undefined && { fixable }),
        ...(after !== undefined && { after }),
      });
      return {
        vulnerabilities: page.vulnerabilities.map(spreadVulnerability),
        ...(page.next !== undefined && { next: page.next }),
      };
    },
  );
}

function dayAt(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

type Advisories = z.infer<typeof Overview>['advisories'];

async function advisoriesAt({ store }: ApiContext, now: number): Promise<Advisories> {
  const [state, generation] = await Promise.all([readUpdaterState(store.values), store.advisories.generation()]);
  const feeds = state?.feeds ?? [];
  const oldest = state && oldestData(state);
  return {
    generation,
    ...(oldest !== undefined && { oldest }),
    failed: feeds.filter(({ status }) => status === 'failed').map(({ name }) => name),
    stale: feeds
      .filter(({ updatedAt }) => updatedAt !== undefined && now - Date.parse(updatedAt) > STALE)
      .map(({ name }) => name),
  };
}

function todoOf(overview: FleetOverview, advisories: Advisories): z.infer<typeof Overview>['todo'] {
  const { kinds } = overview;
  const counts: Readonly<Record<(typeof todoKinds)[number], number>> = {
    'no-advisories': advisories.generation === 0 ? 1 : 0,
    malware: overview.malwareImages,
    exploited: overview.exploitedImages,
    'fixable-critical': overview.fixableCriticalImages,
    secret: kinds['secret']?.images ?? 0,
    failed: overview.failed,
    incomplete: overview.incomplete,
    'feed-failed': advisories.failed.length,
    'feed-stale': advisories.stale.length,
    'end-of-life': overview.endOfLife,
    'unread-notifications': overview.unread,
  };
  return todoKinds.flatMap((kind) => (counts[kind] > 0 ? [{ kind, count: counts[kind] }] : []));
}
