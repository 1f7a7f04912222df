import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  dialer,
  file,
  keys,
  mirror,
  openssl,
  status,
  tracker,
  update,
  updateInEachTest,
} from '../../test/support/advisory-updates.ts';
import { advisoriesIn, fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import type { MirrorFault } from '../../test/support/feed-mirror.ts';
import { debianTracker } from '../ecosystems/debian/feed.ts';
import { FormatError } from '../errors.ts';
import type { FeedEvent } from '../model/feed.ts';
import { offlineDialer } from '../net/dial.ts';
import { openAdvisories } from './database.ts';
import { buildAdvisories } from './update.ts';

updateInEachTest();

describe('an update', () => {
  it('takes feeds in, says what it did, and leaves one file', async () => {
    mirror.set('tracker/data/json', tracker(3));
    const reports: string[] = [];

    const summary = await update([debianTracker], { progress: { report: (step) => reports.push(step) } });

    expect(summary).toMatchObject({
      path: file,
      feeds: [
        {
          name: 'debian-tracker',
          status: 'changed',
          change: { added: 3, changed: 0, removed: 0, unchanged: 0, records: 3, generation: 1 },
          notes: { count: 0, first: [] },
        },
      ],
    });
    expect(await keys()).toHaveLength(3);
    expect(new Set(reports)).toEqual(new Set(['Debian security tracker']));
    expect(existsSync(`${file}-wal`) || existsSync(`${file}-shm`)).toBe(false);
  });

  it('reads only the feed that changed', async () => {
    const other = fakeFeed('other', async function* (from, context) {
      const answer = await context!.download(`${context!.baseUrl}/other/other.json`, from['validator']);
      if (answer.status !== 'changed') return;
      yield* tellAll(advisoriesIn(Number(Buffer.from(answer.body).toString())));
      yield { type: 'state', state: { validator: answer.validator } };
    });
    mirror.set('tracker/data/json', tracker(3));
    mirror.set('other/other.json', '4');
    await update([debianTracker, other]);
    mirror.set('other/other.json', '5');
    const before = mirror.requests.length;

    const { feeds } = await update([debianTracker, other]);

    expect(feeds.map(({ name, status: word }) => [name, word])).toEqual([
      ['debian-tracker', 'unchanged'],
      ['other', 'changed'],
    ]);
    const bodies = mirror.requests.slice(before).filter((request) => request.status === 200);
    expect(bodies.map((request) => request.path)).toEqual(['other/other.json']);
  });

  it('makes no generation of what did not change, and remembers that it looked', async () => {
    mirror.set('tracker/data/json', tracker(3));
    await update([debianTracker], { now: new Date('2024-01-01') });

    const again = await update([debianTracker], { now: new Date('2024-01-02') });

    expect(again.feeds[0]).toMatchObject({ status: 'unchanged', change: { unchanged: 0, records: 3 } });
    const asked = mirror.requests.filter((request) => request.path.endsWith('tracker/data/json'));
    expect(asked.map((request) => request.status)).toEqual([200, 304]);
    expect(await status()).toMatchObject({ generation: 1, feeds: [{ updatedAt: '2024-01-02T00:00:00.000Z' }] });
  });

  it('makes no generation of the same records in another document', async () => {
    mirror.set('tracker/data/json', tracker(3));
    await update([debianTracker]);
    mirror.set('tracker/data/json', `${tracker(3)}\n`);

    expect((await update([debianTracker])).feeds[0]).toMatchObject({ status: 'unchanged', change: { unchanged: 3 } });
    expect((await status()).generation).toBe(1);
  });

  it('takes what changed, what is new and what is gone', async () => {
    mirror.set('tracker/data/json', tracker(4));
    await update([debianTracker]);
    const document = JSON.parse(tracker(5));
    document.openssl['CVE-2024-1001'].releases.bookworm.status = 'undetermined';
    document.openssl['CVE-2024-1002'].releases.bookworm.urgency = 'high';
    mirror.set('tracker/data/json', JSON.stringify(document));

    const { feeds } = await update([debianTracker]);

    expect(feeds[0]).toMatchObject({
      status: 'changed',
      change: { added: 1, changed: 1, removed: 1, unchanged: 2, records: 4, generation: 2 },
    });
    expect(await keys()).toEqual([
      'openssl/CVE-2024-1000',
      'openssl/CVE-2024-1002',
      'openssl/CVE-2024-1003',
      'openssl/CVE-2024-1004',
    ]);
  });

  it.each([
    ['500', 'feed.unreachable', 'HTTP 500'],
    ['truncated', 'feed.unreachable', 'asked 2 times'],
    ['slow', 'feed.unreachable', 'stopped sending'],
    ['html', 'feed.refused', 'web page'],
    ['empty', 'feed.refused', 'empty'],
    ['missing', 'feed.refused', 'is not there'],
  ] as [MirrorFault, string, string][])(
    'with a feed that fails (%s) loses nothing, and goes on with the others',
    async (fault, code, words) => {
      mirror.set('tracker/data/json', tracker(3));
      await update([debianTracker]);
      mirror.set('tracker/data/json', tracker(4));
      mirror.fault('tracker/data/json', fault);
      const other = fakeFeed('other', () => tellAll([plainAdvisory('other')]));

      const { feeds } = await update([debianTracker, other]);

      expect(feeds.map((feed) => feed.status)).toEqual(['failed', 'changed']);
      expect(feeds[0]?.error).toMatchObject({ code, message: expect.stringContaining(words) });
      expect(await keys()).toHaveLength(4);
      const [failed, good] = (await status()).feeds;
      expect(failed).toMatchObject({
        name: 'debian-tracker',
        records: 3,
        failure: { message: feeds[0]?.error?.message },
      });
      expect(good).not.toHaveProperty('failure');

      mirror.fault('tracker/data/json', undefined);
      expect((await update([debianTracker])).feeds[0]).toMatchObject({ status: 'changed', change: { added: 1 } });
      expect((await status()).feeds[0]).not.toHaveProperty('failure');
    },
  );

  it('puts up with a server that fails once', async () => {
    mirror.set('tracker/data/json', tracker(3));
    mirror.fault('tracker/data/json', 'once-500');

    expect((await update([debianTracker])).feeds[0]?.status).toBe('changed');
  });

  it.each([
    [
      'in the middle',
      function* (): Generator<FeedEvent> {
        yield { type: 'upsert', advisory: plainAdvisory('new') };
        yield { type: 'remove', key: '1' };
        throw new FormatError('damaged');
      },
    ],
    [
      'at the end',
      function* (): Generator<FeedEvent> {
        yield* tellAll([plainAdvisory('new')]);
        yield { type: 'state', state: { seen: 'new' } };
        throw new FormatError('damaged');
      },
    ],
  ])('takes all of a feed or nothing: it fails %s', async (_, say) => {
    await update([fakeFeed('f', () => [...tellAll([plainAdvisory('1')]), { type: 'state', state: { seen: 'old' } }])]);
    let state: unknown;

    const { feeds } = await update([fakeFeed('f', say)]);
    await update([
      fakeFeed('f', (from) => {
        state = from;
        return [];
      }),
    ]);

    expect(feeds[0]).toMatchObject({ status: 'failed', error: { code: 'feed.refused' } });
    expect(await keys()).toEqual(['1']);
    expect(state).toEqual({ seen: 'old' });
  });

  it('does not hide a fault of the program', async () => {
    const broken = fakeFeed('f', () => {
      throw new TypeError('x is not a function');
    });

    await expect(update([broken])).rejects.toThrow(TypeError);
  });

  it('refuses a feed that brings nothing at all', async () => {
    expect((await update([fakeFeed('f', () => [])])).feeds[0]).toMatchObject({
      status: 'failed',
      error: { code: 'feed.refused', message: expect.stringContaining('no records at all') },
    });
  });

  it('counts notes and keeps the first of them', async () => {
    const notes = Array.from({ length: 100 }, (_, i): FeedEvent => ({ type: 'note', message: `note ${i}` }));

    const { feeds } = await update([fakeFeed('f', () => [...notes, ...tellAll([plainAdvisory('1')])])]);

    expect(feeds[0]?.notes.count).toBe(100);
    expect(feeds[0]?.notes.first).toHaveLength(20);
  });

  it('reads everything anew when the reader of a feed changed', async () => {
    const states: unknown[] = [];
    const say = (version: number) =>
      fakeFeed(
        'f',
        (from) => {
          states.push(from);
          return [...tellAll([plainAdvisory('1')]), { type: 'state', state: { etag: 'a' } } as const];
        },
        { version },
      );

    await update([say(1)]);
    await update([say(1)]);
    await update([say(2)]);

    expect(states).toEqual([{}, { etag: 'a' }, {}]);
    expect((await status()).generation).toBe(1);
  });

  it('takes a record that is told twice once, as it was told last', async () => {
    const again = plainAdvisory('1', { severity: 'low', aliases: ['B'] });
    await update([fakeFeed('f', () => tellAll([plainAdvisory('1', { aliases: ['A'] }), again]))]);

    const database = await openAdvisories(file);
    expect(
      database
        .lookUp([openssl])
        .flat()
        .map((hit) => hit.advisory.severity),
    ).toEqual(['low']);
    expect([database.byId('A'), database.byId('B')].map((hits) => hits.length)).toEqual([0, 1]);
    expect(database.status().feeds[0]?.records).toBe(1);
    database.close();
  });

  it('counts right whatever a feed says of one record', async () => {
    const upsert = (severity: 'low' | 'high'): FeedEvent => ({
      type: 'upsert',
      advisory: plainAdvisory('1', { severity }),
    });
    const remove: FeedEvent = { type: 'remove', key: '1' };
    const keep: FeedEvent = { type: 'upsert', advisory: plainAdvisory('2') };
    const runs: FeedEvent[][] = [
      [keep, upsert('low'), remove],
      [keep, upsert('low'), remove, upsert('high')],
      [keep, upsert('low'), remove],
      [keep, remove],
      [keep, upsert('high'), upsert('low'), upsert('high')],
      [keep, remove, upsert('high'), remove],
    ];
    const records: unknown[] = [];
    for (const run of runs) {
      const { feeds } = await update([fakeFeed('f', () => run)]);
      records.push([feeds[0]?.change?.records, (await keys()).length]);
    }

    expect(records).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it('stops when it is told to, and loses nothing', async () => {
    await update([fakeFeed('f', () => tellAll([plainAdvisory('1')]))]);
    const stop = new AbortController();
    const endless = fakeFeed('f', function* () {
      for (let i = 0; ; i++) {
        if (i === 1000) stop.abort(new Error('stopped'));
        yield { type: 'upsert', advisory: plainAdvisory(`new-${i}`) };
      }
    });

    await expect(update([endless], { signal: stop.signal })).rejects.toThrow('stopped');

    expect(await keys()).toEqual(['1']);
    expect((await status()).feeds[0]).not.toHaveProperty('failure');
  });

  it('asks nobody when it is offline, and leaves what there is', async () => {
    mirror.set('tracker/data/json', tracker(3));
    await update([debianTracker]);

    const { feeds } = await update([debianTracker], { dialer: offlineDialer() });

    expect(feeds[0]?.error).toMatchObject({ code: 'feed.unreachable', message: expect.stringContaining('--offline') });
    expect(await keys()).toHaveLength(3);
  });

  it('refuses a mirror that is no address', async () => {
    await expect(update([], { mirror: 'file:///etc' })).rejects.toMatchObject({ code: 'usage.option' });
  });
});

describe('a build', () => {
  it('replaces the old database when every feed came', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(5)))]);
    const feeds = [fakeFeed('f', () => tellAll(advisoriesIn(1)))];

    const summary = await buildAdvisories({ path: file, feeds, dialer, now: new Date() });

    expect(summary).toMatchObject({ path: file, feeds: [{ status: 'changed' }] });
    expect(await keys()).toHaveLength(1);
    expect((await status()).generation).toBe(1);
  });

  it('leaves the old one, and nothing else, when one failed', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(5)))]);
    const before = readFileSync(file);
    const feeds = [fakeFeed('f', () => tellAll(advisoriesIn(1))), fakeFeed('g', () => [])];

    const summary = await buildAdvisories({ path: file, feeds, dialer, now: new Date() });

    expect(summary.feeds.map((feed) => feed.status)).toEqual(['changed', 'failed']);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual(['a.db']);
  });
});
