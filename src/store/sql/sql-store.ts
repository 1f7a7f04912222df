import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Store } from '../store.ts';
import { createAdvisoryShelf } from './advisories.ts';
import type { SqlConnection } from './connection.ts';
import { createFleetShelf } from './fleet.ts';
import { createImageShelf } from './images.ts';
import { Judging } from './judging.ts';
import { knownOfLayers } from './layer-packages.ts';
import { SqlLayerShelf } from './layers.ts';
import { SqlLockShelf } from './locks.ts';
import { listNamespaces } from './namespaces.ts';
import { SqlNotificationShelf } from './notifications.ts';
import { SqlReadingShelf } from './readings.ts';
import { SqlValueShelf } from './values.ts';
import { VersionOrders } from './version-orders.ts';
import { SqlVulnerabilityShelf } from './vulnerabilities.ts';

/** Some 27,000 vulnerabilities, and 130,000 package versions. */
const KNOWN_BYTES = 64 * 1024 * 1024;

export interface SqlStoreOptions {
  /** Bytes of memory for rows that layers were shown with, about: they are not asked for again. Default: 64 MiB. */
  readonly knownBytes?: number;
}

/** The store, on either database. */
export function createSqlStore(
  connection: SqlConnection,
  ecosystems: readonly Ecosystem[],
  { knownBytes = KNOWN_BYTES }: SqlStoreOptions = {},
): Store {
  const judging = new Judging(ecosystems);
  const orders = new VersionOrders(ecosystems);
  return {
    layers: new SqlLayerShelf(connection, judging, orders, knownOfLayers(knownBytes)),
    images: createImageShelf(connection, judging),
    fleet: createFleetShelf(connection),
    vulnerabilities: new SqlVulnerabilityShelf(connection, judging, orders),
    advisories: createAdvisoryShelf(connection, judging),
    notifications: new SqlNotificationShelf(connection),
    values: new SqlValueShelf(connection),
    locks: new SqlLockShelf(connection),
    readings: new SqlReadingShelf(connection),
    namespaces: async () => await listNamespaces(connection),
    ping: async () => {
      await connection.get('SELECT 1 AS alive');
    },
    close: async () => await connection.close(),
  };
}
