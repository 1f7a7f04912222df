import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { AdvisoryWriter } from '../advisories/writer.ts';
import { isBlankDatabase } from './blank-database.ts';

function made(sql: string): string {
  const file = path.join(temporaryFolder(), 'a.db');
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
  return file;
}

describe('isBlankDatabase', () => {
  it.each<[string, () => string, boolean]>([
    ['nothing', () => path.join(temporaryFolder(), 'a.db'), true],
    ['an empty file', () => writeTemporary('a.db', ''), true],
    ['a database without a table', () => made('PRAGMA journal_mode = WAL'), true],
    ['a database of somebody else', () => made('CREATE TABLE a (b)'), false],
    ['text', () => writeTemporary('a.db', 'x'.repeat(200)), false],
    ['a few bytes', () => writeTemporary('a.db', 'x'), false],
    ['a folder', temporaryFolder, false],
    ['a path through a file', () => '/dev/null/a.db', true],
  ])('of %s', (_, make, expected) => {
    expect(isBlankDatabase(make())).toBe(expected);
  });

  it('is false of the database of advisories, also an empty one', async () => {
    const file = path.join(temporaryFolder(), 'a.db');
    const writer = await AdvisoryWriter.open(file);
    writer.close();
    expect(isBlankDatabase(file)).toBe(false);
  });
});
