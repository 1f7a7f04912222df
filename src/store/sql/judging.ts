import type { Ecosystem } from '../../model/ecosystem.ts';
import { VersionError } from '../../model/version-scheme.ts';
import type { SqlWriter } from './connection.ts';
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
  readonly #orders: VersionOrders;

  constructor(ecosystems: readonly Ecosystem[]) {
    this.#orders = new VersionOrders(ecosystems);
  }

  /** Keeps the pairs of package versions that are new. Takes the lock `new-packages`. */
  async judgeNew(sql: SqlWriter, packageVersionIds: readonly number[]): Promise<void> {
    if (packageVersionIds.length === 0) return;
    await sql.lock('new-packages');
    const ids = sql.dialect.list('$1', 'i', 'integer');
    const candidates = (own: boolean): string =>
      candidatesOf(own, `${ids} JOIN package_version p ON p.id = i.value`, '1 = 1');
    await this.#judge(sql, `${candidates(true)} UNION ALL ${candidates(false)}`, JSON.stringify(packageVersionIds));
  }

  /** Keeps the pairs of a row that a user wrote. Takes the lock `new-vulnerabilities`. */
  async judgeVulnerability(sql: SqlWriter, vulnerabilityId: number): Promise<void> {
    await sql.lock('new-vulnerabilities');
    const candidates = (own: boolean): string => candidatesOf(own, 'package_version p', 'v.id = $1');
    await this.#judge(sql, `${candidates(true)} UNION ALL ${candidates(false)}`, vulnerabilityId);
  }

  async #judge(sql: SqlWriter, statement: string, parameter: string | number): Promise<void> {
    const pairs = new Map<string, readonly [number, number, string | null]>();
    for (const candidate of await sql.all<Candidate>(statement, [parameter])) {
      const { vulnerability, packageVersion, version } = candidate;
      const key = `${packageVersion} ${vulnerability}`;
      if (!pairs.has(key) && this.#isAffected(candidate)) pairs.set(key, [packageVersion, vulnerability, version]);
    }
    if (pairs.size === 0) return;
    const rows = sql.dialect.tuples('$1', 'i', {
      package_version_id: 'integer',
      vulnerability_id: 'integer',
      fixed_by: 'text',
    });
    await sql.run(
      `INSERT INTO affected (package_version_id, vulnerability_id, fixed_by)
      SELECT package_version_id, vulnerability_id, fixed_by FROM ${rows} WHERE 1 = 1 ON CONFLICT DO NOTHING`,
      [JSON.stringify([...pairs.values()])],
    );
  }

  #isAffected({ namespace, format, version, installed }: Candidate): boolean {
    if (version === null) return true;
    try {
      return this.#orders.compare({ name: namespace, versionFormat: format }, installed, version) < 0;
    } catch (error) {
      if (error instanceof VersionError) return false;
      throw error;
    }
  }
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
    JOIN fix f ON f.namespace_id = p.namespace_id AND f.origin = 1 AND ${matches}
    JOIN vulnerability v ON v.id = f.vulnerability_id AND v.deleted_at IS NULL
    WHERE ${condition}`;
}
