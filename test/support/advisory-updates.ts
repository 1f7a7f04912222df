import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { openAdvisories } from '../../src/advisories/database.ts';
import { type UpdateOptions, type UpdateSummary, updateAdvisories } from '../../src/advisories/update.ts';
import type { AdvisoryStatus } from '../../src/model/advisory.ts';
import type { Feed } from '../../src/model/feed.ts';
import type { Dialer } from '../../src/net/dial.ts';
import { networkDialer } from '../../src/net/network-dialer.ts';
import { type FeedMirror, startFeedMirror } from './feed-mirror.ts';
import { temporaryFolder } from './temporary.ts';

export const dialer: Dialer = networkDialer();
export const openssl = { namespace: 'debian:12', package: 'openssl' };
const limits = { backOffMs: 1, backOffMaximumMs: 2, attempts: 2, idleMs: 200 };

/** The database of this test, which is not there yet, and the mirror that its feeds come from. */
export let file: string;
export let mirror: FeedMirror;

/** Gives every test of the file these anew. Call it once. */
export function updateInEachTest(): void {
  beforeEach(async () => {
    file = path.join(temporaryFolder(), 'cache', 'a.db');
    mirror = await startFeedMirror();
  });
  afterEach(async () => {
    mirror.close();
    await dialer.close();
  });
}

/** Another mirror instead, with these files. */
export async function useMirror(files: Parameters<typeof startFeedMirror>[0]): Promise<void> {
  mirror.close();
  mirror = await startFeedMirror(files);
}

/** Updates that database from that mirror, and does not wait long. */
export function update(feeds: readonly Feed[], more: Partial<UpdateOptions> = {}): Promise<UpdateSummary> {
  return updateAdvisories({
    path: file,
    feeds,
    dialer,
    now: new Date(),
    mirror: mirror.url,
    downloadLimits: limits,
    ...more,
  });
}

/** The records of openssl in bookworm. */
export async function keys(): Promise<string[]> {
  const database = await openAdvisories(file);
  const found = database
    .lookUp([openssl])
    .flat()
    .map((hit) => hit.advisory.key);
  database.close();
  return found.sort();
}

export async function status(): Promise<AdvisoryStatus> {
  const database = await openAdvisories(file);
  const result = database.status();
  database.close();
  return result;
}

/** The tracker's document with so many open issues of openssl in bookworm. */
export function tracker(issues: number): string {
  const list = Array.from({ length: issues }, (_, i) => [
    `CVE-2024-${1000 + i}`,
    { releases: { bookworm: { status: 'open' } } },
  ]);
  return JSON.stringify({ openssl: Object.fromEntries(list) });
}
