import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { notFound } from '../api/problem.ts';
import type { ApiApp } from '../api/zod-app.ts';
import type { ClairV4Context } from './clair-v4-context.ts';
import { FIRST_PAGE, notificationPage, readPlace, writePlace } from './notification-page.ts';
import { CLAIR_V4 } from './paths.ts';
import { refuseMethod, sendDocument, typeFor } from './send.ts';

const NOTIFICATION_PAGE = 'application/vnd.clair.notification_page.v1+json';

/** As in Clair. */
const DEFAULT_SIZE = 500;
/** More of one page are given in several. */
const MOST = 5000;

/** The UUID that says nothing: Clair takes it for the first page. */
const NIL = '00000000-0000-0000-0000-000000000000';

/** What changed for manifests, and that somebody has read it (OpenAPI 1.2.0, tag `notifier`). */
export function registerNotifier(app: ApiApp, { store, clock }: ClairV4Context): void {
  const url = `${CLAIR_V4.notifier}/notification/:id`;
  const params = z.object({ id: z.uuid() });
  const querystring = z.object({
    page_size: z
      .string()
      .regex(/^\d{0,9}$/, 'It is no number.')
      .optional(),
    next: z.string().max(64).optional(),
  });

  app.get(url, { config: { scope: 'read' }, schema: { hide: true, params, querystring } }, async (request, reply) => {
    const { page_size: asked = '', next = '' } = request.query;
    const type = typeFor(request, NOTIFICATION_PAGE);
    const place = next === '' || next === NIL ? FIRST_PAGE : readPlace(next);
    if (place === undefined) throw new UsageError('usage.option', 'next: no page ended with it.');
    const notification = await store.notifications.find(request.params.id);
    if (notification === undefined || notification.deleted !== undefined) throw notFound('notification of this id');
    const size = Math.min(Number(asked) || DEFAULT_SIZE, MOST);
    const page = await notificationPage(notification, place, size, store.notifications);
    return await sendDocument(reply, type, {
      page: { size, ...(page.next !== undefined && { next: writePlace(page.next) }) },
      notifications: page.notifications,
    });
  });

  app.delete(url, { config: { scope: 'scan' }, schema: { hide: true, params } }, async (request, reply) => {
    if (!(await store.notifications.markRead(request.params.id, new Date(clock.now())))) {
      throw notFound('notification of this id');
    }
    return await reply.code(200).send();
  });

  refuseMethod(app, url, ['POST', 'PUT', 'PATCH']);
}
