import { describe, expect, it } from 'vitest';
import { file, mirror, status, update, updateInEachTest, useMirror } from '../../test/support/advisory-updates.ts';
import { sharedFeeds } from '../../test/support/feed-mirror.ts';
import { hasShared } from '../../test/support/shared.ts';
import { alpineSecdb } from '../ecosystems/alpine/feed.ts';
import { debianTracker } from '../ecosystems/debian/feed.ts';
import { ubuntuOsv } from '../ecosystems/ubuntu/feed.ts';
import { openAdvisories } from './database.ts';

updateInEachTest();

describe('real data', () => {
  it.skipIf(!hasShared)('comes from a mirror, and nothing of it a second time', async () => {
    await useMirror(sharedFeeds(300));
    const feeds = [alpineSecdb, debianTracker, ubuntuOsv];

    const first = await update(feeds);
    const requests = mirror.requests.length;
    const second = await update(feeds);

    expect(first.feeds.map((feed) => [feed.status, feed.change?.records])).toEqual([
      ['changed', 104_598],
      ['changed', 32_333],
      ['changed', 300],
    ]);
    expect(second.feeds.map((feed) => feed.status)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    const again = mirror.requests.slice(requests);
    expect(again.filter((request) => request.status === 200)).toEqual([]);
    expect((await status()).generation).toBe(3);
  });

  it.skipIf(!hasShared)('fetches only what a first scan needs', async () => {
    await useMirror(sharedFeeds(0));

    await update([alpineSecdb], { namespaces: new Set(['alpine:v3.20']) });

    const database = await openAdvisories(file);
    expect([database.hasNamespace('alpine:v3.20'), database.hasNamespace('alpine:v3.19')]).toEqual([true, false]);
    database.close();
    expect(mirror.requests.map((request) => request.path)).toEqual([
      'alpine-secdb/v3.20/main.json',
      'alpine-secdb/v3.20/community.json',
    ]);
  });
});
