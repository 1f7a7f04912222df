import { DrydockError } from '../../errors.ts';
import type { HostReport, KnowledgeSource } from '../../model/topology.ts';
import type { StoredImage } from '../../store/image-shelf.ts';
import { allows, type Client } from '../access.ts';
import type { SteadyClock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';
import { Controls, type ControlsOptions } from './controls.ts';
import { detailsOf } from './details.ts';
import type { MapControl, NodeDetails } from './details-schema.ts';
import { FigureSamples, SAMPLE_EVERY } from './figure-samples.ts';
import { Fleet } from './fleet.ts';
import { HistoryRecorder, RECORD_EVERY } from './history-recorder.ts';
import { type HistoryBounds, HistoryStore } from './history-store.ts';
import type { OwnHost } from './host-owners.ts';
import { containersOf, type ImageContainers } from './image-containers.ts';
import { Knowledge } from './knowledge.ts';
import { LiveViews } from './live-views.ts';
import type { MapPart, MapStream, TakenReport } from './map-part.ts';
import type { ViewQuery } from './map-query.ts';
import type { MapChange, MapSnapshot } from './map-schema.ts';
import { ownerKeeper } from './owner-keeper.ts';
import { PastWorlds } from './past-worlds.ts';
import type { AuditEntry, ControlResult, HistoryRange, SearchResult, TopologyChanges } from './question-schema.ts';
import { search } from './search.ts';
import { findSubject } from './subjects.ts';
import { changesBetween } from './topology-changes.ts';
import { arrange, show } from './view.ts';
import type { World } from './world.ts';
import { Worlds } from './worlds.ts';

export interface MapOptions {
  /** Absent: nothing is known of what is in images, and nothing has a colour. */
  readonly knowledge?: KnowledgeSource;
  /** Absent: no history is kept. */
  readonly history?: HistoryBounds & { readonly folder: string };
  /** Where it is written down who did what to containers, if no history is kept. Absent: in the log alone. */
  readonly audit?: { readonly folder: string };
  /** Absent: the service does not look at the host that it runs on. */
  readonly own?: OwnHost;
  /** Absent, or of an engine that is not of `own`: nothing can be done to containers. */
  readonly controls?: ControlsOptions;
  /** Whether somebody of this name can still tell of a host; absent: everybody who ever did. */
  readonly isSender?: (name: string) => boolean;
  readonly clock: SteadyClock;
  readonly log: ServiceLog;
}

/** A map, and what works for it in the background. */
export interface OpenMap extends MapPart {
  start(): void;
  stop(): Promise<void>;
}

/** Milliseconds from look to look of the work in the background. */
const WORK_EVERY = 1000;
const MOST_AUDIT = 500;

/** Makes the live map of a service: what takes reports, and what answers of them. */
export function openMap(options: MapOptions): OpenMap {
  return new LiveMap(options);
}

class LiveMap implements OpenMap {
  readonly #options: MapOptions;
  readonly #fleet: Fleet;
  readonly #knowledge: Knowledge;
  readonly #worlds: Worlds;
  readonly #past: PastWorlds;
  readonly #views: LiveViews;
  readonly #samples = new FigureSamples();
  readonly #controls: Controls;
  readonly #store: HistoryStore | undefined;
  readonly #audit: HistoryStore | 'unusable' | undefined;
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;

  constructor(options: MapOptions) {
    this.#options = options;
    const { clock, log, knowledge, own } = options;
    this.#fleet = new Fleet(own);
    this.#knowledge = new Knowledge(knowledge, own?.host);
    this.#worlds = new Worlds(this.#fleet, this.#knowledge, clock);
    this.#store = this.#openStore();
    this.#audit = this.#store ?? this.#openAudit();
    if (typeof this.#audit === 'object')
      this.#fleet.restoreOwners(ownerKeeper(this.#audit, log, options.isSender), clock.steady(), clock.now());
    this.#past = new PastWorlds(this.#store, this.#knowledge, own?.host);
    this.#views = new LiveViews(
      () => this.#worlds.now(),
      () => this.#worlds.mark(),
      { clock, log },
    );
    // What others tell of a host says nothing of what an engine really has.
    const controls = options.controls?.engine.host === own?.host ? options.controls : undefined;
    this.#controls = new Controls(controls, { clock, log, keep: (entry) => this.#keepAudit(entry) });
  }

  take(report: HostReport, from: string): TakenReport {
    const { clock } = this.#options;
    return this.#fleet.take(report, from, clock.now(), { steady: clock.steady() });
  }

  takeUnknown(report: unknown, from: string, peer?: string): TakenReport {
    const { clock } = this.#options;
    return this.#fleet.takeUnknown(report, from, clock.now(), {
      steady: clock.steady(),
      ...(peer !== undefined && { peer }),
    });
  }

  admitBody(from: string, bytes: number): void {
    this.#fleet.admitBody(from, bytes, this.#options.clock.steady());
  }

  admitMore(from: string, bytes: number): void {
    this.#fleet.admitMore(from, bytes, this.#options.clock.steady());
  }

  async snapshot(query: ViewQuery, at: string | undefined): Promise<MapSnapshot> {
    if (at === undefined) return this.#views.snapshot(query);
    const world = this.#past.at(at);
    const { view } = query;
    const frame = { at: new Date(world.at).toISOString(), revision: 0, view, live: false };
    return { ...frame, ...show(world, query), reporters: [...world.reporters] };
  }

  admitFollower(query: ViewQuery, { name }: Client): void {
    this.#views.admit(query, name);
  }

  async follow(query: ViewQuery, lastEventId: string | undefined, stream: MapStream): Promise<void> {
    await this.#views.follow(query, lastEventId, stream);
  }

  async changesSince(query: ViewQuery, revision: number): Promise<MapChange> {
    return this.#views.changesSince(query, revision);
  }

  async details(id: string, at: string | undefined, client: Client): Promise<NodeDetails | undefined> {
    const world = this.#world(at);
    const subject = findSubject(world, id);
    if (subject === undefined) return undefined;
    const container = subject.kind === 'container' ? subject.containers[0]!.container : undefined;
    return detailsOf(world, subject, {
      series: at === undefined ? this.#samples.of(subject) : [],
      controls: container === undefined || at !== undefined ? [] : this.#controls.of(container, client),
      seesEnvironment: allows(client.scope, 'admin'),
    });
  }

  runsOn(image: Pick<StoredImage, 'digest' | 'configuration'>): ImageContainers {
    return containersOf(this.#worlds.now(), image);
  }

  async search(words: string, query: ViewQuery, at: string | undefined): Promise<SearchResult> {
    const world = this.#world(at);
    const { shown, idOf } = arrange(world, query);
    const ids = new Set(shown.nodes.map((node) => node.id));
    return search(world, words, (place) => {
      const id = idOf(place);
      // Those that are left out of a full map are in the host at least.
      return [id, place.container?.nodeId, place.host?.nodeId].find((one) => one !== undefined && ids.has(one));
    });
  }

  async changes(since: string, until: string | undefined): Promise<TopologyChanges> {
    return changesBetween(this.#past.since(since), this.#world(until));
  }

  history(): HistoryRange {
    return this.#store?.range() ?? { kept: false, bytes: 0, moments: [] };
  }

  async control(id: string, control: MapControl, client: Client): Promise<ControlResult> {
    const subject = findSubject(this.#worlds.now(), id);
    const asked = { control, node: id, label: subject?.node.label ?? '', client: client.name };
    if (subject === undefined)
      throw this.#controls.refuse(asked, new DrydockError('service.not-found', 'There is no node of this id.'));
    if (subject.kind !== 'container')
      throw this.#controls.refuse(asked, new DrydockError('map.control', 'Controls are for containers.'));
    return await this.#controls.act(control, subject.containers[0]!.container, client);
  }

  audit(): readonly AuditEntry[] {
    return typeof this.#audit === 'object' ? this.#audit.audit(MOST_AUDIT) : this.#controls.recent();
  }

  start(): void {
    this.#working ??= this.#work().catch((error: unknown) => {
      this.#options.log.error({ error }, 'the map keeps no history and no figures any more');
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#views.stop(), this.#working]);
    this.#store?.close();
    if (typeof this.#audit === 'object' && this.#audit !== this.#store) this.#audit.close();
  }

  #world(at: string | undefined): World {
    return at === undefined ? this.#worlds.now() : this.#past.at(at);
  }

  /** Samples figures and writes history, whether or not somebody looks. */
  async #work(): Promise<void> {
    const { clock } = this.#options;
    const recorder = this.#store === undefined ? undefined : new HistoryRecorder(this.#store);
    let [sampled, recorded] = [0, 0];
    while (!this.#stopping.signal.aborted) {
      const [now, steady] = [clock.now(), clock.steady()];
      this.#fleet.forget(now, steady);
      if (this.#fleet.hosts.size > 0 && Math.abs(now - sampled) >= SAMPLE_EVERY) {
        sampled = now;
        this.#samples.take(this.#fleet, now, steady);
      }
      if (recorder === undefined) for (const host of this.#fleet.hosts.values()) host.takeChanges();
      else if (Math.abs(now - recorded) >= RECORD_EVERY) {
        recorded = now;
        await this.#record(recorder, now);
      }
      await clock.sleep(WORK_EVERY, this.#stopping.signal);
    }
  }

  async #record(recorder: HistoryRecorder, now: number): Promise<void> {
    const { log } = this.#options;
    try {
      if (this.#fleet.hosts.size > 0) await recorder.record(this.#worlds.now(), now);
    } catch (error) {
      log.warn({ error }, 'the history of the map cannot be written');
    }
    // All the more where the disk is full.
    try {
      this.#store?.prune(now);
    } catch (error) {
      log.warn({ error }, 'what is too old of the history of the map cannot be removed');
    }
  }

  #openStore(): HistoryStore | undefined {
    const { history, log } = this.#options;
    if (history === undefined) return undefined;
    try {
      const { store, setAside } = HistoryStore.open(history.folder, history);
      if (setAside !== undefined) log.warn({ file: setAside }, 'the history of the map was damaged, and begins anew');
      return store;
    } catch (error) {
      log.warn({ error, folder: history.folder }, 'the history of the map cannot be used: none is kept');
      return undefined;
    }
  }

  #openAudit(): HistoryStore | 'unusable' | undefined {
    const { audit, controls, log } = this.#options;
    if (audit === undefined || controls === undefined) return undefined;
    try {
      return HistoryStore.open(audit.folder, { age: 0, bytes: 0 }).store;
    } catch (error) {
      log.error({ error, folder: audit.folder }, 'who does what to containers cannot be written down: nothing is done');
      return 'unusable';
    }
  }

  /** @throws what the store throws */
  #keepAudit(entry: AuditEntry): void {
    if (this.#audit === 'unusable') throw new Error('the folder of the audit cannot be used');
    if (this.#audit !== undefined) this.#audit.addAudit(entry);
    // There it has no other place, and has to be seen whatever is left out of the log.
    else this.#options.log.warn({ ...entry }, 'a container was asked to do something by the map');
  }
}
