import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { openAdvisories } from '../advisories/database.ts';
import { updateAdvisories } from '../advisories/update.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { FeedError } from '../errors.ts';
import type { Feed, FeedEvent } from '../model/feed.ts';
import { offlineDialer } from '../net/dial.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { createServiceLog } from './service-log.ts';
import { type LocalAdvisories, Updater } from './updater.ts';
import { isUpdateRequested, oldestData, readUpdaterState, requestUpdate } from './updater-state.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const START = Date.parse('2026-11-25T10:00:00Z');

/** A clock that goes as far as the test moves it; who sleeps does not notice that it is set. */
class TestClock implements Clock {
  time = START;
  #passed = 0;
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const sleeper = { until: this.#passed + milliseconds, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Moves on, in steps as long as those that are slept; what wakes up gets its turn. */
  async move(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= MINUTE) {
      this.time += Math.min(left, MINUTE);
      this.#passed += Math.min(left, MINUTE);
      for (const sleeper of this.#sleepers) {
        if (sleeper.until > this.#passed) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      await settle();
    }
  }
}

/** Long enough for whatever needs no clock. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
};

type Telling = (feed: string) => AsyncIterable<FeedEvent> | Iterable<FeedEvent>;

const advisoryOf = (feed: string, id: string): FeedEvent => ({
  type: 'upsert',
  advisory: {
    key: id,
    id,
    aliases: [],
    severity: 'low',
    title: `${feed} says ${id}`,
    urls: [],
    affected: [
      { namespace: 'debian:12', package: 'curl', nameKind: 'source', ranges: [{ fixed: '2' }], state: 'fixed' },
    ],
  },
});

function feedNamed(name: string, tell: Telling): Feed {
  const feed = {
    name,
    version: 1,
    title: name,
    url: 'https://feed.example/',
    mirrorPath: '',
    licence: '',
    folder: name,
    async *update() {
      yield* tell(name);
    },
    read: () => {
      throw new Error('not read');
    },
  };
  return feed as unknown as Feed;
}

const opened: Store[] = [];
const updaters: Updater[] = [];

afterEach(async () => {
  await Promise.all(updaters.splice(0).map((updater) => updater.stop()));
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

async function newStore(): Promise<Store> {
  const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'service.db') });
  opened.push(store);
  return store;
}

interface Setting {
  readonly store: Store;
  readonly clock: TestClock;
  readonly lines: string[];
  readonly file: string;
  /** Names of the feeds that were asked, in order. */
  readonly asked: string[];
  tell: Telling;
}

async function setting(tell: Telling = (feed) => [advisoryOf(feed, `CVE-${feed}`)]): Promise<Setting> {
  return {
    store: await newStore(),
    clock: new TestClock(),
    lines: [],
    file: path.join(temporaryFolder(), 'advisories.db'),
    asked: [],
    tell,
  };
}

function localAdvisories(given: Setting, names: readonly string[], offline = false): LocalAdvisories {
  const feeds = names.map((name) =>
    feedNamed(name, (feed) => {
      given.asked.push(feed);
      return given.tell(feed);
    }),
  );
  const fetch = async (signal: AbortSignal) =>
    await updateAdvisories({
      path: given.file,
      feeds,
      dialer: offlineDialer(),
      now: new Date(given.clock.now()),
      signal,
      force: true,
    });
  return { feeds: names, open: () => openAdvisories(given.file), ...(!offline && { fetch }) };
}

function makeUpdater(given: Setting, names: readonly string[] = ['one'], offline = false): Updater {
  const updater = new Updater({
    store: given.store,
    advisories: localAdvisories(given, names, offline),
    interval: HOUR,
    clock: given.clock,
    log: createServiceLog({ write: (line) => given.lines.push(line), level: 'info' }),
    random: () => 0,
  });
  updaters.push(updater);
  return updater;
}

const vulnerabilities = async (store: Store): Promise<string[]> =>
  ((await store.vulnerabilities.list('debian:12', 0, 100)) ?? []).map(({ name }) => name);

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  await expect.poll(condition).toBe(true);
};

describe('the updater', () => {
  it('updates at once, then each interval, and says when it did', async () => {
    const given = await setting();
    makeUpdater(given).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    expect(await given.store.values.get('updater/last')).toBe(String(START / 1000));
    expect(await vulnerabilities(given.store)).toEqual(['CVE-one']);
    expect(await readUpdaterState(given.store.values)).toMatchObject({
      complete: true,
      problems: [],
      feeds: [{ name: 'one', status: 'changed', records: 1, updatedAt: '2026-11-25T10:00:00.000Z' }],
    });
    await until(async () => (await given.store.locks.find('updater')) === undefined);

    await given.clock.move(HOUR - 2 * MINUTE);
    expect(given.asked).toEqual(['one']);
    given.tell = (feed) => [advisoryOf(feed, 'CVE-one'), advisoryOf(feed, 'CVE-two')];
    // One that was not asleep yet as the hour ended looks again a minute later.
    await until(async () => {
      await given.clock.move(MINUTE);
      return (await vulnerabilities(given.store)).length === 2;
    });
    expect(given.asked).toEqual(['one', 'one']);
    await until(async () => Number(await given.store.values.get('updater/last')) >= (START + HOUR) / 1000);
  });

  it('keeps what there was of a feed that fails, takes what others say, and tries again soon', async () => {
    const given = await setting();
    makeUpdater(given, ['one', 'two']).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    given.tell = (feed) => {
      if (feed === 'one') throw new FeedError('feed.unreachable', 'https://u:hunter2@feed.example: no answer');
      return [advisoryOf(feed, 'CVE-two'), advisoryOf(feed, 'CVE-new')];
    };
    await given.clock.move(HOUR);
    await until(async () => (await vulnerabilities(given.store)).includes('CVE-new'));
    expect((await vulnerabilities(given.store)).toSorted()).toEqual(['CVE-new', 'CVE-one', 'CVE-two']);
    await until(async () => (await readUpdaterState(given.store.values))?.complete === false);
    const state = await readUpdaterState(given.store.values);
    expect(state?.feeds).toMatchObject([
      {
        name: 'one',
        status: 'failed',
        updatedAt: '2026-11-25T10:00:00.000Z',
        failure: expect.stringContaining('no answer'),
      },
      { name: 'two', status: 'changed', updatedAt: '2026-11-25T11:00:00.000Z' },
    ]);
    expect(oldestData(state!)).toBe('2026-11-25T10:00:00.000Z');
    expect(await given.store.values.get('updater/last')).toBe(String(START / 1000));
    const line = given.lines.find((text) => text.includes('what was there before is still served'));
    expect(JSON.parse(line!)).toMatchObject({ Level: 'warning', oldest: '2026-11-25T10:00:00.000Z', failures: 1 });
    expect(given.lines.join('')).not.toContain('hunter2');

    given.tell = (feed) => [advisoryOf(feed, `CVE-${feed}`)];
    const before = given.asked.length;
    await given.clock.move(2 * MINUTE);
    await until(() => given.asked.length > before);
    await until(async () => (await readUpdaterState(given.store.values))?.complete === true);
  });

  it('lets one of many processes update', async () => {
    const given = await setting();
    const other = { ...given, file: path.join(temporaryFolder(), 'advisories.db') };
    const gate = Promise.withResolvers<void>();
    given.tell = async function* (feed) {
      await gate.promise;
      yield advisoryOf(feed, 'CVE-one');
    };
    makeUpdater(given).start();
    await until(() => given.asked.length === 1);
    const second = makeUpdater(other);
    second.start();
    await until(() => second.phase === 'elsewhere');
    await given.clock.move(9 * MINUTE);
    expect(given.asked).toEqual(['one']);
    // The lock was extended by then: without that it would have ended.
    await given.clock.move(5 * MINUTE);
    expect([given.asked, second.phase]).toEqual([['one'], 'elsewhere']);
    gate.resolve();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    await given.clock.move(5 * MINUTE);
    expect(given.asked).toEqual(['one']);
  });

  it('does not take data over that is older than what another machine brought', async () => {
    const given = await setting();
    makeUpdater(given, ['one', 'two']).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    await updaters.splice(0)[0]!.stop();

    const other: Setting = { ...given, file: path.join(temporaryFolder(), 'advisories.db'), asked: [] };
    other.tell = (feed) => {
      if (feed === 'one') throw new FeedError('feed.unreachable', 'no answer');
      return [advisoryOf(feed, 'CVE-two')];
    };
    makeUpdater(other, ['one', 'two']).start();
    await given.clock.move(HOUR);
    await until(async () => (await readUpdaterState(given.store.values))?.complete === false);
    expect((await vulnerabilities(given.store)).toSorted()).toEqual(['CVE-one', 'CVE-two']);
    const state = await readUpdaterState(given.store.values);
    expect(state?.problems).toEqual([
      expect.stringMatching(/older than what another one put into the service \(one\)/),
    ]);
    expect(state?.feeds[0]).toMatchObject({ updatedAt: '2026-11-25T10:00:00.000Z', records: 1 });
  });

  it('abandons an update when it is stopped, and leaves no lock', async () => {
    const given = await setting();
    given.tell = async function* (feed) {
      yield advisoryOf(feed, 'CVE-one');
      await new Promise<void>((resolve) => setTimeout(resolve, 50));
      for (let n = 0; ; n++) yield advisoryOf(feed, `CVE-${n}`);
    };
    const updater = makeUpdater(given);
    updater.start();
    await until(() => given.asked.length === 1);
    await updater.stop();
    expect(await given.store.values.get('updater/last')).toBeUndefined();
    expect(await readUpdaterState(given.store.values)).toBeUndefined();
    expect(await vulnerabilities(given.store)).toEqual([]);
    expect(await given.store.locks.find('updater')).toBeUndefined();
  });

  it('stands a clock that is set back and forth', async () => {
    const given = await setting();
    makeUpdater(given).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    given.clock.time -= 1000 * 24 * HOUR;
    await given.clock.move(HOUR + MINUTE);
    await until(() => given.asked.length >= 1);
    const before = given.asked.length;
    expect(before).toBeLessThanOrEqual(3);
    given.clock.time += 2000 * 24 * HOUR;
    await given.clock.move(MINUTE);
    await until(() => given.asked.length === before + 1);
  });

  it('forgets what a clock said that was ahead for years', async () => {
    const given = await setting();
    given.clock.time = Date.parse('2100-01-01T00:00:00Z');
    makeUpdater(given).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    given.clock.time = START;
    given.tell = (feed) => [advisoryOf(feed, 'CVE-new')];
    await given.clock.move(MINUTE);
    await until(async () => (await vulnerabilities(given.store)).includes('CVE-new'));
    const known = async () => (await readUpdaterState(given.store.values))?.feeds[0]?.updatedAt;
    await until(async () => Date.parse((await known()) ?? '') <= given.clock.now());
    expect(given.asked).toHaveLength(2);
    expect(Number(await given.store.values.get('updater/last')) * 1000).toBeLessThanOrEqual(given.clock.now());
    await given.clock.move(10 * MINUTE);
    expect(given.asked).toHaveLength(2);
  });

  it('gets on with a process whose clock is hours ahead', async () => {
    const given = await setting();
    const other: Setting = { ...given, file: path.join(temporaryFolder(), 'advisories.db'), clock: new TestClock() };
    other.clock.time += 5 * HOUR;
    makeUpdater(given).start();
    await until(async () => (await readUpdaterState(given.store.values))?.complete === true);
    makeUpdater(other).start();
    for (let hour = 0; hour < 3; hour++) {
      for (let minute = 0; minute < 60; minute++)
        await Promise.all([given.clock.move(MINUTE), other.clock.move(MINUTE)]);
      // Each of them once an hour at most, not one because of the other.
      expect(given.asked.length).toBeLessThanOrEqual(2 * (hour + 2));
    }
    expect((await readUpdaterState(given.store.values))?.problems).toEqual([]);
  });

  it('answers a request once, whatever the clock of whoever asked', async () => {
    const given = await setting();
    makeUpdater(given).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    for (const [runs, skew] of [HOUR, -HOUR].entries()) {
      given.clock.time += skew;
      await requestUpdate(given.store.values);
      given.clock.time -= skew;
      await given.clock.move(MINUTE);
      await until(() => given.asked.length === runs + 2);
      await until(async () => !(await isUpdateRequested(given.store.values)));
      await given.clock.move(3 * MINUTE);
      expect(given.asked).toHaveLength(runs + 2);
    }
  });

  it('tells of feeds that it is to keep no longer, for as long as their records are used', async () => {
    const given = await setting();
    makeUpdater(given, ['one', 'two']).start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    await updaters.splice(0)[0]!.stop();
    given.clock.time += 30 * 24 * HOUR;
    const states = async () =>
      (await readUpdaterState(given.store.values))?.feeds.map(
        ({ name, status, records, updatedAt }) => `${name} ${status} ${records} ${updatedAt?.slice(0, 10)}`,
      );
    makeUpdater(given, ['one']).start();
    await until(async () => (await states())?.[1] === 'two unkept 1 2026-11-25');
    const state = await readUpdaterState(given.store.values);
    expect(state).toMatchObject({ complete: true, feeds: [{ name: 'one' }, { name: 'two' }] });
    expect(oldestData(state!)).toBe('2026-11-25T10:00:00.000Z');
    expect(await given.store.values.get('updater/last')).toBe(String(given.clock.time / 1000));
    expect((await vulnerabilities(given.store)).toSorted()).toEqual(['CVE-one', 'CVE-two']);
    expect(given.lines.join('')).toContain('not kept up to date');
    // Again, by a run that learns of it from the state alone.
    await requestUpdate(given.store.values);
    await given.clock.move(2 * MINUTE);
    await until(async () => !(await isUpdateRequested(given.store.values)));
    expect(await states()).toContain('two unkept 1 2026-11-25');
    await updaters.splice(0)[0]!.stop();

    // A database without it.
    await requestUpdate(given.store.values);
    makeUpdater({ ...given, file: path.join(temporaryFolder(), 'advisories.db') }, ['one']).start();
    await until(async () => (await states())?.length === 1);
    expect(await vulnerabilities(given.store)).toEqual(['CVE-one']);
  });

  it('takes over what somebody else put into the database where no network is allowed', async () => {
    const given = await setting();
    const updater = makeUpdater(given, ['one'], true);
    updater.start();
    await until(async () => (await readUpdaterState(given.store.values))?.problems.length === 1);
    await localAdvisories(given, ['one']).fetch?.(new AbortController().signal);
    given.asked.length = 0;
    await given.clock.move(3 * MINUTE);
    await until(async () => (await vulnerabilities(given.store)).length === 1);
    await until(async () => (await readUpdaterState(given.store.values))?.complete === true);
    expect(await readUpdaterState(given.store.values)).toMatchObject({ feeds: [{ status: 'not asked', records: 1 }] });
    // The age of the data, not the time of the look.
    expect(await given.store.values.get('updater/last')).toBe(String(START / 1000));
    const { length } = given.lines;
    await given.clock.move(50 * MINUTE);
    expect(given.lines).toHaveLength(length);
    expect(given.asked).toEqual([]);
  });

  it('updates when somebody asks for it, once: at once in this process, within a minute in another one', async () => {
    const given = await setting();
    const updater = makeUpdater(given);
    updater.start();
    await until(async () => (await given.store.values.get('updater/last')) !== undefined);
    given.clock.time += 1000;
    await requestUpdate(given.store.values);
    given.clock.time += 1000;
    expect(given.asked).toHaveLength(1);
    updater.wake();
    await until(() => given.asked.length === 2);
    await until(async () => !(await isUpdateRequested(given.store.values)));
    await given.clock.move(5 * MINUTE);
    expect(given.asked).toHaveLength(2);
    await requestUpdate(given.store.values);
    await given.clock.move(MINUTE);
    await until(() => given.asked.length === 3);
  });
});
