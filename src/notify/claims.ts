import { randomUUID } from 'node:crypto';
import type { LockShelf } from '../store/lock-shelf.ts';
import type { Delivery, NotificationShelf, StoredNotification } from '../store/notification-shelf.ts';

/** A lock that nobody extends ends after this: whoever is killed holds a notification up for so long (spec 9.1). */
export const LOCK_MS = 10 * 60_000;
/** Locks are extended this often while a message is on its way. */
const RENEW_EVERY = 5;

/** Times that another process may be faster in a row before this one rests. */
const RACES = 10;

/** A notification that this process alone sends now. */
export interface Claim {
  readonly notification: StoredNotification;
  /** What is known of sending it to this target. */
  readonly before: Delivery | undefined;
}

export interface ClaimsOptions {
  readonly notifications: NotificationShelf;
  readonly locks: LockShelf;
  readonly target: string;
  /** Milliseconds after which a delivered notification is sent again. */
  readonly renotifyInterval: number;
  /** Milliseconds that a notification rests at most after failures. */
  readonly longestRest: number;
  /** Default: `LOCK_MS`. */
  readonly lockTime?: number;
}

/** Notifications for one target, each locked by its name, so that one of many processes sends it. */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #lockTime: number;
  readonly #owner: string = randomUUID();
  #held: Claim[] = [];
  /** When the locks have to be extended. */
  #renewAt = 0;

  constructor(options: ClaimsOptions) {
    this.#options = options;
    this.#lockTime = options.lockTime ?? LOCK_MS;
  }

  get held(): readonly Claim[] {
    return this.#held;
  }

  /** Milliseconds until the locks have to be extended. */
  timeLeft(now: number): number {
    return Math.max(0, this.#renewAt - now);
  }

  /** Takes up to so many that wait. */
  async take(most: number, now: number): Promise<void> {
    const { notifications, locks, target, renotifyInterval, longestRest } = this.#options;
    this.#renewAt = now + this.#lockTime / RENEW_EVERY;
    for (let races = 0; this.#held.length < most && races < RACES; ) {
      const notification = await notifications.nextFor([target], new Date(now), renotifyInterval, longestRest);
      if (notification === undefined) return;
      const { name } = notification;
      if ((await locks.take(name, this.#owner, this.#lockTime)) === undefined) {
        races++;
        continue;
      }
      const claim = await this.#look(notification, now);
      if (claim !== undefined) {
        this.#held.push(claim);
        continue;
      }
      races++;
      await locks.release(name, this.#owner);
    }
  }

  /** Between the moment it was found and that of the lock another process may have sent it. */
  async #look(notification: StoredNotification, now: number): Promise<Claim | undefined> {
    const { notifications, target, renotifyInterval, longestRest } = this.#options;
    const known = await notifications.deliveries(notification.name);
    const before = known.find((delivery) => delivery.target === target);
    const { delivered, notBefore } = before ?? {};
    if (delivered !== undefined && isWithin(now, delivered, renotifyInterval)) return undefined;
    if (notBefore !== undefined && notBefore.getTime() > now && isWithin(now, notBefore, longestRest)) return undefined;
    return { notification, before };
  }

  /** Extends the locks. What another process took over meanwhile is not held any more. */
  async renew(now: number): Promise<void> {
    const { locks } = this.#options;
    this.#renewAt = now + this.#lockTime / RENEW_EVERY;
    const kept: Claim[] = [];
    for (const claim of this.#held) {
      const until = await locks.take(claim.notification.name, this.#owner, this.#lockTime, true);
      if (until !== undefined) kept.push(claim);
    }
    this.#held = kept;
  }

  /** Gives all back. */
  async release(): Promise<void> {
    const given = this.#held;
    this.#held = [];
    for (const { notification } of given) await this.#options.locks.release(notification.name, this.#owner);
  }
}

/** A moment further ahead than anything lasts was written by a clock that went wrong. */
function isWithin(now: number, moment: Date, milliseconds: number): boolean {
  return Math.abs(moment.getTime() - now) <= milliseconds;
}
