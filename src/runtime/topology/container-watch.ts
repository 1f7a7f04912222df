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
/** A look waits so long for the engine, and then goes on with what is known of it. */
const PATIENCE_MS = 2000;
/** An address of one that is gone still stands for it: the kernel keeps the ends of its connections for a minute. */
const REMEMBER_MS = 90_000;
/** Waits before an engine that failed is asked again. */
const AGAIN_MS = [1000, 2000, 5000, 10_000];

/** What is known of a container beside what is told. */
export interface WatchedContainer {
  readonly facts: ContainerFacts;
  /** Its first process as the machine of the engine counts it. */
  readonly pid?: number;
  readonly hostNetwork: boolean;
  /** Places in it that are no files of its image. */
  readonly mounts: readonly string[];
}

export interface ContainerWatchOptions extends TellingOptions {
  /** Finds the engine; asked again when it fails. @throws EngineError */
  readonly connect: (signal: AbortSignal) => Promise<Engine>;
  readonly now: () => number;
  /** Milliseconds that a look waits for the engine. Default: 2000. */
  readonly patience?: number;
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
  /** Its numbers of processes are those of this machine. */
  #countsHere = false;
  #wasSeenHere = false;
  #watching: Promise<void> | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  /** Events may have been missed: the same state does not mean that a container is as it was. */
  #isDoubtful = false;
  #failure: string | undefined;
  #failures = 0;
  #askAgainAt = 0;
  /** The engine is being asked, by this look or an earlier one. */
  #asking: Promise<void> | undefined;
  #answeredAt: number | undefined;

  constructor(options: ContainerWatchOptions) {
    this.#options = options;
  }

  get engine(): Engine | undefined {
    return this.#engine;
  }

  /**
   * Its containers run on this machine: they may be joined with processes and sockets that are seen here. An engine that is
   * asked by a network may be anywhere, and what it says of itself (a name, a kernel) is the same on machines of one making.
   */
  get isHere(): boolean {
    return this.#countsHere || this.#wasSeenHere;
  }

  /** A process of this machine is in a control group that has the name of one of its containers: no other machine has that. */
  seeHere(): void {
    this.#wasSeenHere = true;
  }

  /** Sentences that say what is not seen. */
  get blindSpots(): readonly string[] {
    return [...this.#unanswered(), ...this.#elsewhere()];
  }

  #elsewhere(): readonly string[] {
    if (this.isHere || ![...this.containers.values()].some(({ pid }) => pid !== undefined)) return [];
    return [
      'what runs in containers, and who talks to whom there, is not told: the engine is of another machine, or of a virtual one, as no process of this one is in one of its containers',
    ];
  }

  #unanswered(): readonly string[] {
    const failure = this.#failure ?? (this.#asking === undefined ? undefined : 'the engine has not answered yet');
    if (failure === undefined) return [];
    const age = this.#answeredAt === undefined ? 'not told' : `told as they were at ${timeOf(this.#answeredAt)}`;
    return [`containers are ${age}: ${failure}`];
  }

  /** Takes what events told, and never throws. An engine that hangs is asked on behind the looks that follow. */
  async refresh(): Promise<void> {
    const now = this.#options.now();
    for (const [address, { goneAt }] of this.#addresses) {
      if (goneAt !== undefined && now - goneAt > REMEMBER_MS) this.#addresses.delete(address);
    }
    if (now < this.#askAgainAt) return;
    this.#asking ??= this.#ask(now).finally(() => {
      this.#asking = undefined;
    });
    const waiting = new AbortController();
    const patience = sleep(this.#options.patience ?? PATIENCE_MS, undefined, { signal: waiting.signal });
    await Promise.race([this.#asking, patience]);
    waiting.abort();
    await patience.catch(() => {});
  }

  async #ask(now: number): Promise<void> {
    try {
      await this.#connect();
      if (now - this.#listedAt > LIST_AGAIN_MS) await this.#list(now);
      await this.#inspect([...this.#dirty]);
      this.#failure = undefined;
      this.#failures = 0;
      this.#answeredAt = this.#options.now();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#fail(error);
    }
  }

  /** The container with an address in a network of the engine. */
  byAddress(address: string): ContainerId | undefined {
    return this.#addresses.get(address)?.container;
  }

  /** Only where the engine counts processes as this machine does: elsewhere the same number is another process. */
  byPid(pid: number): ContainerId | undefined {
    return this.#countsHere ? this.#pids.get(pid) : undefined;
  }

  pidOf(container: ContainerId): number | undefined {
    return this.#countsHere ? this.containers.get(container)?.pid : undefined;
  }

  isMounted(container: ContainerId, path: string): boolean {
    return (
      this.containers.get(container)?.mounts.some((place) => path.startsWith(`${place}/`) || path === place) ?? false
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the map is stopping'));
    await this.#watching?.catch(() => {});
    await this.#asking;
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
    this.#countsHere = countsAsThisMachine(this.#engine.address);
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

/** A socket of this machine leads to an engine on it; that of Docker Desktop leads into its virtual machine. */
function countsAsThisMachine(address: string): boolean {
  return address.startsWith('unix:') && !address.endsWith('/.docker/desktop/docker.sock');
}

/** To the second, so that it is the same sentence at each look. */
function timeOf(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}
