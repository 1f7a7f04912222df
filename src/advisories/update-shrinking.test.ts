import { describe, expect, it } from 'vitest';
import { file, keys, mirror, tracker, update, updateInEachTest } from '../../test/support/advisory-updates.ts';
import { advisoriesIn, fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import { debianTracker } from '../ecosystems/debian/feed.ts';
import type { Advisory } from '../model/advisory.ts';
import { openAdvisories } from './database.ts';

updateInEachTest();

describe('a namespace that shrinks', () => {
  it('by more than half is refused, unless it is forced', async () => {
    mirror.set('tracker/data/json', tracker(100));
    await update([debianTracker]);
    mirror.set('tracker/data/json', tracker(49));

    const { feeds } = await update([debianTracker]);

    expect(feeds[0]?.error).toMatchObject({
      code: 'feed.refused',
      message: expect.stringContaining('debian:12 from 100 to 49'),
    });
    expect(await keys()).toHaveLength(100);
    const forced = await update([debianTracker], { force: true });
    expect(forced.feeds[0]).toMatchObject({ status: 'changed', change: { removed: 51 } });
    expect(await keys()).toHaveLength(49);
  });

  it.each([
    ['by half', 100, 50],
    ['in a small namespace', 19, 1],
  ])('%s is taken', async (_, before, after) => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(before)))]);

    expect((await update([fakeFeed('f', () => tellAll(advisoriesIn(after)))])).feeds[0]?.status).toBe('changed');
  });

  it('is told apart from others of the same feed', async () => {
    await update([fakeFeed('f', () => tellAll([...advisoriesIn(1000), ...advisoriesIn(100, 'debian:13')]))]);

    const { feeds } = await update([
      fakeFeed('f', () => tellAll([...advisoriesIn(1000), ...advisoriesIn(10, 'debian:13')])),
    ]);

    expect(feeds[0]?.error?.message).toContain('debian:13 from 100 to 10');
  });

  it('to nothing is kept where the publisher drops old releases, and told', async () => {
    const feed = (...advisories: Advisory[]) => fakeFeed('f', () => tellAll(advisories), { dropsReleases: true });
    const old = advisoriesIn(50, 'debian:10');
    const current = advisoriesIn(50);
    const ask = async (namespace: string) => {
      const database = await openAdvisories(file);
      const hits = database.lookUp([{ namespace, package: 'openssl' }]).flat();
      const known = database.hasNamespace(namespace);
      database.close();
      return [hits.length, known];
    };
    await update([feed(...old, ...current)]);

    const gone = await update([feed(...current)]);
    expect(gone.feeds[0]).toMatchObject({ status: 'changed', change: { removed: 50, frozen: ['debian:10'] } });
    expect(await ask('debian:10')).toEqual([50, true]);

    await update([feed(...current, plainAdvisory('another'))], { historyDays: -1 });
    expect([await ask('debian:10'), await ask('debian:12')]).toEqual([
      [50, true],
      [51, true],
    ]);

    await update([feed(...current, ...old.slice(0, 30))]);
    expect(await ask('debian:10')).toEqual([30, true]);
  });

  it('to nothing is refused together with another, or where no release is ever dropped', async () => {
    const three = [...advisoriesIn(50), ...advisoriesIn(50, 'debian:10'), ...advisoriesIn(50, 'debian:11')];
    const feed = (advisories: Advisory[], dropsReleases: boolean) =>
      fakeFeed('f', () => tellAll(advisories), { dropsReleases });
    await update([feed(three, true)]);

    expect((await update([feed(advisoriesIn(50), true)])).feeds[0]?.status).toBe('failed');
    expect((await update([feed(three.slice(0, 100), false)])).feeds[0]?.status).toBe('failed');
  });
});
