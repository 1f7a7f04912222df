import type { Logger } from '../log.ts';
import type { NotificationShelf } from '../store/notification-shelf.ts';
import { type ClairV4WebhookSettings, clairV4Webhook } from './clair-v4-webhook.ts';
import { type ClairWebhookSettings, clairWebhook } from './clair-webhook.ts';
import type { NotifierClock } from './clock.ts';
import { type JsonWebhookSettings, jsonWebhook } from './json-webhook.ts';
import { type MailSettings, mailTarget } from './mail.ts';
import type { NotificationTarget } from './target.ts';

/** Where notifications shall go. */
export interface TargetSettings {
  readonly webhook?: ClairWebhookSettings;
  readonly json?: JsonWebhookSettings;
  readonly mail?: MailSettings;
  readonly clairV4?: ClairV4WebhookSettings;
}

/** All targets that can be used. What is wrong with one is told and turns that one off: the service goes on (spec 9.3). */
export function openTargets(
  { webhook, json, mail, clairV4 }: TargetSettings,
  how: { readonly notifications: NotificationShelf; readonly clock: NotifierClock; readonly log: Logger },
): readonly NotificationTarget[] {
  const makers: readonly (readonly [string, (() => NotificationTarget) | undefined])[] = [
    ['webhook', webhook && (() => clairWebhook(webhook))],
    ['json', json && (() => jsonWebhook(json, how))],
    ['clair-v4', clairV4 && (() => clairV4Webhook(clairV4, how))],
    ['mail', mail && (() => mailTarget(mail, how.log))],
  ];
  return makers.flatMap(([target, make]) => {
    try {
      return make === undefined ? [] : [make()];
    } catch (error) {
      how.log.error({ target, failure: (error as Error).message }, 'a target of notifications cannot be used');
      return [];
    }
  });
}
