import { hash } from 'node:crypto';
import type { PackageBuild } from '../../match/versions.ts';
import { compareCodePoints } from '../../model/order.ts';
import type { SqlReader, SqlWriter } from './connection.ts';

/** Number of the build of which nothing is known. */
export const NO_BUILD = 0;

/** Characters of a build, at most. The largest images name some hundreds of repositories. */
export const LONGEST_BUILD: number = 64 * 1024;

/** Arch, vendor, module stream, repositories; null where absent, and nothing behind the last one. */
type Content = readonly [string | null, string | null, string | null, ...string[]];

/**
 * What a build is kept as: equal builds are equal texts, and both databases keep them as they are, since JSON escapes what
 * they cannot. Empty where nothing is known.
 */
export function buildText({ arch, vendor, modularity, repositories = [] }: PackageBuild): string {
  const known = [arch, vendor, modularity].some((part) => part !== undefined) || repositories.length > 0;
  return known ? JSON.stringify([arch ?? null, vendor ?? null, modularity ?? null, ...repositories]) : '';
}

function readBuild(text: string): PackageBuild {
  const [arch, vendor, modularity, ...repositories] = JSON.parse(text) as Content;
  return {
    ...(arch !== null && { arch }),
    ...(vendor !== null && { vendor }),
    ...(modularity !== null && { modularity }),
    ...(repositories.length > 0 && { repositories }),
  };
}

/** Finds the numbers of builds, and makes those that are new. */
export async function ensureBuilds(sql: SqlWriter, texts: Iterable<string>): Promise<ReadonlyMap<string, number>> {
  const wanted = new Map([...new Set(texts)].filter((text) => text !== '').map((text) => [digestOf(text), text]));
  const numbers = new Map([['', NO_BUILD]]);
  const find = async (): Promise<string[]> => {
    const rows = await sql.all<{ readonly id: number; readonly digest: string }>(
      `SELECT b.id, b.digest FROM ${sql.dialect.list('$1', 'i', 'text')} JOIN package_build b ON b.digest = i.value`,
      [JSON.stringify([...wanted.keys()])],
    );
    for (const { id, digest } of rows) numbers.set(wanted.get(digest)!, id);
    return [...wanted.keys()].filter((digest) => !numbers.has(wanted.get(digest)!));
  };
  if (wanted.size === 0) return numbers;
  // In one order everywhere, so that writers wait for each other instead of blocking each other.
  const missing = (await find()).sort(compareCodePoints);
  if (missing.length === 0) return numbers;
  await sql.run(
    `INSERT INTO package_build (digest, content)
    SELECT i.digest, i.content FROM ${sql.dialect.tuples('$1', 'i', { digest: 'text', content: 'text' })} WHERE 1 = 1
    ON CONFLICT DO NOTHING`,
    [JSON.stringify(missing.map((digest) => [digest, wanted.get(digest)!]))],
  );
  await find();
  return numbers;
}

/** Builds by number. */
export async function readBuilds(sql: SqlReader, ids: Iterable<number>): Promise<ReadonlyMap<number, PackageBuild>> {
  const asked = [...new Set(ids)].filter((id) => id !== NO_BUILD);
  if (asked.length === 0) return new Map();
  const rows = await sql.all<{ readonly id: number; readonly content: string }>(
    `SELECT b.id, b.content FROM ${sql.dialect.list('$1', 'i', 'integer')} JOIN package_build b ON b.id = i.value`,
    [JSON.stringify(asked)],
  );
  return new Map(rows.map(({ id, content }) => [id, readBuild(content)]));
}

function digestOf(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
