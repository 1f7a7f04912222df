import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { parsePaginationKey } from './v1/page-token.ts';

const LOCK_TIME = 10_000;
const TRIES = 100;

/**
 * A key of 32 bytes that stands in the store, so that all processes on one database seal and open alike. The first of them
 * makes it.
 * @param name in the store
 */
export async function storedKey(name: string, { values, locks }: Pick<Store, 'values' | 'locks'>): Promise<Uint8Array> {
  const owner = randomUUID();
  for (let tries = 0; tries < TRIES; tries++) {
    const known = parsePaginationKey((await values.get(name)) ?? '');
    if (known !== undefined) return known;
    // Two processes that start at once must not each make one.
    if ((await locks.take(name, owner, LOCK_TIME)) === undefined) {
      await sleep(LOCK_TIME / TRIES);
      continue;
    }
    try {
      if ((await values.get(name)) === undefined) await values.set(name, randomBytes(32).toString('base64url'));
    } finally {
      await locks.release(name, owner);
    }
  }
  throw new StoreError('store.unusable', `the database keeps "${name}" as something that is no key`);
}
