import type { LayerInfo } from '../../model/image.ts';
import { judgeNow } from '../live-judgement.ts';
import type { ApiContext } from './api-context.ts';
import { clientTurns } from './client-turns.ts';
import { describeRoute } from './describe.ts';
import { checkInventory } from './inventory-check.ts';
import { Inventory, MatchedPackages } from './match-schema.ts';
import type { ApiApp } from './zod-app.ts';

const MiB = 1024 * 1024;

/** While it is read and judged, an inventory takes ten times the memory of its text: the others of a client wait unread. */
const AT_A_TIME = { requests: 2, queue: 64 };

/** Packages that somebody else has read: what `drydock scan --server` sends. */
export function registerMatch(app: ApiApp, context: ApiContext): void {
  app.post(
    '/api/match',
    {
      config: { scope: 'scan' },
      bodyLimit: 16 * MiB,
      onRequest: clientTurns(context, AT_A_TIME, 'As many inventories of this client wait as the service takes.'),
      validatorCompiler: () => checkInventory,
      schema: {
        ...describeRoute({
          id: 'matchPackages',
          summary: 'Judge packages',
          description:
            'Judges packages by the advisories of the service, and keeps nothing of them. `drydock scan --server` sends what it read here, and makes the report from the answer.',
          tag: 'matching',
          scope: 'scan',
          answers: { 200: ['What is wrong with them.', MatchedPackages] },
          problems: {
            413: 'The body has more than 16 MiB.',
            415: 'The body is no JSON.',
            429: 'As many inventories of this client wait as the service takes.',
          },
        }),
        body: Inventory,
      },
    },
    async ({ body }, reply) => {
      const { distribution, packages, lockfiles = false } = body;
      const { findings, problems, advisories } = await judgeNow(
        {
          ...(distribution !== undefined && { distribution }),
          packages,
          image: { layers: body.layers as readonly LayerInfo[] },
        },
        { store: context.store, ecosystems: context.ecosystems, now: new Date(context.clock.now()), lockfiles },
      );
      const { feeds, ...status } = advisories;
      const shown = { ...status, feeds: feeds.map(({ failure: _, ...feed }) => feed) };
      // Written as it is: a check of each member would cost more than the judging.
      return await reply
        .header('Content-Type', 'application/json; charset=utf-8')
        .send(JSON.stringify({ findings, problems, advisories: shown }) as never);
    },
  );
}
