import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerFacts, ContainerId } from '../../model/topology.ts';
import { type ContainerDescription, inspectContainer, listContainers } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { watchEvents } from '../../net/container-engine/events.ts';
import { limitTime } from '../../signals.ts';
import { containerFacts, type TellingOptions } from './container-facts.ts';

/** Containers that are told. */
const MOST = 5000;
/** Everything is listed again after so long, whatever events told. */
const LIST_AGAIN_MS = 60_000;
const AT_ONCE = 4;
const CONNECT_MS = 5000;
const ANSWER_MS = 10_000;
/** An address of one that is gone still stands for it: the kernel keeps the ends of its connections for a minute. */
const REMEMBER_MS = 90_000;
/** Waits before an engine that failed is asked again. */
const AGAIN_MS = [1000, 2000, 5000, 10_000];

/** What is known of a container beside what is told. */
export interface WatchedContainer {
  readonly facts: ContainerFacts;
  /** Its first process as this machine counts it. */
  readonly pid?: number;
  readonly hostNetwork: boolean;
  /** Places in it that are no files of its image. */
  readonly mounts: readonly string[];
}

export interface ContainerWatchOptions extends TellingOptions {
  /** Finds the engine; asked again when it fails. @throws EngineError */
  readonly connect: (signal: AbortSignal) => Promise<Engine>;
  readonly now: () => number;
}

/** Containers of one engine: listed once, and then as its events tell. */
export class ContainerWatch {
  readonly containers = new Map<ContainerId, WatchedContainer>();
  /** By address; also of those that are gone, for a while. */
  readonly #addresses = new Map<string, { readonly container: ContainerId; readonly goneAt?: number }>();
  readonly #pids = new Map<number, ContainerId>();
  readonly #options: ContainerWatchOptions;
  readonly #dirty = new Set<ContainerId>();
  readonly #stopping = new AbortController();
  #engine: Engine | undefined;
  #watching: Promise<void> | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  /** Events may have been missed: the same state does not mean that a container is as it was. */
  #isDoubtful = false;
  #failure: string | undefined;
  #failures = 0;
  #askAgainAt = 0;

  constructor(options: ContainerWatchOptions) {
    this.#options = options;
  }

  get engine(): Engine | undefined {
    return this.#engine;
  }

  /** A sentence that says what is not seen. */
  get blindSpots(): readonly string[] {
    return this.#failure === undefined ? [] : [`containers are not told: ${this.#failure}`];
  }

  /** Takes what events told; never throws. */
  async refresh(): Promise<void> {
    const now = this.#options.now();
    for (const [address, { goneAt }] of this.#addresses) {
      if (goneAt !== undefined && now - goneAt > REMEMBER_MS) this.#addresses.delete(address);
    }
    if (now < this.#askAgainAt) return;
    try {
      await this.#connect();
      if (now - this.#listedAt > LIST_AGAIN_MS) await this.#list(now);
      await this.#inspect([...this.#dirty]);
      this.#failure = undefined;
      this.#failures = 0;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#fail(error);
    }
  }

  /** The container with an address in a network of the engine. */
  byAddress(address: string): ContainerId | undefined {
    return this.#addresses.get(address)?.container;
  }

  byPid(pid: number): ContainerId | undefined {
    return this.#pids.get(pid);
  }

  isMounted(container: ContainerId, path: string): boolean {
    return (
      this.containers.get(container)?.mounts.some((place) => path.startsWith(`${place}/`) || path === place) ?? false
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the map is stopping'));
    await this.#watching?.catch(() => {});
  }

  #fail(error: unknown): void {
    this.#failure = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    this.#askAgainAt = this.#options.now() + AGAIN_MS[Math.min(this.#failures++, AGAIN_MS.length - 1)]!;
    this.#doubt();
    this.#engine = undefined;
  }

  async #connect(): Promise<void> {
    if (this.#engine !== undefined) return;
    const { signal } = this.#stopping;
    this.#engine = await this.#options.connect(limitTime(signal, CONNECT_MS));
    if (this.#watching === undefined) {
      this.#watching = this.#watch(signal).finally(() => {
        this.#watching = undefined;
      });
    }
  }

  /** Everything is listed again, and each container looked at. */
  #doubt(): void {
    this.#listedAt = Number.NEGATIVE_INFINITY;
    this.#isDoubtful = true;
  }

  /** Events, until they end: then all is looked at again. */
  async #watch(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      const engine = this.#engine;
      if (engine === undefined) return;
      try {
        const filters = { type: ['container', 'network'] };
        for await (const { type, action, id, attributes } of watchEvents(engine, { filters, signal })) {
          failures = 0;
          if (action.startsWith('exec_')) continue;
          const container = type === 'network' ? attributes['container'] : id;
          if (container === undefined) continue;
          this.#dirty.add(container);
          // One that lives for a moment has its addresses only now.
          if (action === 'start') await this.#inspect([container]);
        }
      } catch {
        // The next look says that the engine is gone, if it is.
      }
      this.#listedAt = Number.NEGATIVE_INFINITY;
      await sleep(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]!, undefined, { signal }).catch(() => {});
      // Once they are told again: what is looked at before that may change unseen.
      this.#doubt();
    }
  }

  async #list(now: number): Promise<void> {
    const isDoubtful = this.#isDoubtful;
    this.#isDoubtful = false;
    const summaries = await listContainers(this.#engine!, {}, { signal: this.#bounded() });
    const listed = new Set(summaries.map(({ id }) => id));
    for (const id of this.containers.keys()) if (!listed.has(id)) this.#remove(id);
    for (const { id, status } of summaries.slice(0, MOST)) {
      if (isDoubtful || this.containers.get(id)?.facts.state !== status) this.#dirty.add(id);
    }
    this.#listedAt = now;
  }

  async #inspect(ids: readonly ContainerId[]): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) return;
    const queue = [...ids];
    const work = async (): Promise<void> => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        this.#dirty.delete(id);
        try {
          this.#take(await inspectContainer(engine, id, { signal: this.#bounded() }));
        } catch (error) {
          if (!(error instanceof EngineError) || error.failure !== 'absent') {
            this.#dirty.add(id);
            throw error;
          }
          this.#remove(id);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  }

  #take(described: ContainerDescription): void {
    const { id, pid, networkMode, mounts } = described;
    if (!this.containers.has(id) && this.containers.size >= MOST) return;
    const facts = containerFacts(described, this.#options);
    this.#release(id);
    this.containers.set(id, {
      facts,
      ...(pid !== undefined && { pid }),
      hostNetwork: networkMode === 'host',
      mounts: mounts.slice(0, 1000).map(({ destination }) => destination.replace(/\/+$/, '')),
    });
    if (pid !== undefined) this.#pids.set(pid, id);
    if (!described.running) return;
    for (const { addresses } of facts.networks)
      for (const one of addresses) this.#addresses.set(one, { container: id });
  }

  #remove(id: ContainerId): void {
    this.#release(id);
    this.containers.delete(id);
  }

  #release(id: ContainerId): void {
    const pid = this.containers.get(id)?.pid;
    if (pid !== undefined) this.#pids.delete(pid);
    const goneAt = this.#options.now();
    for (const [address, known] of this.#addresses) {
      if (known.container === id && known.goneAt === undefined) this.#addresses.set(address, { ...known, goneAt });
    }
  }

  #bounded(): AbortSignal {
    return limitTime(this.#stopping.signal, ANSWER_MS);
  }
}
