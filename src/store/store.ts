import type { AdvisoryShelf } from './advisory-shelf.ts';
import type { FleetShelf } from './fleet-shelf.ts';
import type { ImageShelf } from './image-shelf.ts';
import type { LayerShelf } from './layer-shelf.ts';
import type { LockShelf } from './lock-shelf.ts';
import type { NotificationShelf } from './notification-shelf.ts';
import type { ReadingShelf } from './reading-shelf.ts';
import type { StoredNamespace } from './stored-namespace.ts';
import type { ValueShelf } from './value-shelf.ts';
import type { VulnerabilityShelf } from './vulnerability-shelf.ts';

/**
 * What an installation knows: layers, images, vulnerabilities, notifications, and what users wrote. Every method is one
 * transaction: it happened whole or not at all, and whoever asks next sees it. Both adapters pass the same conformance
 * suite (conformance.ts); what is missing is `undefined`, what fails throws `StoreError`.
 */
export interface Store {
  readonly layers: LayerShelf;
  readonly images: ImageShelf;
  readonly fleet: FleetShelf;
  readonly vulnerabilities: VulnerabilityShelf;
  readonly advisories: AdvisoryShelf;
  readonly notifications: NotificationShelf;
  readonly values: ValueShelf;
  readonly locks: LockShelf;
  readonly readings: ReadingShelf;
  /** Those of layers and vulnerabilities, in the order in which they came. */
  namespaces(): Promise<readonly StoredNamespace[]>;
  /** @throws StoreError `store.unavailable` when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}
