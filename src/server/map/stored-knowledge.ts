import { DrydockError } from '../../errors.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import type { ImageKnowledge, KnowledgeSource, RunningImage } from '../../model/topology.ts';
import { unknownImage } from '../../runtime/topology/image-knowledge.ts';
import type { FleetPulse } from '../../store/fleet-shelf.ts';
import type { ImageOfDigest, StoredImage } from '../../store/image-shelf.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../clock.ts';
import { OBSERVED } from '../observe/observed-reference.ts';
import type { ServiceLog } from '../service-log.ts';
import { digestsOfImage } from './image-digests.ts';
import { knowledgeOf, notScanned } from './stored-image.ts';

/** Milliseconds from look to look at what changed in the store, while anybody wants to know of images. */
const LOOK_EVERY = 1000;
/** All are looked up so often, in milliseconds, whatever was told. */
const LOOK_UP_EVERY = 60_000;
/** A transaction may be committed so many milliseconds after the moment that it wrote. */
const LATE = 10_000;
/** Digests of one statement. */
const BATCH = 500;
/** Changed images that one look sees; where there are more, all are looked up. */
const MOST_CHANGED = 200;
/** Images of which is known what the store says. */
const MOST_IMAGES = 5000;
/** Milliseconds after which one that nobody asks for is forgotten, and after which nobody is there who asks. */
const UNUSED = 10 * 60_000;
/** Milliseconds that images are judged for before it is looked again what changed, and the pause after each. */
const JUDGING = 500;
const PAUSE = 5;

/** Of an image that was not looked up yet, while the store does not answer. */
const notSeen = unknownImage(
  'failed',
  'What the service has stored of this image cannot be seen: its database does not answer.',
);

export interface StoredKnowledgeOptions {
  readonly store: Pick<Store, 'images' | 'fleet' | 'advisories' | 'values'>;
  readonly ecosystems: readonly Ecosystem[];
  readonly clock: Clock;
  readonly log: ServiceLog;
}

interface Entry {
  readonly digests: readonly string[];
  knowledge: ImageKnowledge;
  /** What was judged, by ids and moments; absent: it was not looked up yet. */
  mark?: string;
  found: Omit<ImageOfDigest, 'digest'>;
  isDue: boolean;
  used: number;
  /** Resolves when something is known, be it that nothing is. */
  readonly first: PromiseWithResolvers<void>;
}

/**
 * What the service has stored of images that run somewhere: their last scan, judged by the advisories of this moment, and the
 * last run that was watched. The store is asked for many images at once, when one of them or an advisory changed, and never
 * because somebody looks at a container.
 */
export class StoredKnowledge implements KnowledgeSource {
  readonly #options: StoredKnowledgeOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #judging = new Set<Entry>();
  readonly #stopping = new AbortController();
  #pulse: FleetPulse | undefined;
  /** Images that were told as done lately, by when. */
  #told = new Map<string, number>();
  #lookedUp = 0;
  #asked = 0;
  #wake = Promise.withResolvers<void>();
  #working: Promise<void> | undefined;
  #revision = 0;

  constructor(options: StoredKnowledgeOptions) {
    this.#options = options;
  }

  get revision(): number {
    return this.#revision;
  }

  async of(image: RunningImage): Promise<ImageKnowledge> {
    const digests = digestsOfImage(image);
    if (digests.length === 0) return unknownImage('unknown', 'Its engine does not say which image it is.');
    const key = digests.join();
    const now = this.#options.clock.now();
    this.#asked = now;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#entries.size >= MOST_IMAGES && !this.#makeRoom())
        return unknownImage('unknown', 'More images run than the service looks up.');
      entry = {
        ...{ digests, knowledge: notScanned, found: {}, isDue: true, used: now },
        first: Promise.withResolvers<void>(),
      };
      this.#entries.set(key, entry);
      this.#wake.resolve();
    }
    if (entry.used !== now) {
      entry.used = now;
      // At the end of the order stand those that were wanted last.
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    if (this.#working !== undefined && !this.#stopping.signal.aborted) await entry.first.promise;
    return entry.knowledge;
  }

  /** Ids can be invented: those of which nothing is stored make room for others. */
  #makeRoom(): boolean {
    for (const [key, { mark, found, first }] of this.#entries) {
      if (mark === undefined || found.scan !== undefined || found.run !== undefined) continue;
      first.resolve();
      return this.#entries.delete(key);
    }
    return false;
  }

  /** Begins to look at the store. */
  start(): void {
    this.#working ??= this.#work();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    for (const { first } of this.#entries.values()) first.resolve();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    let failed = false;
    while (!signal.aborted) {
      if (clock.now() - this.#asked > UNUSED) await this.#rest();
      try {
        await this.#look();
        failed = false;
      } catch (error) {
        if (!failed) log.warn({ error }, 'what is stored of images cannot be seen; it is tried again');
        failed = true;
        for (const entry of this.#entries.values()) {
          // That it cannot be seen does not mean that there is none; what was seen before still holds.
          if (entry.mark === undefined && entry.knowledge !== notSeen) {
            entry.knowledge = notSeen;
            this.#revision++;
          }
          entry.first.resolve();
        }
      }
      if (this.#judging.size === 0 || failed) await this.#sleep();
    }
  }

  /** Nobody looks at the map: neither does this at the store, and begins anew after it. */
  async #rest(): Promise<void> {
    this.#entries.clear();
    this.#judging.clear();
    this.#pulse = undefined;
    await this.#wake.promise;
  }

  /** Until the next look, or until an image is asked for that was not before. */
  async #sleep(): Promise<void> {
    const { clock } = this.#options;
    const waking = new AbortController();
    this.#stopping.signal.addEventListener('abort', () => waking.abort(), { once: true, signal: waking.signal });
    await Promise.race([clock.sleep(LOOK_EVERY, waking.signal), this.#wake.promise]);
    waking.abort();
    this.#wake = Promise.withResolvers();
  }

  async #look(): Promise<void> {
    const { clock, store } = this.#options;
    const before = this.#pulse;
    const pulse = await store.fleet.pulse();
    const now = clock.now();
    for (const [key, { used }] of this.#entries) if (now - used > UNUSED) this.#entries.delete(key);
    const isAll =
      before === undefined || Math.abs(now - this.#lookedUp) >= LOOK_UP_EVERY || (await this.#markChanged(before));
    if (isAll) {
      this.#lookedUp = now;
      for (const entry of this.#entries.values()) entry.isDue = true;
    }
    this.#pulse = pulse;
    const judged = markOfPulse(pulse);
    if (before !== undefined && judged !== markOfPulse(before)) {
      for (const entry of this.#entries.values()) if (entry.mark !== undefined) this.#judgeIfNew(entry, judged);
    }
    await this.#lookUp(judged);
    await this.#judge(judged);
  }

  /** @returns whether more changed than can be told apart */
  async #markChanged(before: FleetPulse): Promise<boolean> {
    const changed = await this.#options.store.fleet.changedSince(before.now - LATE, MOST_CHANGED + 1);
    const removed = await this.#options.store.fleet.removedSince(before.now - LATE, MOST_CHANGED + 1);
    if (changed.length > MOST_CHANGED || removed.length > MOST_CHANGED) return true;
    const gone = new Set(removed);
    for (const entry of this.#entries.values()) {
      const { scan, run } = entry.found;
      entry.isDue ||= [scan, run].some((image) => image !== undefined && gone.has(image.id));
    }
    const fresh = changed.filter(
      ({ id, state, scanned }) => state === 'done' && this.#told.get(id) !== scanned?.getTime(),
    );
    this.#told = new Map(changed.map(({ id, scanned }) => [id, scanned?.getTime() ?? 0]));
    if (fresh.length === 0) return false;
    const digests = new Set(fresh.flatMap(({ digest, configuration }) => [digest ?? [], configuration ?? []].flat()));
    for (const entry of this.#entries.values()) entry.isDue ||= entry.digests.some((one) => digests.has(one));
    return false;
  }

  async #lookUp(judged: string): Promise<void> {
    const due = [...this.#entries.values()].filter(({ isDue }) => isDue);
    const wanted = [...new Set(due.flatMap(({ digests }) => digests))];
    const found = new Map<string, ImageOfDigest>();
    for (let from = 0; from < wanted.length; from += BATCH) {
      const some = await this.#options.store.images.ofDigests(wanted.slice(from, from + BATCH), OBSERVED);
      for (const one of some) found.set(one.digest, one);
    }
    for (const entry of due) {
      entry.isDue = false;
      // The one that the engine gave says more than the one in the name.
      const { scan, run } = entry.digests.map((digest) => found.get(digest)).find((one) => one !== undefined) ?? {};
      entry.found = { ...(scan && { scan }), ...(run && { run }) };
      this.#judgeIfNew(entry, judged);
    }
  }

  #judgeIfNew(entry: Entry, judged: string): void {
    const { scan, run } = entry.found;
    const isNone = scan === undefined && run === undefined;
    if (entry.mark === markOf(entry, judged)) return;
    if (!isNone) {
      this.#judging.add(entry);
      return;
    }
    this.#judging.delete(entry);
    this.#know(entry, notScanned, markOf(entry, judged));
  }

  async #judge(judged: string): Promise<void> {
    const { clock, store, ecosystems, log } = this.#options;
    const { signal } = this.#stopping;
    const begun = performance.now();
    for (const entry of this.#judging) {
      if (signal.aborted || performance.now() - begun > JUDGING) return;
      this.#judging.delete(entry);
      let knowledge: ImageKnowledge;
      try {
        knowledge = await knowledgeOf(entry.found, { store, ecosystems, now: new Date(clock.now()) });
      } catch (error) {
        // Of the database, and no matter of this image.
        if (error instanceof DrydockError && error.code.startsWith('store.')) {
          this.#judging.add(entry);
          throw error;
        }
        log.warn(
          { error, image: (entry.found.scan ?? entry.found.run)?.id },
          'a stored image of the map cannot be judged',
        );
        knowledge = unknownImage('failed', 'What the service has stored of this image cannot be judged.');
      }
      this.#know(entry, knowledge, markOf(entry, judged));
      // Each takes a while, and others want to be answered.
      await clock.sleep(PAUSE, signal);
    }
  }

  #know(entry: Entry, knowledge: ImageKnowledge, mark: string): void {
    entry.mark = mark;
    if (entry.knowledge !== knowledge) {
      entry.knowledge = knowledge;
      this.#revision++;
    }
    entry.first.resolve();
  }
}

/** What judgements depend on besides the image; an update that brought nothing changes none. */
function markOfPulse({ generation, notification }: FleetPulse): string {
  return `${generation} ${notification}`;
}

function markOf({ found: { scan, run } }: Entry, judged: string): string {
  return [judged, ...[scan, run].map((image) => image && markOfImage(image))].join(' ');
}

function markOfImage({ id, scanned }: StoredImage): string {
  return `${id} ${scanned?.getTime() ?? ''}`;
}
