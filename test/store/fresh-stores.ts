import { afterEach } from 'vitest';
import type { Store } from '../../src/store/store.ts';

/** Makes stores for the tests of a suite, and closes them after each. To be called where the suite is described. */
export function freshStores(make: () => Promise<Store>): () => Promise<Store> {
  const open: Store[] = [];
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
  });
  return async () => {
    const store = await make();
    open.push(store);
    return store;
  };
}
