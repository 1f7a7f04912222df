import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Store } from '../store.ts';
import { createAdvisoryShelf } from './advisories.ts';
import type { SqlConnection } from './connection.ts';
import { createImageShelf } from './images.ts';
import { Judging } from './judging.ts';
import { SqlLayerShelf } from './layers.ts';
import { SqlLockShelf } from './locks.ts';
import { listNamespaces } from './namespaces.ts';
import { SqlNotificationShelf } from './notifications.ts';
import { SqlReadingShelf } from './readings.ts';
import { SqlValueShelf } from './values.ts';
import { VersionOrders } from './version-orders.ts';
import { SqlVulnerabilityShelf } from './vulnerabilities.ts';

/** The store, on either database. */
export function createSqlStore(connection: SqlConnection, ecosystems: readonly Ecosystem[]): Store {
  const judging = new Judging(ecosystems);
  const orders = new VersionOrders(ecosystems);
  return {
    layers: new SqlLayerShelf(connection, judging, orders),
    images: createImageShelf(connection, judging),
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
