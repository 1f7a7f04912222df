import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../config/service-secret.ts';
import { StoreError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { parsePaginationKey } from './v1/page-token.ts';

/** Kept in the store, so that all processes on one database continue each other's lists. */
const KEY = 'v1/pagination-key';
const LOCK_TIME = 10_000;
const TRIES = 100;

/** The key that is configured, else the one of the store, which the first process makes. */
export async function paginationKeyOf(
  configured: Secret | undefined,
  { values, locks }: Pick<Store, 'values' | 'locks'>,
): Promise<Uint8Array> {
  const own = configured === undefined ? undefined : parsePaginationKey(configured.reveal());
  if (own !== undefined) return own;
  const owner = randomUUID();
  for (let tries = 0; tries < TRIES; tries++) {
    const known = parsePaginationKey((await values.get(KEY)) ?? '');
    if (known !== undefined) return known;
    // Two processes that start at once must not each make one.
    if ((await locks.take(KEY, owner, LOCK_TIME)) === undefined) {
      await sleep(LOCK_TIME / TRIES);
      continue;
    }
    try {
      if ((await values.get(KEY)) === undefined) await values.set(KEY, randomBytes(32).toString('base64url'));
    } finally {
      await locks.release(KEY, owner);
    }
  }
  throw new StoreError('store.unusable', `the database keeps "${KEY}" as something that is no key`);
}
