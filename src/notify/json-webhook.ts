import { networkDialer } from '../net/network-dialer.ts';
import type { NotificationShelf, StoredNotification } from '../store/notification-shelf.ts';
import type { StoredVulnerability } from '../store/vulnerability-shelf.ts';
import type { NotifierClock } from './clock.ts';
import { postMessage } from './post.ts';
import { signatureHeaders } from './signature.ts';
import { type NotificationTarget, typeOf } from './target.ts';
import { parseTargetUrl } from './target-url.ts';

export interface JsonWebhookSettings {
  readonly url: string;
  /** Messages are signed with it. */
  readonly secret?: { reveal(): string };
  /** Where people reach this service: messages link to the notification there. */
  readonly publicUrl?: string;
}

/** Layers that are counted; of more a message says that there are more. */
const COUNTED = 10_000;

/**
 * Sends what a notification says, whole, so that nobody has to ask for it.
 * @throws UsageError on an address that cannot be used
 */
export function jsonWebhook(
  { url, secret, publicUrl }: JsonWebhookSettings,
  { notifications, clock }: { readonly notifications: NotificationShelf; readonly clock: NotifierClock },
): NotificationTarget {
  const place = parseTargetUrl(url, 'notify-url');
  const dialer = networkDialer();
  return {
    name: 'json',
    backend: 'json',
    batch: 1,
    async send([notification]) {
      if (notification === undefined) return;
      const body = JSON.stringify(await messageOf(notification, notifications, publicUrl));
      const seconds = Math.floor(clock.now() / 1000);
      const headers = {
        'user-agent': 'drydock',
        ...signatureHeaders(notification.name, seconds, body, secret?.reveal()),
      };
      await postMessage(dialer, place, { body, headers }, (status) => status >= 200 && status < 300);
    },
    close: () => dialer.close(),
  };
}

async function messageOf(
  notification: StoredNotification,
  shelf: NotificationShelf,
  publicUrl: string | undefined,
): Promise<object> {
  const { name, created, old, new: fresh } = notification;
  const side = async (vulnerability: StoredVulnerability | undefined): Promise<object> => {
    if (vulnerability === undefined) return {};
    const found = await shelf.introducingLayers(vulnerability.id, 0, COUNTED + 1);
    return { ...describe(vulnerability), layers: Math.min(found.length, COUNTED), moreLayers: found.length > COUNTED };
  };
  return {
    id: name,
    time: created.toISOString(),
    type: typeOf(notification),
    ...(old && { old: await side(old) }),
    ...(fresh && { new: await side(fresh) }),
    ...(publicUrl !== undefined && { link: `${publicUrl.replace(/\/+$/, '')}/v1/notifications/${name}?limit=100` }),
  };
}

function describe({ name, namespace, severity, description, link, fixes }: StoredVulnerability): object {
  return {
    name,
    namespace: namespace.name,
    severity,
    ...(description !== '' && { description }),
    ...(link !== '' && { link }),
    fixes: fixes.map((fix) => ({ package: fix.package, ...(fix.version !== undefined && { version: fix.version }) })),
  };
}
