import type { Secret } from '../config/service-secret.ts';
import type { Store } from '../store/store.ts';
import { storedKey } from './stored-key.ts';
import { parsePaginationKey } from './v1/page-token.ts';

/** The key that is configured, else the one of the store: all processes on one database continue each other's lists. */
export async function paginationKeyOf(
  configured: Secret | undefined,
  store: Pick<Store, 'values' | 'locks'>,
): Promise<Uint8Array> {
  const own = configured === undefined ? undefined : parsePaginationKey(configured.reveal());
  return own ?? (await storedKey('v1/pagination-key', store));
}
