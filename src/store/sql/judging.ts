import type { Ecosystem } from '../../model/ecosystem.ts';
import { VersionError } from '../../model/version-scheme.ts';
import type { NamesByNamespace } from './advisories-records.ts';
import type { SqlRow, SqlWriter } from './connection.ts';
import { FeedJudging } from './judging-feeds.ts';
import { USER } from './origins.ts';
import { VersionOrders } from './version-orders.ts';

/** A fix that a user wrote, with a package version that it may be about. */
interface Candidate {
  readonly vulnerability: number;
  readonly packageVersion: number;
  readonly namespace: string;
  readonly format: string;
  readonly version: string | null;
  readonly installed: string;
}

/** Finds out which package versions have which vulnerabilities, and keeps the pairs. */
export class Judging {
  readonly orders: VersionOrders;
  readonly #feeds: FeedJudging;

  constructor(ecosystems: readonly Ecosystem[]) {
    this.orders = new VersionOrders(ecosystems);
    this.#feeds = new FeedJudging(ecosystems);
  }

  /** Where records of feeds on packages of a namespace stand. */
  namespacesOf(namespace: string): readonly string[] {
    return this.#feeds.namespacesOf(namespace);
  }

  /** Keeps the pairs of package versions that are new. Takes the lock `new-packages`. */
  async judgeNew(sql: SqlWriter, packageVersionIds: readonly number[]): Promise<void> {
    if (packageVersionIds.length === 0) return;
    await sql.lock('new-packages');
    const ids = sql.dialect.list('$1', 'i', 'integer');
    const candidates = (own: boolean): string =>
      candidatesOf(own, `${ids} JOIN package_version p ON p.id = i.value`, '1 = 1');
    await this.#judge(sql, `${candidates(true)} UNION ALL ${candidates(false)}`, JSON.stringify(packageVersionIds));
    await this.#feeds.judgeNew(sql, packageVersionIds);
  }

  /**
   * Judges again what entries of advisories that changed may concern. Both locks on vulnerabilities are the caller's.
   * @param changed gets the rows of vulnerabilities whose pairs became others
   * @returns how many package versions
   */
  async judgeAgain(sql: SqlWriter, packages: NamesByNamespace, changed: Set<number>): Promise<number> {
    return await this.#feeds.judgeAgain(sql, packages, changed);
  }

  /**
   * Judges again what may come from repositories whose products changed. Both locks on vulnerabilities are the caller's.
   * @param changed as of `judgeAgain`
   * @returns how many package versions
   */
  async judgeRepositories(sql: SqlWriter, repositories: ReadonlySet<string>, changed: Set<number>): Promise<number> {
    return await this.#feeds.judgeRepositories(sql, repositories, changed);
  }

  /** Keeps the pairs of a row that a user wrote. Takes the lock `new-vulnerabilities`. */
  async judgeVulnerability(sql: SqlWriter, vulnerabilityId: number): Promise<void> {
    await sql.lock('new-vulnerabilities');
    const candidates = (own: boolean): string => candidatesOf(own, 'package_version p', 'v.id = $1');
    await this.#judge(sql, `${candidates(true)} UNION ALL ${candidates(false)}`, vulnerabilityId);
  }

  async #judge(sql: SqlWriter, statement: string, parameter: string | number): Promise<void> {
    const affected = new Map<string, SqlRow>();
    const unjudged = new Map<string, SqlRow>();
    for (const candidate of await sql.all<Candidate>(statement, [parameter])) {
      const { vulnerability, packageVersion, version } = candidate;
      const key = `${packageVersion} ${vulnerability}`;
      const verdict = this.#verdict(candidate);
      if (verdict === 'affected') affected.set(key, [packageVersion, vulnerability, version]);
      else if (verdict !== 'safe') unjudged.set(key, [packageVersion, vulnerability, verdict.message]);
    }
    await keep(sql, 'affected', 'fixed_by', affected);
    await keep(sql, 'unjudged', 'reason', unjudged);
  }

  #verdict({ namespace, format, version, installed }: Candidate): 'affected' | 'safe' | VersionError {
    if (version === null) return 'affected';
    try {
      return this.orders.compare({ name: namespace, versionFormat: format }, installed, version) < 0
        ? 'affected'
        : 'safe';
    } catch (error) {
      if (error instanceof VersionError) return error;
      throw error;
    }
  }
}

async function keep(
  sql: SqlWriter,
  table: 'affected' | 'unjudged',
  column: 'fixed_by' | 'reason',
  pairs: ReadonlyMap<string, SqlRow>,
): Promise<void> {
  if (pairs.size === 0) return;
  const columns = { package_version_id: 'integer', vulnerability_id: 'integer', [column]: 'text' } as const;
  const names = Object.keys(columns).join(', ');
  await sql.run(
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${sql.dialect.tuples('$1', 'i', columns)} WHERE 1 = 1
    ON CONFLICT DO NOTHING`,
    [JSON.stringify([...pairs.values()])],
  );
}

/**
 * Fixes and the package versions that they may be about. In namespaces of dpkg a fix names the source package, except
 * where packages and sources share their names and versions, as with apk; elsewhere it names the package itself.
 */
function candidatesOf(own: boolean, packages: string, condition: string): string {
  const matches = own
    ? `f.package = p.name AND (p.source_name = '' OR n.version_format <> 'dpkg' OR n.name LIKE 'alpine:%')`
    : `f.package = p.source_name AND p.source_name <> '' AND n.version_format = 'dpkg'`;
  const installed = own ? 'p.version' : 'p.source_version';
  return `SELECT v.id AS vulnerability, p.id AS "packageVersion", n.name AS namespace, n.version_format AS format,
      f.version AS version, ${installed} AS installed
    FROM ${packages}
    JOIN namespace n ON n.id = p.namespace_id
    JOIN fix f ON f.namespace_id = p.namespace_id AND f.origin = ${USER} AND ${matches}
    JOIN vulnerability v ON v.id = f.vulnerability_id AND v.deleted_at IS NULL
    WHERE ${condition}`;
}
