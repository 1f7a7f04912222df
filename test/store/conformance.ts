import { afterAll, describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { describeLayers } from './layers.ts';
import { describeNotifications } from './notifications.ts';
import { describeRaces } from './races.ts';
import { describeSmallThings } from './small-things.ts';
import { describeVulnerabilities } from './vulnerabilities.ts';

export interface StoreSuite {
  /** Opens an empty store. */
  open(): Promise<Store>;
  /** Opens two on one empty database, where that is possible. */
  openTwice?(): Promise<readonly [Store, Store]>;
}

/** What every store does. The suite closes what it opens. */
export function describeStore(name: string, suite: StoreSuite): void {
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await suite.open();
    opened.push(store);
    return store;
  };
  const openTwice =
    suite.openTwice &&
    (async (): Promise<readonly [Store, Store]> => {
      const stores = await suite.openTwice!();
      opened.push(...stores);
      return stores;
    });

  describe(name, () => {
    afterAll(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    describeLayers(open);
    describeVulnerabilities(open);
    describeNotifications(open);
    describeSmallThings(open);
    describeRaces(open, openTwice);
  });
}
