import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import type { Advisory, AdvisoryHit, Affected } from '../model/advisory.ts';
import { severities } from '../model/severity.ts';
import { type OpenOptions, openAdvisories } from './database.ts';
import { runFeed } from './feed-run.ts';
import { loadSqlite } from './sqlite.ts';
import { AdvisoryWriter } from './writer.ts';

const day = (n: number): Date => new Date(Date.UTC(2024, 0, n));
const progress = { report() {} };

async function write(file: string, advisories: readonly Advisory[], now = day(1), feed = 'feed', historyDays = 90) {
  const writer = await AdvisoryWriter.open(file);
  try {
    const outcome = await runFeed(
      writer,
      fakeFeed(feed, () => []),
      async function* () {
        yield* tellAll(advisories);
      },
      { now, progress, force: true, historyDays },
    );
    if (outcome.error !== undefined) throw outcome.error;
    return outcome;
  } finally {
    writer.close();
  }
}

async function fresh(advisories: readonly Advisory[]): Promise<string> {
  const file = path.join(temporaryFolder(), 'a.db');
  await write(file, advisories);
  return file;
}

async function ask<T>(
  file: string,
  question: (database: Awaited<ReturnType<typeof openAdvisories>>) => T,
  options?: OpenOptions,
): Promise<T> {
  const database = await openAdvisories(file, options);
  try {
    return question(database);
  } finally {
    database.close();
  }
}

/** A hit without what is read later. */
function plain(hit: AdvisoryHit): object {
  return { ...hit };
}

const openssl = { namespace: 'debian:12', package: 'openssl' };

describe('a look-up', () => {
  it('answers every key in its place', async () => {
    const bash: Affected = { ...openssl, package: 'bash', nameKind: 'source', state: 'affected', ranges: [] };
    const file = await fresh([
      plainAdvisory('1'),
      plainAdvisory('2'),
      plainAdvisory('3', { affected: [bash, { ...bash, namespace: 'debian:13' }] }),
    ]);

    const answer = await ask(file, (database) =>
      database
        .lookUp([
          { ...openssl, package: 'unknown' },
          openssl,
          { namespace: 'alpine:edge', package: 'openssl' },
          { namespace: 'debian:13', package: 'bash' },
          openssl,
        ])
        .map((hits) => hits.map((hit) => hit.advisory.key)),
    );

    expect(answer).toEqual([[], ['1', '2'], [], ['3'], ['1', '2']]);
  });

  it('brings what was written, whatever it is', async () => {
    const text = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom("'; DROP TABLE affected; --", '%', '_', 'a\0b', '😀', '__proto__'),
      )
      .filter((value) => value.isWellFormed() && value !== '');
    const range = fc.record({ introduced: text, fixed: text, lastAffected: text }, { requiredKeys: [] });
    const affected = fc.record(
      {
        namespace: fc.constant('npm'),
        package: text,
        nameKind: fc.constantFrom('source', 'binary'),
        state: fc.constantFrom(
          'fixed',
          'affected',
          'will-not-fix',
          'deferred',
          'end-of-life',
          'under-investigation',
          'not-affected',
        ),
        ranges: fc.array(range, { maxLength: 3 }),
        versions: fc.array(text, { maxLength: 3 }),
        severity: fc.constantFrom(...severities),
        note: text,
      },
      { requiredKeys: ['namespace', 'package', 'nameKind', 'state', 'ranges'] },
    ) as fc.Arbitrary<Affected>;
    const cvss = fc.record(
      {
        version: fc.constant('3.1'),
        vector: text,
        source: text,
        score: fc.double({ min: 0, max: 10, noNaN: true }).map((x) => x + 0),
      },
      { requiredKeys: ['version', 'vector', 'source'] },
    );
    const advisory = fc.record(
      {
        id: text,
        aliases: fc.array(text, { maxLength: 3 }),
        related: fc.array(text, { minLength: 1, maxLength: 3 }),
        severity: fc.constantFrom(...severities),
        title: text,
        description: text,
        cvss: fc.array(cvss, { maxLength: 2 }),
        urls: fc.array(text, { maxLength: 2 }),
        published: text,
        modified: text,
        affected: fc.array(affected, { minLength: 1, maxLength: 4 }),
      },
      { requiredKeys: ['id', 'aliases', 'severity', 'urls', 'affected'] },
    ) as fc.Arbitrary<Omit<Advisory, 'key'>>;
    await fc.assert(
      fc.asyncProperty(fc.array(advisory, { minLength: 1, maxLength: 4 }), async (list) => {
        const advisories = list.map((each, i) => ({ key: `k${i}`, ...each }) as Advisory);
        const file = await fresh(advisories);
        for (const { affected: entries, ...rest } of advisories) {
          const names = [...new Set(entries.map((entry) => entry.package))];
          const found = await ask(file, (database) => {
            expect(database.byId(rest.id).filter((hit) => hit.advisory.key === rest.key)).toHaveLength(entries.length);
            return database
              .lookUp(names.map((name) => ({ namespace: 'npm', package: name })))
              .flat()
              .map(plain);
          });
          const own = (found as AdvisoryHit[]).filter((hit) => hit.advisory.key === rest.key);
          expect(own).toHaveLength(entries.length);
          for (const entry of entries) expect(own).toContainEqual({ feed: 'feed', advisory: rest, affected: entry });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds nothing by a name that could not be written down', async () => {
    const file = await fresh([plainAdvisory('1')]);

    expect(await ask(file, (database) => database.lookUp([{ namespace: '\ud800', package: 'a\udfff' }]))).toEqual([[]]);
  });

  it('of nothing is nothing', async () => {
    expect(await ask(await fresh([plainAdvisory('1')]), (database) => database.lookUp([]))).toEqual([]);
  });

  it('uses the indexes of every table', async () => {
    const file = await fresh([plainAdvisory('1')]);
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(file);
    const { LOOK_UP } = await import('./database.ts');

    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${LOOK_UP}`)
      .all('[]', 1)
      .map((row) => String(row['detail']));

    expect(plan).toEqual([
      expect.stringContaining('SCAN k'),
      expect.stringContaining('SEARCH n USING COVERING INDEX'),
      expect.stringContaining('SEARCH p USING COVERING INDEX'),
      expect.stringContaining('SEARCH a USING PRIMARY KEY (namespace=? AND package=?)'),
      expect.stringContaining('SEARCH z USING PRIMARY KEY (feed=? AND namespace=?)'),
    ]);
    database.close();
  });
});

describe('other questions', () => {
  it('by id, alias or related id', async () => {
    const file = await fresh([
      plainAdvisory('1', { aliases: ['GHSA-1'], related: ['DSA-1'] }),
      plainAdvisory('2', { aliases: ['CVE-1'] }),
    ]);

    const keys = (id: string) => ask(file, (database) => database.byId(id).map((hit) => hit.advisory.key));

    expect([await keys('CVE-1'), await keys('GHSA-1'), await keys('DSA-1'), await keys('CVE-9')]).toEqual([
      ['1', '2'],
      ['1'],
      ['1'],
      [],
    ]);
  });

  it('whether a namespace is known', async () => {
    const file = await fresh([plainAdvisory('1')]);

    expect(
      await ask(file, (database) => [database.hasNamespace('debian:12'), database.hasNamespace('debian:1')]),
    ).toEqual([true, false]);
  });

  it('what there is', async () => {
    const file = await fresh([plainAdvisory('1'), plainAdvisory('2')]);
    await write(file, [plainAdvisory('1')], day(2), 'another');

    expect(await ask(file, (database) => database.status())).toEqual({
      generation: 2,
      builtAt: day(2).toISOString(),
      starter: false,
      feeds: [
        { name: 'another', records: 1, updatedAt: day(2).toISOString() },
        { name: 'feed', records: 2, updatedAt: day(1).toISOString() },
      ],
    });
  });
});

describe('time', () => {
  const changed = plainAdvisory('2', { severity: 'low' });

  async function history(): Promise<string> {
    const file = await fresh([plainAdvisory('1'), plainAdvisory('2')]);
    await write(file, [changed, plainAdvisory('3')], day(10));
    await write(file, [changed], day(20));
    return file;
  }
  const state = (file: string, asOf?: Date) =>
    ask(
      file,
      (database) =>
        database
          .lookUp([openssl])
          .flat()
          .map(({ advisory }) => `${advisory.key} ${advisory.severity}`),
      asOf === undefined ? {} : { asOf },
    );

  it.each([
    [undefined, ['2 low']],
    [day(25), ['2 low']],
    [day(20), ['2 low']],
    [day(19), ['2 low', '3 high']],
    [day(10), ['2 low', '3 high']],
    [day(9), ['1 high', '2 high']],
    [day(1), ['1 high', '2 high']],
    [new Date(0), []],
  ])('as of %s', async (asOf, expected) => {
    expect((await state(await history(), asOf)).sort()).toEqual(expected);
  });

  it('tells what changed', async () => {
    const file = await history();
    const changes = (since: number, asOf?: Date) =>
      ask(
        file,
        (database) => database.changesSince(since).map(({ key, change }) => `${key} ${change}`),
        asOf === undefined ? {} : { asOf },
      );

    expect(await changes(0)).toEqual(['2 added']);
    expect(await changes(1)).toEqual(['1 removed', '2 changed']);
    expect(await changes(2)).toEqual(['3 removed']);
    expect(await changes(3)).toEqual([]);
    expect(await changes(1, day(10))).toEqual(['1 removed', '2 changed', '3 added']);
  });

  it('says nothing of what it has forgotten', async () => {
    const file = await history();
    await write(file, [changed, plainAdvisory('4')], day(100), 'feed', 85);

    expect((await state(file)).sort()).toEqual(['2 low', '4 high']);
    expect(await state(file, day(12))).toEqual(['2 low', '3 high']);
    expect(await state(file, day(5))).toEqual([]);
    expect(await ask(file, (database) => database.hasNamespace('debian:12'), { asOf: day(5) })).toBe(false);
  });

  it('stands still for a reader while somebody writes', async () => {
    const file = await fresh([plainAdvisory('1')]);
    const reader = await openAdvisories(file);

    await write(file, [plainAdvisory('2')], day(2));

    expect(
      reader
        .lookUp([openssl])
        .flat()
        .map((hit) => hit.advisory.key),
    ).toEqual(['1']);
    expect(reader.status().generation).toBe(1);
    reader.close();
    expect(await state(file)).toEqual(['2 high']);
  });
});

describe('a file that is no usable database', () => {
  const pragma = async (file: string, name: string, value: number) => {
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA ${name} = ${value}`);
    database.close();
  };

  it.each([
    ['that is absent', async () => '/nonexistent/a.db', 'advisories.missing', 'Run "drydock db update"'],
    ['that is a folder', async () => temporaryFolder(), 'advisories.unusable', 'is not a file'],
    [
      'of text',
      async () => writeTemporary('a.db', 'x'.repeat(5000)),
      'advisories.unusable',
      'is not an advisory database',
    ],
    ['that is empty', async () => writeTemporary('a.db', ''), 'advisories.unusable', 'no advisory database'],
    [
      'of another program',
      async () => {
        const file = path.join(temporaryFolder(), 'a.db');
        const { DatabaseSync } = await loadSqlite();
        const database = new DatabaseSync(file);
        database.exec('CREATE TABLE affected (x)');
        database.close();
        return file;
      },
      'advisories.unusable',
      'no advisory database',
    ],
    [
      'of a newer version (T-31)',
      async () => {
        const file = await fresh([plainAdvisory('1')]);
        await pragma(file, 'user_version', 99);
        return file;
      },
      'advisories.unusable',
      'newer version of Drydock (schema 99',
    ],
    [
      'of an older version',
      async () => {
        const file = await fresh([plainAdvisory('1')]);
        await pragma(file, 'user_version', 0);
        return file;
      },
      'advisories.unusable',
      'older version of Drydock (schema 0',
    ],
    [
      'that has no place for enrichments yet',
      async () => {
        const file = await fresh([plainAdvisory('1')]);
        await pragma(file, 'user_version', 1);
        return file;
      },
      'advisories.unusable',
      'older version of Drydock (schema 1, needed is 2). Remove it and run "drydock db update"',
    ],
  ])('%s is refused in words', async (_, make, code, words) => {
    const file = await make();

    await expect(openAdvisories(file)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('is found out when a damaged page is read', async () => {
    const file = await fresh(Array.from({ length: 3000 }, (_, i) => plainAdvisory(String(i))));
    const bytes = await import('node:fs').then((fs) => fs.readFileSync(file));
    bytes.fill(0xff, 4096 * 12);
    const damaged = `${file}.damaged`;
    writeFileSync(damaged, bytes);
    const questions = async (): Promise<unknown> =>
      ask(damaged, (database) => [
        database
          .lookUp([openssl])
          .flat()
          .map((hit) => hit.advisory.id),
        database.byId('CVE-7'),
      ]);

    await expect(questions()).rejects.toMatchObject({
      code: 'advisories.unusable',
      message: expect.stringContaining('damaged'),
    });
  });

  it('is not written to either', async () => {
    const file = await fresh([plainAdvisory('1')]);
    await pragma(file, 'user_version', 99);
    const before = `${file}.before`;
    copyFileSync(file, before);

    await expect(AdvisoryWriter.open(file)).rejects.toMatchObject({ code: 'advisories.unusable' });
    await expect(AdvisoryWriter.open(writeTemporary('b.db', 'x'.repeat(5000)))).rejects.toMatchObject({
      code: 'advisories.unusable',
    });
    await expect(AdvisoryWriter.open(temporaryFolder())).rejects.toMatchObject({ code: 'advisories.not-writable' });
    await expect(AdvisoryWriter.open(path.join(before, 'c.db'))).rejects.toMatchObject({
      code: 'advisories.not-writable',
    });
  });
});
