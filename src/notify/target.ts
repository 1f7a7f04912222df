import type { StoredNotification } from '../store/notification-shelf.ts';

/** Somewhere notifications go. */
export interface NotificationTarget {
  /** By this the store remembers what was delivered: it has to stay the same over restarts. */
  readonly name: string;
  /** How metrics call its kind: `webhook`. */
  readonly backend: string;
  /** Notifications that one message takes at most. */
  readonly batch: number;
  /**
   * What it took is sent again after a while, until somebody marks it as read: as Clair does, for receivers that were
   * made for that. Absent: once is enough.
   */
  readonly repeats?: true;
  /**
   * Sends one message. Says nothing of what the other side answered but the status: that may be anything.
   * @param signal fires when nobody waits for it any more
   * @throws DeliveryError where it is not sure that the message was taken, StoreError where there is none yet
   */
  send(notifications: readonly StoredNotification[], signal?: AbortSignal): Promise<void>;
  /** Gives up its connections. */
  close(): Promise<void>;
}

/** A message was not taken, or nobody knows whether it was. Safe to log. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

/** What happened to a vulnerability: it came, changed or went. */
export type NotificationType = 'vulnerability.added' | 'vulnerability.changed' | 'vulnerability.removed';

export function typeOf({ old, new: fresh }: StoredNotification): NotificationType {
  if (fresh === undefined) return 'vulnerability.removed';
  return old === undefined ? 'vulnerability.added' : 'vulnerability.changed';
}
