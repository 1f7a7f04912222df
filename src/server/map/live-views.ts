import { DrydockError } from '../../errors.ts';
import { jsonLine } from '../../formats/json-text.ts';
import type { Logger } from '../../log.ts';
import { eitherSignal } from '../../signals.ts';
import type { Clock } from '../clock.ts';
import { LiveView, mergeChanges } from './live-view.ts';
import type { MapStream } from './map-part.ts';
import { keyOf, type ViewQuery } from './map-query.ts';
import type { MapChange, MapSnapshot } from './map-schema.ts';
import { type ArrangeHint, arrange, MOST_ELEMENTS } from './view.ts';
import type { World } from './world.ts';

/** Views that are followed at a time: each costs something at every change. */
const MOST_VIEWS = 50;
/** Of them, those that one client brought: others want to follow theirs. */
const MOST_OF_ONE = 12;
/** Milliseconds that a view which nobody follows is kept for those who come back. */
const LINGER = 30_000;
/** Milliseconds from look to look for what changed. */
const LOOK_EVERY = 500;

/** Updates in a row that believe how much there was at the one before. */
const HINTS = 10;

interface Followed {
  readonly key: string;
  readonly query: ViewQuery;
  readonly view: LiveView;
  /** Fires when it cannot be shown any more: whoever follows it asks again. */
  readonly failing: AbortController;
  /** The client that was the first to follow it. */
  by?: string;
  hint?: ArrangeHint;
  hinted: number;
  /** The one that it shows. */
  world?: World;
}

/** The views that somebody follows, each worked out once for all of them. */
export class LiveViews {
  readonly #world: () => World;
  /** Tells whether something may have changed. */
  readonly #mark: () => string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #views = new Map<string, Followed>();
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;
  #seen = '';

  constructor(world: () => World, mark: () => string, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#world = world;
    this.#mark = mark;
    this.#clock = clock;
    this.#log = log;
  }

  /** @throws DrydockError `service.busy` where too many views are followed */
  async follow(query: ViewQuery, lastEventId: string | undefined, stream: MapStream): Promise<void> {
    const { view, failing } = this.#open(query);
    view.followers++;
    const ends = eitherSignal([stream.signal, this.#stopping.signal, failing.signal]);
    try {
      const [epoch, word] = (lastEventId ?? '').split('.');
      let known = epoch === view.epoch && /^\d{1,15}$/.test(word ?? '') ? Number(word) : 0;
      while (!ends.aborted) {
        const { changed } = view;
        const changes = known === 0 ? undefined : view.since(known);
        if (changes === undefined) {
          const snapshot = view.snapshot!;
          known = snapshot.revision;
          await stream.send('snapshot', `${view.epoch}.${known}`, jsonLine(snapshot));
        } else {
          for (const change of changes) {
            known = change.revision;
            await stream.send('change', `${view.epoch}.${known}`, jsonLine(change));
          }
        }
        if (view.revision === known) await this.#pause(changed, ends);
        await stream.beat();
      }
    } finally {
      view.followers--;
      view.used = this.#clock.now();
    }
  }

  /** What a view shows now; of revision 0 where so many are followed that this one is not kept. */
  snapshot(query: ViewQuery): MapSnapshot {
    const found = this.#find(query);
    if (found !== undefined) return found.view.snapshot!;
    const world = this.#world();
    const frame = { at: new Date(world.at).toISOString(), revision: 0, view: query.view, live: true };
    return { ...frame, ...arrange(world, query).shown, reporters: [...world.reporters] };
  }

  /**
   * @param by the client that wants to follow it
   * @throws DrydockError `service.busy` where it could not be followed, or the client follows as many as it may
   */
  admit(query: ViewQuery, by: string): void {
    const isFollowed = (this.#views.get(keyOf(query))?.view.followers ?? 0) > 0;
    if (!isFollowed) {
      let own = 0;
      for (const one of this.#views.values()) if (one.by === by && one.view.followers > 0) own++;
      if (own >= MOST_OF_ONE)
        throw new DrydockError(
          'service.busy',
          `This client follows ${MOST_OF_ONE} different views of the map already.`,
        );
    }
    const found = this.#open(query);
    if (!isFollowed) found.by = by;
  }

  /** @throws DrydockError `map.gap` */
  changesSince(query: ViewQuery, revision: number): MapChange {
    const { view } = this.#open(query);
    const changes = view.since(revision);
    if (changes === undefined) {
      throw new DrydockError('map.gap', 'What changed since this revision is not known any more: get the map.');
    }
    return mergeChanges(changes, view.snapshot!);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
  }

  #open(query: ViewQuery): Followed {
    const found = this.#find(query);
    if (found !== undefined) return found;
    throw new DrydockError('service.busy', 'As many views of the map are followed as the service shows at a time.');
  }

  /** Undefined: there is no room for a further view. */
  #find(query: ViewQuery): Followed | undefined {
    const key = keyOf(query);
    let known = this.#views.get(key);
    if (known === undefined) {
      this.#drop();
      if (this.#views.size >= MOST_VIEWS && !this.#dropOldest()) return undefined;
      known = { key, query, view: new LiveView(), failing: new AbortController(), hinted: 0 };
      this.#views.set(key, known);
    }
    this.#update(known);
    known.view.used = this.#clock.now();
    this.#looking ??= this.#look()
      .catch((error: unknown) => this.#log.error({ error }, 'what changed on the map cannot be looked for'))
      .finally(() => {
        this.#looking = undefined;
      });
    return known;
  }

  /** Looks for what changed, as long as somebody wants to know. */
  async #look(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#drop();
      if (this.#views.size === 0) return;
      const mark = this.#mark();
      if (mark !== this.#seen) {
        this.#seen = mark;
        // One that nobody follows is brought up to date when somebody asks.
        for (const one of this.#views.values()) if (one.view.followers > 0) this.#tryUpdate(one);
      }
      await this.#clock.sleep(LOOK_EVERY, this.#stopping.signal);
    }
  }

  /** The fault of one view is no reason to stop the others. */
  #tryUpdate(one: Followed): void {
    try {
      this.#update(one);
    } catch (error) {
      this.#log.error({ error, view: one.query.view }, 'a view of the map cannot be shown');
    }
  }

  /** @throws what showing it throws; those who follow it are let go */
  #update(one: Followed): void {
    const world = this.#world();
    if (one.world === world) return;
    try {
      this.#arrange(one, world);
    } catch (error) {
      this.#views.delete(one.key);
      one.failing.abort();
      throw error;
    }
    one.world = world;
  }

  #arrange(one: Followed, world: World): void {
    const { query, view } = one;
    // Now and then it is looked whether all of it fits again.
    const hint = one.hinted++ % HINTS === 0 ? undefined : one.hint;
    const arranged = arrange(world, query, MOST_ELEMENTS, hint);
    one.hint = arranged.hint;
    view.update(arranged.shown, world.reporters, { at: new Date(world.at).toISOString(), view: query.view });
  }

  #drop(): void {
    const now = this.#clock.now();
    for (const [key, { view }] of this.#views) {
      if (view.followers === 0 && Math.abs(now - view.used) >= LINGER) this.#views.delete(key);
    }
  }

  /** Makes room where somebody only looked once. */
  #dropOldest(): boolean {
    let oldest: readonly [string, number] | undefined;
    for (const [key, { view }] of this.#views) {
      if (view.followers === 0 && (oldest === undefined || view.used < oldest[1])) oldest = [key, view.used];
    }
    return oldest !== undefined && this.#views.delete(oldest[0]);
  }

  async #pause(changed: Promise<void>, ends: AbortSignal): Promise<void> {
    const pause = new AbortController();
    const stop = (): void => pause.abort();
    ends.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([changed, this.#clock.sleep(5000, pause.signal)]);
    } finally {
      ends.removeEventListener('abort', stop);
      pause.abort();
    }
  }
}
