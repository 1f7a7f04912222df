import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { advisoriesIn, fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { Advisory } from '../model/advisory.ts';
import { type AdvisoryDatabase, openAdvisories } from './database.ts';
import { runFeed } from './feed-run.ts';
import { AdvisoryWriter } from './writer.ts';

const progress = { report() {} };
let file: string;

beforeEach(() => {
  file = path.join(temporaryFolder(), 'a.db');
});

async function tell(advisories: readonly Advisory[], historyDays = 90, dropsReleases = false): Promise<void> {
  const writer = await AdvisoryWriter.open(file);
  try {
    const events = async function* () {
      yield* tellAll(advisories);
    };
    const feed = fakeFeed('feed', () => [], { dropsReleases });
    const outcome = await runFeed(writer, feed, events, { now: new Date(), progress, historyDays });
    if (outcome.error !== undefined) throw outcome.error;
  } finally {
    writer.close();
  }
}

async function ask<T>(question: (database: AdvisoryDatabase) => T): Promise<T> {
  const database = await openAdvisories(file);
  try {
    return question(database);
  } finally {
    database.close();
  }
}

const byKey = (a: Advisory, b: Advisory) => (a.key < b.key ? -1 : 1);
const everything = async () => await ask((database) => [...database.records()].map((r) => r.advisory).sort(byKey));
const since = async (generation: number) => await ask((database) => [...database.recordsSince(generation)]);

describe('records', () => {
  it('come whole, as the feed told them', async () => {
    const advisory: Advisory = {
      ...plainAdvisory('2024-1', {
        aliases: ['GHSA-1'],
        description: 'Long\ntext',
        cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N', source: 'nvd', score: 9.8 }],
      }),
      affected: [
        { namespace: 'debian:12', package: 'b', nameKind: 'source', state: 'fixed', ranges: [{ fixed: '2' }] },
        {
          namespace: 'debian:11',
          package: 'a',
          nameKind: 'binary',
          state: 'affected',
          ranges: [{ introduced: '1', lastAffected: '3' }],
          versions: ['7'],
          note: 'words',
        },
      ],
    };
    await tell([advisory]);
    expect(await ask((database) => [...database.records()])).toEqual([{ feed: 'feed', advisory }]);
  });

  it('come page by page, each once', async () => {
    const all = advisoriesIn(2500).sort(byKey);
    await tell(all);
    expect(await everything()).toEqual(all);
  });

  it('do not change under a reader while another update is written', async () => {
    const all = advisoriesIn(1500).sort(byKey);
    await tell(all);
    const database = await openAdvisories(file);
    const records = database.records()[Symbol.iterator]();
    const read = [records.next().value!.advisory];
    await tell([...all.slice(0, 1000), plainAdvisory('new')]);
    for (let next = records.next(); next.done !== true; next = records.next()) read.push(next.value.advisory);
    database.close();
    expect(read.sort(byKey)).toEqual(all);
  });

  it('keep what was last known of a namespace that its publisher gave up', async () => {
    const old = advisoriesIn(50, 'debian:10');
    const [both] = advisoriesIn(1, 'debian:11') as [Advisory];
    const entry = (namespace: string) => ({ ...both.affected[0]!, namespace });
    await tell([...old, { ...both, affected: [entry('debian:11'), entry('debian:10')] }], 90, true);
    const before = await everything();
    await tell([{ ...both, affected: [entry('debian:11')] }], 90, true);
    expect(await everything()).toEqual(before);
    expect((await since(1)).map(({ key, advisory }) => [key, advisory?.affected.length])).toContainEqual([both.key, 2]);
    expect((await since(1)).every(({ advisory }) => advisory !== undefined)).toBe(true);
  });
});

describe('records since a generation', () => {
  it('are those that came, changed or went, as they are now', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((key) => plainAdvisory(key)) as [Advisory, Advisory, Advisory];
    await tell([a, b]);
    const changed = { ...a, title: 'another' };
    await tell([changed, c]);
    expect(await since(1)).toEqual([
      { feed: 'feed', key: 'a', advisory: changed },
      { feed: 'feed', key: 'b' },
      { feed: 'feed', key: 'c', advisory: c },
    ]);
    expect(await since(2)).toEqual([]);
  });
});

describe('a mark', () => {
  it('is the same for a generation whenever it is asked for', async () => {
    await tell([plainAdvisory('a')]);
    const first = await ask((database) => database.mark());
    await tell([plainAdvisory('a'), plainAdvisory('b')]);
    expect(first).toEqual(expect.any(String));
    expect(await ask((database) => [database.mark(1), database.mark(2) === first])).toEqual([first, false]);
  });

  it('is another one in a database that was made anew', async () => {
    await tell([plainAdvisory('a')]);
    const first = await ask((database) => database.mark());
    file = path.join(temporaryFolder(), 'b.db');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await tell([plainAdvisory('a')]);
    expect(await ask((database) => database.mark())).not.toBe(first);
  });

  it('is none of a generation that is no longer kept, or never was', async () => {
    await tell([plainAdvisory('a')]);
    await tell([plainAdvisory('a'), plainAdvisory('b')], -1);
    expect(await ask((database) => [database.mark(1), database.mark(7)])).toEqual([undefined, undefined]);
  });
});
