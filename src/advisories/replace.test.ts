import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { day, fillDatabase, makeDatabase, manyAdvisories, recordsOf } from '../../test/support/artefacts.ts';
import { fakeFeed, tellAll } from '../../test/support/fake-feed.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { removeLeftovers, replaceDatabase } from './replace.ts';
import { guarded, loadSqlite, openForReading } from './sqlite.ts';
import { AdvisoryWriter } from './writer.ts';

/** A copy of a database with a log that a killed update left: what is in it is committed. */
async function withLog(source: string): Promise<string> {
  const writer = await AdvisoryWriter.open(source);
  writer.database.exec('PRAGMA wal_autocheckpoint = 0');
  const transaction = await writer.begin(
    fakeFeed('debian', () => []),
    day(2),
  );
  for (const event of tellAll(manyAdvisories(500))) transaction.apply(event);
  transaction.commit();
  const copy = path.join(temporaryFolder(), 'advisories.db');
  for (const suffix of ['', '-wal']) writeFileSync(`${copy}${suffix}`, readFileSync(`${source}${suffix}`));
  writer.close();
  return copy;
}

describe('replaceDatabase', () => {
  it('takes a log that was left into the old database, so that it is not taken for one of the new', async () => {
    const target = await withLog(await makeDatabase(5));
    expect(existsSync(`${target}-wal`)).toBe(true);
    const fresh = await makeDatabase(9);
    await replaceDatabase(fresh, target);
    expect(readdirSync(path.dirname(target))).toEqual(['advisories.db']);
    expect(await recordsOf(target)).toHaveLength(9);
  });

  it('waits for an update to end, and keeps the next one out until it is done', async () => {
    const target = await makeDatabase(5);
    const writer = await AdvisoryWriter.open(target);
    const transaction = await writer.begin(
      fakeFeed('other', () => []),
      day(2),
    );
    let waited = 0;
    const done = replaceDatabase(await makeDatabase(9), target, { onWait: () => waited++ });
    await new Promise((resolve) => setTimeout(resolve, 250));
    for (const event of tellAll(manyAdvisories(3))) transaction.apply(event);
    transaction.commit();
    writer.close();
    await done;
    expect(waited).toBe(1);
    expect(await recordsOf(target)).toHaveLength(9);
  });

  it('gives up after a while, and leaves both as they are', async () => {
    const target = await makeDatabase(5);
    const fresh = await makeDatabase(9);
    const writer = await AdvisoryWriter.open(target);
    await writer.begin(
      fakeFeed('other', () => []),
      day(2),
    );
    await expect(replaceDatabase(fresh, target, { waitMs: 200 })).rejects.toThrow(/Another process is updating/);
    writer.close();
    expect(await recordsOf(target)).toHaveLength(5);
    expect(await recordsOf(fresh)).toHaveLength(9);
  });

  it('does not wait for whoever reads', async () => {
    const target = await makeDatabase(5);
    const reader = await openForReading(target);
    const rows = reader.prepare('SELECT name FROM advisory').iterate();
    rows.next();
    await replaceDatabase(await makeDatabase(9), target, { waitMs: 0 });
    expect([...rows]).toHaveLength(4);
    reader.close();
  });

  it('lets nobody go on with an update of the old file, and says so', async () => {
    const target = await makeDatabase(5);
    const { DatabaseSync } = await loadSqlite();
    const late = new DatabaseSync(target);
    await replaceDatabase(await makeDatabase(9), target);
    const write = () => guarded(target, () => late.exec("INSERT INTO meta VALUES ('late', 'x')"));
    expect(write).toThrow(/^Another process put a new advisory database in place of /);
    late.close();
    expect(await recordsOf(target)).toHaveLength(9);
    await fillDatabase(target, manyAdvisories(10), day(3));
    expect(await recordsOf(target)).toHaveLength(10);
  });
});

describe('removeLeftovers', () => {
  it('removes files of the kinds and of processes that are no more', () => {
    const folder = temporaryFolder();
    const names = ['a.db', 'a.db.x-99999999', 'a.db.x-99999999-wal', 'a.db.y-99999999', 'b.db.x-99999999', 'a.db.x-'];
    for (const name of [...names, `a.db.x-${process.pid}`]) writeFileSync(path.join(folder, name), '');
    removeLeftovers(path.join(folder, 'a.db'), ['x']);
    expect(readdirSync(folder).sort()).toEqual(
      ['a.db', 'a.db.x-', `a.db.x-${process.pid}`, 'a.db.y-99999999', 'b.db.x-99999999'].sort(),
    );
  });
});
