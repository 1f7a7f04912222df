import type { FleetShelf } from '../../store/fleet-shelf.ts';
import type { StoredImage } from '../../store/image-shelf.ts';
import type { Clock } from '../clock.ts';
import { EventHistory, type Followed } from '../observe/event-history.ts';
import type { ServiceLog } from '../service-log.ts';

/** How often the store is looked at for what any process did, in milliseconds, while somebody follows. */
const LOOK_EVERY = 1000;

/** Images that one look tells of; what is beyond is only said to be more. */
const MOST_IMAGES = 100;

/** A transaction may be committed so many milliseconds after the moment that it wrote. */
const LATE = 10_000;

/** After the last follower is gone the store is looked at for so long, so that whoever comes back misses nothing. */
const LINGER = 60_000;

/** Names of what is told. */
export const serviceEvents = ['image', 'images', 'removed', 'advisories', 'notifications'] as const;
type EventName = (typeof serviceEvents)[number];

export interface ServiceEventsOptions {
  readonly fleet: Pick<FleetShelf, 'pulse' | 'changedSince' | 'removedSince'>;
  readonly clock: Clock;
  readonly log: ServiceLog;
  /** How an image is shown. */
  readonly show: (image: StoredImage) => object;
}

/**
 * What happens in the whole service, in whatever process: the store is looked at, once for all who follow, as long as there are
 * any. The last events are kept, so that a browser that comes back is told what it missed, or that it missed something.
 */
export class ServiceEvents {
  readonly #options: ServiceEventsOptions;
  readonly #history = new EventHistory();
  readonly #stopping = new AbortController();
  /** By image: the state that was told. Of those that changed lately alone. */
  #told = new Map<string, string>();
  /** Images that are known to be gone: of those that were removed lately alone. */
  #gone: ReadonlySet<string> = new Set();
  #followers = 0;
  #looking: Promise<void> | undefined;
  #idleSince = 0;
  #begun = Promise.withResolvers<void>();

  constructor(options: ServiceEventsOptions) {
    this.#options = options;
  }

  /** Ends all that follow. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#history.end('stopping', {});
    await this.#looking;
  }

  /** Begins to look, and waits until what happens from now on will be told. */
  async begin(): Promise<void> {
    this.#looking ??= this.#watch();
    await this.#begun.promise;
  }

  /** Sequence of the last event. */
  get last(): number {
    return this.#history.last;
  }

  /** @param after sequence of the last event that is known; see `EventHistory.follow` */
  async *follow(after: number, patience: number, signal: AbortSignal): AsyncGenerator<Followed> {
    this.#followers++;
    this.#looking ??= this.#watch();
    try {
      yield* this.#history.follow(after, this.#options.clock, patience, signal);
    } finally {
      this.#followers--;
      this.#idleSince = this.#options.clock.now();
    }
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.#options;
    let before: Pulse | undefined;
    let failed = false;
    this.#idleSince = clock.now();
    while (!this.#stopping.signal.aborted && (this.#followers > 0 || clock.now() - this.#idleSince < LINGER)) {
      try {
        before = await this.#lookOnce(before);
        failed = false;
      } catch (error) {
        if (!failed) log.warn({ error }, 'what happens in the service cannot be seen; it is tried again');
        failed = true;
      }
      this.#begun.resolve();
      await clock.sleep(LOOK_EVERY, this.#stopping.signal);
    }
    this.#looking = undefined;
    this.#begun.resolve();
    this.#begun = Promise.withResolvers();
  }

  async #lookOnce(before: Pulse | undefined): Promise<Pulse> {
    const { fleet, show } = this.#options;
    const pulse = await fleet.pulse();
    if (before === undefined) {
      for (const image of await fleet.changedSince(pulse.now - LATE, MOST_IMAGES))
        this.#told.set(image.id, markOf(image));
      this.#gone = new Set(await fleet.removedSince(pulse.now - LATE, MOST_IMAGES));
      return pulse;
    }
    const changed = await fleet.changedSince(before.now - LATE, MOST_IMAGES + 1);
    const fresh = changed.filter((image) => this.#told.get(image.id) !== markOf(image));
    for (const image of fresh.slice(0, MOST_IMAGES)) this.#add('image', show(image));
    const gone = await fleet.removedSince(before.now - LATE, MOST_IMAGES + 1);
    const freshGone = gone.filter((id) => !this.#gone.has(id));
    for (const id of freshGone.slice(0, MOST_IMAGES).toReversed()) this.#add('removed', { id });
    // Who is told of this asks again, instead of believing that nothing else happened. The last ones come first: where none of
    // them is fresh, none beyond them is.
    const isMore = (all: readonly unknown[], some: readonly unknown[]): boolean =>
      all.length > MOST_IMAGES && some.length > 0;
    if (isMore(changed, fresh) || isMore(gone, freshGone)) this.#add('images', {});
    this.#told = new Map(changed.map((image) => [image.id, markOf(image)]));
    this.#gone = new Set(gone);
    const { generation, updated, notification, unread } = pulse;
    if (generation !== before.generation || updated !== before.updated) this.#add('advisories', { generation });
    if (notification !== before.notification || unread !== before.unread) this.#add('notifications', { unread });
    return pulse;
  }

  #add(name: EventName, data: object): void {
    this.#history.add(name, data);
  }
}

type Pulse = Awaited<ReturnType<FleetShelf['pulse']>>;

function markOf({ state, submitted, scanned }: StoredImage): string {
  return `${state} ${submitted.getTime()} ${scanned?.getTime() ?? ''}`;
}
