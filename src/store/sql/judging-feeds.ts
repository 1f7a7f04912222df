import { isCve } from '../../match/group.ts';
import { productNames, withProducts } from '../../match/repositories.ts';
import { type VersionJudge, type VersionVerdict, versionJudge } from '../../match/versions.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import type { PackageVersion } from '../package-version.ts';
import { type EntryKey, hitOf, readEntries, readRecords, type StoredEntry } from './advisories-hits.ts';
import type { NamesByNamespace } from './advisories-records.ts';
import type { SqlReader, SqlRow, SqlWriter } from './connection.ts';
import { readEnrichments, readRejections } from './enrichments.ts';
import { FEED } from './origins.ts';
import { readBuilds } from './package-builds.ts';

/** Package versions that are judged at a time. */
const CHUNK = 500;

/** So many names of packages, and it is quicker to look at every package version. */
const MANY = 5000;

interface KnownVersion extends PackageVersion {
  readonly id: number;
}

interface VersionRow {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly build: number;
}

/** Two numbers as one text. */
type Pair = `${number} ${number}`;

/** Judges package versions by what the feeds say, and keeps the pairs. */
export class FeedJudging {
  readonly #judge: VersionJudge;

  constructor(ecosystems: readonly Ecosystem[]) {
    this.#judge = versionJudge(ecosystems);
  }

  /** Where records of feeds on packages of a namespace stand. */
  namespacesOf(namespace: string): readonly string[] {
    return this.#judge.namespacesOf(namespace);
  }

  /** Keeps the pairs of package versions that have none yet. */
  async judgeNew(sql: SqlWriter, ids: readonly number[]): Promise<void> {
    // Most servers have advisories; those that wait for their first ones need not ask for each version.
    if ((await sql.get('SELECT 1 AS one FROM advisory LIMIT 1')) === undefined) return;
    for (let at = 0; at < ids.length; at += CHUNK) {
      await this.#update(sql, await readVersions(sql, ids.slice(at, at + CHUNK)));
    }
  }

  /**
   * Judges again what changed entries may concern.
   * @param packages names of packages, source or binary, in the namespaces of advisories
   * @param changed gets the rows of vulnerabilities whose pairs became others
   * @returns how many package versions
   */
  async judgeAgain(sql: SqlWriter, packages: NamesByNamespace, changed: Set<number>): Promise<number> {
    const names = new Set([...packages.values()].flatMap((own) => [...own]));
    if (names.size === 0) return 0;
    const namespaces = await numbersOfNamespaces(sql);
    const isTouched = (version: PackageVersion): boolean =>
      this.#judge.keysOf(version).some((key) => {
        const namespace = namespaces.get(key.namespace);
        return namespace !== undefined && packages.get(namespace)?.has(key.package) === true;
      });
    let judged = 0;
    const ids = names.size > MANY ? await allVersions(sql) : await versionsNamed(sql, [...names]);
    for (let at = 0; at < ids.length; at += CHUNK) {
      const versions = (await readVersions(sql, ids.slice(at, at + CHUNK))).filter(isTouched);
      await this.#update(sql, versions, changed, namespaces);
      judged += versions.length;
    }
    return judged;
  }

  /** Judges again what may come from some repositories. Returns how many package versions. */
  async judgeRepositories(sql: SqlWriter, repositories: ReadonlySet<string>, changed: Set<number>): Promise<number> {
    if (repositories.size === 0) return 0;
    const ids = await versionsFrom(sql, repositories);
    for (let at = 0; at < ids.length; at += CHUNK) {
      await this.#update(sql, await readVersions(sql, ids.slice(at, at + CHUNK)), changed);
    }
    return ids.length;
  }

  /** Judges package versions and brings their pairs with rows of feeds up to date. */
  async #update(
    sql: SqlWriter,
    versions: readonly KnownVersion[],
    changed: Set<number> = new Set(),
    namespaces?: ReadonlyMap<string, number>,
  ): Promise<void> {
    const known = namespaces ?? (await numbersOfNamespaces(sql));
    const verdicts = await this.#verdicts(sql, versions, known);
    const rowOf = await this.#rows(sql, verdicts, known);
    const affected = new Map<Pair, SqlRow>();
    const unjudged = new Map<Pair, SqlRow>();
    for (const [index, verdict] of verdicts.entries()) {
      const { id } = versions[index]!;
      for (const { namespace, name, fixedVersion } of verdict.affected) {
        const row = rowOf(namespace, name);
        if (row !== undefined) affected.set(`${id} ${row}`, [id, row, fixedVersion ?? null]);
      }
      for (const { namespace, name, reason } of verdict.unjudged) {
        const row = rowOf(namespace, name);
        if (row !== undefined) unjudged.set(`${id} ${row}`, [id, row, reason]);
      }
    }
    const ids = JSON.stringify(versions.map(({ id }) => id));
    for (const row of await replacePairs(sql, 'affected', 'fixed_by', ids, affected)) changed.add(row);
    await replacePairs(sql, 'unjudged', 'reason', ids, unjudged);
  }

  async #verdicts(
    sql: SqlReader,
    versions: readonly KnownVersion[],
    namespaces: ReadonlyMap<string, number>,
  ): Promise<readonly VersionVerdict[]> {
    const places = new Map<string, number>();
    const keys: EntryKey[] = [];
    const asked = versions.map((version) =>
      this.#judge.keysOf(version).flatMap(({ namespace, package: name }) => {
        const namespaceId = namespaces.get(namespace);
        if (namespaceId === undefined) return [];
        const text = `${namespaceId} ${name}`;
        let place = places.get(text);
        if (place === undefined) {
          place = keys.length;
          places.set(text, place);
          keys.push({ namespaceId, namespace, package: name });
        }
        return [place];
      }),
    );
    const entries = await readEntries(sql, keys);
    // Nearly all versions are past every fix: only of the others the records themselves are wanted.
    const open = versions.map((version, index) => {
      const own: StoredEntry[] = asked[index]!.flatMap((place) => entries[place]!);
      return own.some(({ affected }) => this.#judge.isOpen(version, affected)) ? own : [];
    });
    const records = await readRecords(
      sql,
      open.flatMap((own) => own.map(({ record }) => record)),
    );
    const ids = [...records.values()].flatMap(({ advisory: { id, aliases } }) => [id, ...aliases]);
    const rejections = await readRejections(sql, ids.filter(isCve));
    return versions.map((version, index) =>
      this.#judge.judge(
        version,
        open[index]!.map((entry) => hitOf(entry, records)),
        rejections,
      ),
    );
  }

  /** The rows in use of vulnerabilities; those that a user's word hides have none. */
  async #rows(
    sql: SqlReader,
    verdicts: readonly VersionVerdict[],
    namespaces: ReadonlyMap<string, number>,
  ): Promise<(namespace: string, name: string) => number | undefined> {
    const wanted = new Map<string, readonly [number, string]>();
    for (const { affected, unjudged } of verdicts) {
      for (const { namespace, name } of [...affected, ...unjudged]) {
        const id = namespaces.get(namespace);
        if (id !== undefined) wanted.set(`${id} ${name}`, [id, name]);
      }
    }
    const rows =
      wanted.size === 0
        ? []
        : await sql.all<{ readonly id: number; readonly namespace: number; readonly name: string }>(
            `SELECT v.id, i.namespace_id AS namespace, i.name
            FROM ${sql.dialect.tuples('$1', 'i', { namespace_id: 'integer', name: 'text' })}
            CROSS JOIN vulnerability v WHERE v.namespace_id = i.namespace_id AND v.name = i.name
              AND v.deleted_at IS NULL AND v.origin = ${FEED}`,
            [JSON.stringify([...wanted.values()])],
          );
    const ids = new Map(rows.map(({ id, namespace, name }) => [`${namespace} ${name}`, id]));
    return (namespace, name) => ids.get(`${namespaces.get(namespace)} ${name}`);
  }
}

async function numbersOfNamespaces(sql: SqlReader): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all<{ readonly id: number; readonly name: string }>('SELECT id, name FROM namespace');
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/** Package versions, in the order of their numbers. */
async function readVersions(sql: SqlReader, ids: readonly number[]): Promise<readonly KnownVersion[]> {
  const rows = await sql.all<VersionRow>(
    `SELECT p.id, n.name AS namespace, p.name, p.version, p.source_name AS "sourceName",
      p.source_version AS "sourceVersion", p.build_id AS build
    FROM ${sql.dialect.list('$1', 'i', 'integer')} CROSS JOIN package_version p CROSS JOIN namespace n
    WHERE p.id = i.value AND n.id = p.namespace_id`,
    [JSON.stringify(ids)],
  );
  const builds = await readBuilds(
    sql,
    rows.map(({ build }) => build),
  );
  const versions = rows.map(({ id, namespace, name, version, sourceName, sourceVersion, build }): KnownVersion => {
    const source = sourceName === '' ? undefined : { name: sourceName, version: sourceVersion };
    return { id, namespace, name, version, ...(source !== undefined && { source }), ...builds.get(build) };
  });
  const products = await readEnrichments(sql, productNames(versions));
  return withProducts(versions, { enrich: (names) => names.map((name) => products.get(name) ?? []) });
}

/** Numbers of the package versions that may come from some repositories. */
async function versionsFrom(sql: SqlReader, repositories: ReadonlySet<string>): Promise<readonly number[]> {
  const ids = await sql.all<{ readonly id: number }>('SELECT id FROM package_build');
  const builds: number[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    const known = await readBuilds(
      sql,
      ids.slice(at, at + CHUNK).map(({ id }) => id),
    );
    for (const [id, build] of known) if (build.repositories?.some((one) => repositories.has(one))) builds.push(id);
  }
  if (builds.length === 0) return [];
  const rows = await sql.all<{ readonly id: number }>(
    `SELECT p.id FROM package_version p WHERE p.build_id IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'integer')})
    ORDER BY ${CALLED}, p.namespace_id, p.id`,
    [JSON.stringify(builds)],
  );
  return rows.map(({ id }) => id);
}

/**
 * What advisories call a package version, nearly always: those of one name are judged together, so that the records on
 * it are read once.
 */
const CALLED = `CASE WHEN p.source_name = '' THEN p.name ELSE p.source_name END`;

/** Numbers of all package versions. */
async function allVersions(sql: SqlReader): Promise<readonly number[]> {
  const rows = await sql.all<{ readonly id: number }>(
    `SELECT p.id FROM package_version p ORDER BY ${CALLED}, p.namespace_id, p.id`,
  );
  return rows.map(({ id }) => id);
}

/** Numbers of the package versions that have one of the names, or whose source has. */
async function versionsNamed(sql: SqlReader, names: readonly string[]): Promise<readonly number[]> {
  const spaces = await sql.all<{ readonly id: number }>(
    `SELECT n.id FROM namespace n WHERE EXISTS (SELECT 1 FROM package_version p WHERE p.namespace_id = n.id)`,
  );
  const list = sql.dialect.list('$1', 'i', 'text');
  const asked = JSON.stringify(names);
  const found = new Map<number, string>();
  for (const { id: namespace } of spaces) {
    for (const condition of ['o.name = i.value', `o.source_name = i.value AND o.source_name <> ''`]) {
      const rows = await sql.all<{ readonly id: number; readonly called: string }>(
        `SELECT p.id, ${CALLED} AS called FROM package_version p WHERE p.id IN (
          SELECT o.id FROM ${list} CROSS JOIN package_version o WHERE o.namespace_id = $2 AND ${condition})`,
        [asked, namespace],
      );
      for (const { id, called } of rows) found.set(id, called);
    }
  }
  return [...found].sort(([idA, a], [idB, b]) => (a < b ? -1 : a > b ? 1 : idA - idB)).map(([id]) => id);
}

/**
 * Makes the pairs of package versions with rows of feeds those that are given.
 * @returns the rows whose pairs became others
 */
async function replacePairs(
  sql: SqlWriter,
  table: 'affected' | 'unjudged',
  column: 'fixed_by' | 'reason',
  ids: string,
  wanted: ReadonlyMap<Pair, SqlRow>,
): Promise<ReadonlySet<number>> {
  const before = await sql.all<{ readonly version: number; readonly row: number; readonly value: string | null }>(
    `SELECT a.package_version_id AS version, a.vulnerability_id AS row, a.${column} AS value
    FROM ${sql.dialect.list('$1', 'i', 'integer')} CROSS JOIN ${table} a JOIN vulnerability v ON v.id = a.vulnerability_id
    WHERE a.package_version_id = i.value AND v.deleted_at IS NULL AND v.origin = ${FEED}`,
    [ids],
  );
  const kept = new Set<Pair>();
  const outdated: (readonly [number, number])[] = [];
  for (const { version, row, value } of before) {
    const pair: Pair = `${version} ${row}`;
    if (wanted.get(pair)?.[2] === value && wanted.has(pair)) kept.add(pair);
    else outdated.push([version, row]);
  }
  if (outdated.length > 0) {
    const list = sql.dialect.tuples('$1', 'i', { package_version_id: 'integer', vulnerability_id: 'integer' });
    await sql.run(
      `DELETE FROM ${table} WHERE (package_version_id, vulnerability_id) IN
        (SELECT package_version_id, vulnerability_id FROM ${list})`,
      [JSON.stringify(outdated)],
    );
  }
  const rows = [...wanted].flatMap(([pair, row]) => (kept.has(pair) ? [] : [row]));
  if (rows.length > 0) await sql.load(table, ['package_version_id', 'vulnerability_id', column], rows);
  return new Set([...outdated.map(([, row]) => row), ...rows.map(([, row]) => row as number)]);
}
