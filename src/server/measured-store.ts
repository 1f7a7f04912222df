import type { LayerShelf } from '../store/layer-shelf.ts';
import type { NotificationShelf } from '../store/notification-shelf.ts';
import type { Store } from '../store/store.ts';
import type { VulnerabilityShelf } from '../store/vulnerability-shelf.ts';
import type { Metrics } from './metrics.ts';

/** How Clair calls what a method does, and the part of it that stands for all. */
type Names<Shelf> = { readonly [Method in keyof Shelf]?: string };

const layerQueries: Names<LayerShelf> = {
  find: 'FindLayer',
  packages: 'FindLayer',
  insert: 'InsertLayer',
  replace: 'InsertLayer',
  remove: 'DeleteLayer',
};

const vulnerabilityQueries: Names<VulnerabilityShelf> = {
  list: 'listVulnerabilities',
  find: 'findVulnerability',
  write: 'insertVulnerability',
  changeFixes: 'InsertVulnerabilityFixes',
  remove: 'DeleteVulnerability',
};

const notificationQueries: Names<NotificationShelf> = {
  find: 'GetNotification',
  introducingLayers: 'loadLayerIntroducingVulnerability',
  markRead: 'DeleteNotification',
  nextFor: 'GetAvailableNotification',
};

/** The same store, each of whose methods is measured under the name that Clair has for it. */
export function measureStore(store: Store, metrics: Metrics): Store {
  const layers = measured(store.layers, layerQueries, metrics, (method, args) => {
    if (method !== 'packages') return 'all';
    const [, options] = args as Parameters<LayerShelf['packages']>;
    return options?.vulnerabilities === true ? 'all/features+vulnerabilities' : 'all/features';
  });
  const vulnerabilities = measured(store.vulnerabilities, vulnerabilityQueries, metrics);
  const notifications = measured(store.notifications, notificationQueries, metrics);
  return measured(store, {}, metrics, () => 'all', { layers, vulnerabilities, notifications });
}

function measured<Shelf extends object>(
  shelf: Shelf,
  names: Names<Shelf>,
  metrics: Metrics,
  part: (method: string, args: readonly unknown[]) => string = () => 'all',
  instead: Partial<Shelf> = {},
): Shelf {
  return new Proxy(shelf, {
    get(target, key) {
      const other = instead[key as keyof Shelf];
      if (other !== undefined) return other;
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      const name = names[key as keyof Shelf];
      if (name === undefined) return member.bind(target);
      return async (...args: unknown[]) => {
        const started = performance.now();
        try {
          return await (member as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        } catch (error) {
          metrics.countStoreError(name);
          throw error;
        } finally {
          metrics.observeQuery(name, part(String(key), args), performance.now() - started);
        }
      };
    },
  });
}
