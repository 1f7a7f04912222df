import type { HostReport } from '../../model/topology.ts';
import type { StoredImage } from '../../store/image-shelf.ts';
import type { Client } from '../access.ts';
import type { MapControl, NodeDetails } from './details-schema.ts';
import type { ImageContainers } from './image-containers.ts';
import type { ViewQuery } from './map-query.ts';
import type { MapChange, MapSnapshot } from './map-schema.ts';
import type { AuditEntry, ControlResult, HistoryRange, SearchResult, TopologyChanges } from './question-schema.ts';

/** What a reporter is told of a report that was taken. */
export interface TakenReport {
  readonly host: string;
  readonly sequence: number;
}

/** Where events go to: one client that follows. */
export interface MapStream {
  readonly signal: AbortSignal;
  send(name: string, id: string, data: string): Promise<void>;
  beat(): Promise<void>;
}

/** The live map, as routes and reporters of this process use it. Moments are in RFC 3339; `at` absent: now. */
export interface MapPart {
  /**
   * Takes what a reporter tells of its host.
   * @param from who tells: nobody else can tell of the same host while that one does
   * @throws DrydockError `map.gap`, `map.foreign-host`, `map.twin-host`, `map.too-many`, `service.busy`, `usage.option`
   */
  take(report: HostReport, from: string): TakenReport;
  /**
   * Checks what came by the network before it is taken.
   * @param peer the address that it came from
   * @throws DrydockError as `take`
   */
  takeUnknown(report: unknown, from: string, peer?: string): TakenReport;
  /** Before a report is read. @throws DrydockError `service.busy` where too much comes */
  admitBody(from: string, bytes: number): void;
  /** Of a body that is longer than was said, or is inflated. @throws DrydockError `service.busy` */
  admitMore(from: string, bytes: number): void;
  snapshot(query: ViewQuery, at: string | undefined): Promise<MapSnapshot>;
  /** @throws DrydockError `service.busy` where so many views are followed, by all or by this client, that this one cannot be */
  admitFollower(query: ViewQuery, client: Client): void;
  /** Sends `snapshot` and `change` until the client is gone. */
  follow(query: ViewQuery, lastEventId: string | undefined, stream: MapStream): Promise<void>;
  /**
   * What changed in a view since one of its revisions.
   * @throws DrydockError `map.gap` where that is not known any more
   */
  changesSince(query: ViewQuery, revision: number): Promise<MapChange>;
  /** @returns undefined where there is no such node */
  details(id: string, at: string | undefined, client: Client): Promise<NodeDetails | undefined>;
  /** Where an image runs now. */
  runsOn(image: Pick<StoredImage, 'digest' | 'configuration'>): ImageContainers;
  search(words: string, query: ViewQuery, at: string | undefined): Promise<SearchResult>;
  changes(since: string, until: string | undefined): Promise<TopologyChanges>;
  history(): HistoryRange;
  /** @throws DrydockError `service.not-found`; `map.control` where it is not offered; `map.audit`; `service.busy` */
  control(id: string, control: MapControl, client: Client): Promise<ControlResult>;
  audit(): readonly AuditEntry[];
}
