import { StoreError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Delivery, NotificationShelf, StoredNotification } from '../store/notification-shelf.ts';
import type { Claim, Claims } from './claims.ts';
import type { NotifierClock, NotifierMetrics } from './clock.ts';
import { restAfter, waitAfter } from './patience.ts';
import { DeliveryError, type NotificationTarget } from './target.ts';

export interface DeliveryLoopOptions {
  readonly target: NotificationTarget;
  /** Names of all targets: a notification is done when all had it. */
  readonly targets: readonly string[];
  readonly claims: Claims;
  readonly notifications: NotificationShelf;
  readonly attempts: number;
  readonly renotifyInterval: number;
  readonly log: Logger;
  readonly clock: NotifierClock;
  readonly metrics: NotifierMetrics | undefined;
  /** Fires when no new attempt shall be made. */
  readonly stopping: AbortSignal;
  /** Fires when what is on its way shall not be waited for any more. */
  readonly cut: AbortSignal;
  /** Milliseconds for one message; default: 2 min. Much less than a lock lasts that was just extended. */
  readonly sendTime?: number;
  /** Called when notifications are free for other targets. */
  onReleased(): void;
}

const SEND_MS = 2 * 60_000;

/** Attempts to write down what happened; each failure means that the message is sent once more. */
const RECORD_ATTEMPTS = 6;

/** Sends what waits for one target, message by message. What it holds when the process is killed is sent again later. */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
  }

  /**
   * One message, with its attempts.
   * @returns false where nothing waits
   * @throws StoreError where the store cannot be asked
   */
  async step(): Promise<boolean> {
    const { target, claims, clock, onReleased } = this.#options;
    let worked = false;
    try {
      await claims.take(target.batch, clock.now());
      worked = claims.held.length > 0;
      if (!worked) return false;
      const outcome = await this.#round();
      if (outcome !== 'stopped') await this.#record(outcome === 'delivered');
      return true;
    } finally {
      // A lock that cannot be given back ends by itself.
      await claims.release().catch((error: unknown) => this.#tell('warn', error, 'a lock could not be given back'));
      if (worked) onReleased();
    }
  }

  async #round(): Promise<'delivered' | 'failed' | 'stopped'> {
    const { target, claims, attempts, metrics, log, stopping, cut } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#send(claims.held.map(({ notification }) => notification));
        return 'delivered';
      } catch (error) {
        if (cut.aborted) return 'stopped';
        // Not the fault of the target, which was not asked.
        if (error instanceof StoreError) throw error;
        metrics?.countNotifierError(target.backend);
        const failure = error instanceof DeliveryError ? error.message : String(error);
        const notifications = claims.held.map(({ notification }) => notification.name);
        log.warn({ target: target.name, notifications, attempt, failure }, 'a notification could not be sent');
      }
      if (attempt >= attempts) return 'failed';
      await this.#wait(waitAfter(attempt));
      if (stopping.aborted || claims.held.length === 0) return 'stopped';
    }
  }

  /** A target that takes its time without end must not hold the lock, nor the end of the service, up. */
  async #send(notifications: readonly StoredNotification[]): Promise<void> {
    const { target, cut, sendTime = SEND_MS } = this.#options;
    const given = new AbortController();
    const late = Promise.withResolvers<never>();
    const giveUp = (words: string): void => {
      late.reject(new DeliveryError(words));
      given.abort();
    };
    const timer = setTimeout(giveUp, sendTime, 'the target did not take it in time');
    const stop = (): void => giveUp('the service ended before the target took it');
    cut.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([target.send(notifications, given.signal), late.promise]);
    } finally {
      clearTimeout(timer);
      cut.removeEventListener('abort', stop);
    }
  }

  /** Extends the locks on the way. */
  async #wait(milliseconds: number): Promise<void> {
    const { claims, clock, stopping } = this.#options;
    for (let left = milliseconds; left > 0 && !stopping.aborted; ) {
      const piece = Math.min(left, Math.max(claims.timeLeft(clock.now()), 1));
      await clock.sleep(piece, stopping);
      left -= piece;
      if (claims.timeLeft(clock.now()) === 0) await claims.renew(clock.now());
    }
  }

  async #record(delivered: boolean): Promise<void> {
    const { target, claims, clock, metrics, log } = this.#options;
    const now = clock.now();
    for (const claim of claims.held) {
      const { notification } = claim;
      await this.#write(claim, this.#outcome(claim, delivered, now));
      if (!delivered) continue;
      metrics?.observeNotification(Math.max(0, now - notification.created.getTime()));
      log.info({ target: target.name, notification: notification.name }, 'a notification was sent');
    }
  }

  #outcome({ before }: Claim, delivered: boolean, now: number): Delivery {
    const { target, renotifyInterval } = this.#options;
    if (delivered) return { target: target.name, delivered: new Date(now), failures: 0 };
    const failures = (before?.failures ?? 0) + 1;
    return {
      target: target.name,
      ...(before?.delivered !== undefined && { delivered: before.delivered }),
      failures,
      notBefore: new Date(now + restAfter(failures, renotifyInterval)),
    };
  }

  /** The store may be away for a moment just when a message was taken: to give up at once would send it twice. */
  async #write({ notification }: Claim, outcome: Delivery): Promise<void> {
    const { notifications, targets, clock, stopping } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await notifications.recordDelivery(notification.name, outcome, targets);
      } catch (error) {
        if (attempt === RECORD_ATTEMPTS || stopping.aborted) {
          this.#tell('error', error, 'what became of a notification could not be kept: it will be sent again');
          return;
        }
        await clock.sleep(waitAfter(attempt), stopping);
      }
    }
  }

  #tell(level: 'warn' | 'error', error: unknown, message: string): void {
    const { log, target } = this.#options;
    log[level]({ target: target.name, failure: error instanceof Error ? error.message : String(error) }, message);
  }
}
