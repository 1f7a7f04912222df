import { networkDialer } from '../net/network-dialer.ts';
import { CLAIR_MANIFEST } from '../store/clair-manifest.ts';
import type { NotificationShelf, StoredNotification } from '../store/notification-shelf.ts';
import { postMessage } from './post.ts';
import type { NotificationTarget } from './target.ts';
import { parseTargetUrl } from './target-url.ts';

export interface ClairV4WebhookSettings {
  readonly url: string;
  /** Where the API of this service is reached: messages say where the notification is to be had. */
  readonly publicUrl: string;
}

/**
 * Sends the id of a notification and where to ask for it, as Clair v4 does (its OpenAPI 1.2.0, `notification_webhook`),
 * where it concerns a manifest that a client of that API had indexed. What concerns none counts as sent.
 * @throws UsageError on an address that cannot be used
 */
export function clairV4Webhook(
  { url, publicUrl }: ClairV4WebhookSettings,
  { notifications }: { readonly notifications: Pick<NotificationShelf, 'concernedImages'> },
): NotificationTarget {
  const place = parseTargetUrl(url, 'notify-clair-url');
  const base = `${parseTargetUrl(publicUrl, 'public-url').href.replace(/\/+$/, '')}/notifier/api/v1/notification/`;
  const dialer = networkDialer();
  return {
    name: 'clair-v4',
    backend: 'clair-v4',
    batch: 1,
    async send([notification]) {
      if (notification === undefined || !(await concernsManifests(notification, notifications))) return;
      const body = JSON.stringify({ notification_id: notification.name, callback: `${base}${notification.name}` });
      await postMessage(dialer, place, { body, headers: { 'user-agent': 'drydock' } }, (status) => status === 200);
    },
    close: () => dialer.close(),
  };
}

async function concernsManifests(
  { old, new: fresh }: StoredNotification,
  shelf: Pick<NotificationShelf, 'concernedImages'>,
): Promise<boolean> {
  for (const row of [fresh, old]) {
    if (row === undefined) continue;
    const found = await shelf.concernedImages(row.id, { beginning: CLAIR_MANIFEST, from: 0, limit: 1 });
    if (found.length > 0) return true;
  }
  return false;
}
