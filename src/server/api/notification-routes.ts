import { z } from 'zod';
import type { StoredNotification } from '../../store/notification-shelf.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { notFound } from './problem.ts';
import { cursor, limit, moment, next, text } from './schemas.ts';
import { NamespaceVulnerability, namespaceVulnerability } from './vulnerability-routes.ts';
import type { ApiApp } from './zod-app.ts';

const Changed = NamespaceVulnerability.extend({ id: z.string().describe('`CVE-2024-1234`.') });

const Notification = z
  .object({
    name: z.string(),
    created: moment,
    notified: moment.optional().describe('When every target had it.'),
    read: moment.optional().describe('When somebody said that it was read.'),
    old: Changed.optional().describe('As it was; absent: it is new.'),
    new: Changed.optional().describe('As it is; absent: it is gone.'),
  })
  .meta({
    id: 'Notification',
    examples: [
      {
        name: 'b1ff1f2a-28a4-4a73-9ef4-9d3c3f1c8b10',
        created: '2026-03-01T10:00:00.000Z',
        new: {
          id: 'CVE-2024-0727',
          namespace: 'debian:12',
          severity: 'medium',
          origin: 'feed',
          description: 'A PKCS12 file can lead to a NULL dereference.',
          link: 'https://security-tracker.debian.org/tracker/CVE-2024-0727',
          fixes: [{ package: 'openssl', version: '3.0.13-1~deb12u1' }],
        },
      },
    ],
  });

const NotificationPage = z
  .object({ notifications: z.array(Notification), next })
  .meta({ id: 'NotificationPage', examples: [{ notifications: [] }] });

const Details = Notification.extend({
  affectedImages: z.int().describe('Images that have the vulnerability now.'),
  deliveries: z.array(
    z.object({
      target: z.string(),
      delivered: moment.optional(),
      failures: z.int().describe('Rounds that failed since the last success.'),
      notBefore: moment.optional().describe('It is not tried again before.'),
    }),
  ),
}).meta({
  id: 'NotificationDetails',
  examples: [
    {
      name: 'b1ff1f2a-28a4-4a73-9ef4-9d3c3f1c8b10',
      created: '2026-03-01T10:00:00.000Z',
      affectedImages: 3,
      deliveries: [{ target: 'webhook', delivered: '2026-03-01T10:00:01.000Z', failures: 0 }],
    },
  ],
});

/** What happened to vulnerabilities, and who was told. */
export function registerNotifications(app: ApiApp, { store, clock }: ApiContext): void {
  app.get(
    '/api/notifications',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listNotifications',
          summary: 'List notifications',
          description: 'The newest first.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['A page of notifications.', NotificationPage] },
        }),
        querystring: z.object({
          unread: z.enum(['true', 'false']).default('true').describe('Only those that nobody marked as read.'),
          limit,
          cursor,
        }),
      },
    },
    async ({ query }) => {
      const page = await store.notifications.list({
        unread: query.unread === 'true',
        limit: query.limit,
        ...(query.cursor !== undefined && { after: query.cursor }),
      });
      return {
        notifications: page.notifications.map(shown),
        ...(page.next !== undefined && { next: page.next }),
      };
    },
  );

  app.get(
    '/api/notifications/:name',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getNotification',
          summary: 'Get a notification',
          description: 'What changed, how many images it matters to, and which targets were told.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The notification.', Details] },
          problems: { 404: 'There is no such notification.' },
        }),
        params: z.object({ name: text(128) }),
      },
    },
    async ({ params }) => {
      const found = await store.notifications.find(params.name);
      if (found === undefined) throw notFound('notification of this name');
      const vulnerability = (found.new ?? found.old)?.name;
      const [deliveries, affected] = await Promise.all([
        store.notifications.deliveries(params.name),
        vulnerability === undefined ? undefined : store.images.affectedBy(vulnerability, { limit: 1 }),
      ]);
      return {
        ...shown(found),
        affectedImages: affected?.count ?? 0,
        deliveries: deliveries.map(({ target, delivered, failures, notBefore }) => ({
          target,
          ...(delivered !== undefined && { delivered: delivered.toISOString() }),
          failures,
          ...(notBefore !== undefined && { notBefore: notBefore.toISOString() }),
        })),
      };
    },
  );

  app.delete(
    '/api/notifications/:name',
    {
      config: { scope: 'scan' },
      schema: {
        ...describeRoute({
          id: 'readNotification',
          summary: 'Mark a notification as read',
          description: 'It is not sent again, and stays where it is.',
          tag: 'operation',
          scope: 'scan',
          answers: { 204: 'It is marked.' },
          problems: { 404: 'There is no such notification.' },
        }),
        params: z.object({ name: text(128) }),
      },
    },
    async ({ params }, reply) => {
      const marked = await store.notifications.markRead(params.name, new Date(clock.now()));
      if (!marked) throw notFound('notification of this name');
      return await reply.code(204).send();
    },
  );
}

function shown(notification: StoredNotification): z.infer<typeof Notification> {
  const { name, created, notified, deleted, old, new: fresh } = notification;
  return {
    name,
    created: created.toISOString(),
    ...(notified !== undefined && { notified: notified.toISOString() }),
    ...(deleted !== undefined && { read: deleted.toISOString() }),
    ...(old !== undefined && { old: { id: old.name, ...namespaceVulnerability(old) } }),
    ...(fresh !== undefined && { new: { id: fresh.name, ...namespaceVulnerability(fresh) } }),
  };
}
