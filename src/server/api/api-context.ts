import type { IncomingMessage } from 'node:http';
import type { ListedOption } from '../../config/effective.ts';
import type { ServiceToken } from '../../config/service-tokens.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { ScanJobs } from '../../jobs/scan-jobs.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../clock.ts';
import type { Caller } from '../front.ts';
import type { ImageScans } from '../image-scans.ts';
import type { ServiceEvents } from '../live/service-events.ts';
import type { MapPart } from '../map/map-part.ts';
import type { ObserveRuns } from '../observe/observe-runs.ts';
import type { ServiceLog } from '../service-log.ts';
import type { Sessions } from '../session/sessions.ts';

/** What the routes of the own API work with. */
export interface ApiContext {
  readonly store: Store;
  readonly scans: Pick<ImageScans, 'submit' | 'submitHere' | 'upload' | 'followers'>;
  readonly queue: JobQueue<ScanJobs>;
  readonly local: JobQueue<ScanJobs>;
  /** Absent: no image is run. */
  readonly observations?: ObserveRuns;
  /** Absent: there is no map. */
  readonly map?: MapPart;
  readonly ecosystems: readonly Ecosystem[];
  readonly clock: Clock;
  readonly log: ServiceLog;
  /** Of this process, if it updates. */
  readonly updater?: { readonly phase: string; wake(): void };
  /** Hosts that are not public and may be asked for images, and the only ones that webhooks may name. */
  registryHosts(): readonly string[];
  /** Hosts that are not public and may be asked for single layers. */
  layerHosts(): readonly string[];
  /** Counts an answer of an API that other programs made; milliseconds. */
  observeResponse?(route: string, code: string, milliseconds: number): void;
  /** Who may use the service; none: whoever reaches it. */
  tokens(): readonly ServiceToken[];
  readonly sessions?: Sessions;
  /** Where people reach the service, where somebody said so. */
  readonly publicUrl?: string;
  readonly events: ServiceEvents;
  /** Tells this process from others that share its database. */
  readonly process: string;
  readonly abilities: { readonly scan: boolean; readonly offline: boolean; readonly uploadLimit: number };
  /** How the service is configured; absent: nobody said. */
  readonly options?: readonly ListedOption[];
  readonly version: string;
  /** Milliseconds for an answer; absent or 0: no limit. */
  readonly requestTimeout?: number;
  /** Who asks. */
  callerOf(request: IncomingMessage): Caller;
}
