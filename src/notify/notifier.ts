import type { Logger } from '../log.ts';
import { eitherSignal } from '../signals.ts';
import type { Store } from '../store/store.ts';
import { Claims } from './claims.ts';
import type { NotifierClock, NotifierMetrics } from './clock.ts';
import { DeliveryLoop } from './delivery-loop.ts';
import type { NotificationTarget } from './target.ts';

export interface NotifierOptions {
  readonly store: Pick<Store, 'notifications' | 'locks'>;
  /** Each with a name of its own; none: nothing is done. They are closed by `stop`. */
  readonly targets: readonly NotificationTarget[];
  /** Times that a message is sent in one round, at least 1. */
  readonly attempts: number;
  /** Milliseconds after which a target that repeats gets a notification again that nobody marked as read. */
  readonly renotifyInterval: number;
  readonly log: Logger;
  readonly clock: NotifierClock;
  readonly metrics?: NotifierMetrics;
  /** Milliseconds between two looks where nothing waits; default: 5 s. */
  readonly idleTime?: number;
  /** Milliseconds that a lock lasts when nobody extends it; default: 10 min. */
  readonly lockTime?: number;
  /** Milliseconds that one message may take; default: 2 min. */
  readonly sendTime?: number;
  /** Milliseconds that `stop` waits for messages on their way; default: 30 s. */
  readonly drainTime?: number;
}

const IDLE_MS = 5000;
const DRAIN_MS = 30_000;
/** Longer than anything waits: three hundred years. */
const NEVER_MS = 1e13;
/** Until a store that does not answer is asked again. */
const STORE_MS = 5000;

/**
 * Sends notifications to all targets, at least once each; a repeat bears the same name. Targets do not wait for each
 * other. Several processes share the work: a lock on each notification says who sends it. Nothing is kept here that a
 * restart would lose: what waits, what failed and until when it rests stands in the store.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #stopping: AbortController = new AbortController();
  readonly #cut: AbortController = new AbortController();
  readonly #sleepers: Set<AbortController> = new Set();
  #running: Promise<unknown> | undefined;
  #announced: Promise<void> | undefined;

  constructor(options: NotifierOptions) {
    this.#options = options;
    const names = options.targets.map(({ name }) => name);
    if (new Set(names).size < names.length) throw new Error('two targets have the same name');
  }

  /** What is left from now on waits for the targets when this resolves, unless the store does not answer yet. */
  async start(): Promise<void> {
    const { targets, log } = this.#options;
    if (this.#running !== undefined) return;
    if (targets.length === 0) log.info({}, 'notifier service is disabled');
    // Told and tried again by each target.
    const announced = this.#announce().catch(() => {});
    this.#running = Promise.all(targets.map((target) => this.#serve(target)));
    await announced;
  }

  /** Something new may wait. */
  wake(): void {
    for (const sleeper of this.#sleepers) sleeper.abort();
  }

  /** Waits a while for messages that are on their way, begins no other, and leaves nothing locked. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const timer = setTimeout(() => this.#cut.abort(), this.#options.drainTime ?? DRAIN_MS);
    await this.#running;
    clearTimeout(timer);
    await Promise.all(this.#options.targets.map((target) => target.close()));
  }

  /** Once for all targets, as soon as the store answers. */
  async #announce(): Promise<void> {
    const { store, targets } = this.#options;
    if (targets.length === 0) return;
    this.#announced ??= store.notifications.addTargets(targets.map(({ name }) => name)).catch((error: unknown) => {
      this.#announced = undefined;
      throw error;
    });
    await this.#announced;
  }

  async #serve(target: NotificationTarget): Promise<void> {
    const { store, attempts, renotifyInterval, log, clock, metrics, idleTime, targets } = this.#options;
    const { lockTime, sendTime } = this.#options;
    const { notifications, locks } = store;
    const claims = new Claims({
      notifications,
      locks,
      target: target.name,
      renotifyInterval: target.repeats === true ? renotifyInterval : NEVER_MS,
      longestRest: renotifyInterval,
      ...(lockTime !== undefined && { lockTime }),
    });
    const loop = new DeliveryLoop({
      target,
      targets: targets.map(({ name }) => name),
      claims,
      notifications,
      attempts,
      renotifyInterval,
      log,
      clock,
      metrics,
      stopping: this.#stopping.signal,
      cut: this.#cut.signal,
      ...(sendTime !== undefined && { sendTime }),
      onReleased: () => this.wake(),
    });
    while (!this.#stopping.signal.aborted) {
      // Before the look: what comes while it lasts is not slept over.
      const sleeper = new AbortController();
      this.#sleepers.add(sleeper);
      const worked = await this.#announce()
        .then(async () => await loop.step())
        .catch((error: unknown) => {
          const failure = error instanceof Error ? error.message : String(error);
          log.error({ target: target.name, failure }, 'notifications could not be looked for');
          return undefined;
        });
      if (worked === undefined) await clock.sleep(STORE_MS, this.#stopping.signal);
      else if (!worked) {
        const either = eitherSignal([this.#stopping.signal, sleeper.signal]);
        await clock.sleep(idleTime ?? IDLE_MS, either);
      }
      this.#sleepers.delete(sleeper);
    }
  }
}
