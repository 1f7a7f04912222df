import { StoreError } from '../../errors.ts';
import type {
  Fix,
  FixChange,
  ListedVulnerability,
  StoredVulnerability,
  VulnerabilityShelf,
  VulnerabilityWrite,
} from '../vulnerability-shelf.ts';
import { CollisionError, type SqlConnection, type SqlReader, type SqlWriter } from './connection.ts';
import { mergeFixes, sameFixes } from './fixes.ts';
import type { Judging } from './judging.ts';
import { canonicalJson } from './metadata.ts';
import { ensureNamespaces, findNamespace, type NamespaceRow } from './namespaces.ts';
import { leaveNotification } from './notification-rows.ts';
import { USER } from './origins.ts';
import { recountNames } from './recount.ts';
import { severityNumber } from './severities.ts';
import { checkName, checkShort, checkText } from './texts.ts';
import type { VersionOrders } from './version-orders.ts';
import { listVulnerabilities, readVulnerabilities } from './vulnerability-rows.ts';

/** What a row says, besides where it stands. */
type Content = Pick<StoredVulnerability, 'description' | 'link' | 'severity' | 'metadata' | 'fixes'>;

/** Vulnerabilities, and what users write about them. */
export class SqlVulnerabilityShelf implements VulnerabilityShelf {
  readonly #connection: SqlConnection;
  readonly #judging: Judging;
  readonly #orders: VersionOrders;

  constructor(connection: SqlConnection, judging: Judging, orders: VersionOrders) {
    this.#connection = connection;
    this.#judging = judging;
    this.#orders = orders;
  }

  async list(namespace: string, from: number, limit: number): Promise<readonly ListedVulnerability[] | undefined> {
    return await this.#connection.read(async (sql) => {
      const known = await findNamespace(sql, namespace);
      const others = await this.#fedFor(sql, namespace, known);
      const own = known?.listed === 1 ? [known.id] : [];
      if (own.length + others.length === 0) return undefined;
      const rows: ListedVulnerability[] = [];
      for (const id of [...own, ...others.map((other) => other.id)]) {
        const found = await listVulnerabilities(
          sql,
          'WHERE v.namespace_id = $1 AND v.id >= $2 AND v.deleted_at IS NULL ORDER BY v.id LIMIT $3',
          [id, from, limit],
        );
        rows.push(...found);
      }
      return rows.sort((a, b) => a.id - b.id).slice(0, limit);
    });
  }

  async named(name: string): Promise<readonly StoredVulnerability[]> {
    return await this.#connection.read(
      async (sql) =>
        await readVulnerabilities(sql, 'WHERE v.name = $1 AND v.deleted_at IS NULL ORDER BY n.name', [name]),
    );
  }

  async find(namespace: string, name: string): Promise<StoredVulnerability | undefined> {
    return await this.#connection.read(async (sql) => {
      const known = await findNamespace(sql, namespace);
      const own = known && (await readCurrent(sql, known.id, name));
      if (own !== undefined) return own;
      for (const { id } of await this.#fedFor(sql, namespace, known)) {
        const found = await readCurrent(sql, id, name);
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }

  async write(vulnerability: VulnerabilityWrite): Promise<void> {
    const name = checkName('name of the vulnerability', vulnerability.name);
    const content = {
      description: checkText('description', vulnerability.description),
      link: checkShort('link', vulnerability.link),
      severity: vulnerability.severity,
      metadata: canonicalJson(vulnerability.metadata),
    };
    await this.#connection.write(async (sql) => {
      const place = await this.#place(sql, vulnerability.namespace, name);
      const namespaces = await ensureNamespaces(sql, [
        { name: place?.name ?? vulnerability.namespace, versionFormat: '' },
      ]);
      const namespace = namespaces.get(place?.name ?? vulnerability.namespace)!;
      this.#checkFixes(namespace, vulnerability.fixes);
      const current = await this.#current(sql, namespace, name);
      const fixes = mergeFixes(current?.fixes ?? [], vulnerability.fixes);
      if (current !== undefined && sameContent(current, { ...content, fixes })) return;
      await this.#supersede(sql, namespace, name, current, { ...content, fixes });
    });
  }

  async changeFixes(namespace: string, name: string, changes: readonly FixChange[]): Promise<boolean> {
    return await this.#connection.write(async (sql) => {
      const known = await this.#place(sql, namespace, name);
      if (known === undefined) return false;
      const current = await this.#current(sql, known, name);
      if (current === undefined) return false;
      this.#checkFixes(known, changes);
      const fixes = mergeFixes(current.fixes, changes);
      if (!sameFixes(current.fixes, fixes)) await this.#supersede(sql, known, name, current, { ...current, fixes });
      return true;
    });
  }

  async remove(namespace: string, name: string): Promise<boolean> {
    return await this.#connection.write(async (sql) => {
      const known = await this.#place(sql, namespace, name);
      if (known === undefined) return false;
      const current = await this.#current(sql, known, name);
      if (current === undefined) return false;
      await this.#supersede(sql, known, name, current, undefined);
      return true;
    });
  }

  /** The row in use, which stays as it is until the transaction ends, or changes it. */
  async #current(sql: SqlWriter, namespace: NamespaceRow, name: string): Promise<StoredVulnerability | undefined> {
    await sql.lockName('vulnerability', `${namespace.name} ${name}`);
    return await readCurrent(sql, namespace.id, name);
  }

  /** The namespaces, if others, in which feeds speak of the packages of one of which they say nothing itself. */
  async #fedFor(sql: SqlReader, namespace: string, own: NamespaceRow | undefined): Promise<readonly NamespaceRow[]> {
    const names = this.#judging.namespacesOf(namespace).filter((name) => name !== namespace);
    if (names.length === 0 || (own !== undefined && (await isFed(sql, own.id)))) return [];
    const fed: NamespaceRow[] = [];
    for (const name of names) {
      const row = await findNamespace(sql, name);
      if (row !== undefined && (await isFed(sql, row.id))) fed.push(row);
    }
    return fed;
  }

  /** Where a vulnerability is changed that is known in a namespace by that name: see `find`. */
  async #place(sql: SqlReader, namespace: string, name: string): Promise<NamespaceRow | undefined> {
    const known = await findNamespace(sql, namespace);
    if (known !== undefined && (await readCurrent(sql, known.id, name)) !== undefined) return known;
    for (const other of await this.#fedFor(sql, namespace, known)) {
      if ((await readCurrent(sql, other.id, name)) !== undefined) return other;
    }
    return known;
  }

  async #supersede(
    sql: SqlWriter,
    namespace: NamespaceRow,
    name: string,
    current: StoredVulnerability | undefined,
    next: Content | undefined,
  ): Promise<void> {
    const now = Date.now();
    if (current !== undefined) {
      // A row that a user removed is a user's word: the feeds do not bring it back.
      const mark = next === undefined ? `, origin = ${USER}` : '';
      const marked = await sql.run(
        `UPDATE vulnerability SET deleted_at = $2${mark} WHERE id = $1 AND deleted_at IS NULL`,
        [current.id, now],
      );
      if (marked === 0) throw new CollisionError('the feeds changed the vulnerability meanwhile');
    }
    const id = next === undefined ? undefined : await this.#insert(sql, namespace, name, next, now);
    await recountNames(sql, [name]);
    await leaveNotification(sql, { old: current?.id, new: id }, now);
  }

  async #insert(sql: SqlWriter, namespace: NamespaceRow, name: string, content: Content, now: number): Promise<number> {
    const { description, link, severity, metadata, fixes } = content;
    const row = await sql.get<{ id: number }>(
      `INSERT INTO vulnerability (namespace_id, name, description, link, severity, metadata, origin, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, ${USER}, $7) RETURNING id`,
      [namespace.id, name, description, link, severityNumber(severity), metadata, now],
    );
    const { id } = row!;
    if (fixes.length === 0) return id;
    await insertFixes(sql, id, namespace.id, fixes);
    await this.#judging.judgeVulnerability(sql, id);
    return id;
  }

  #checkFixes(namespace: NamespaceRow, changes: readonly FixChange[]): void {
    for (const { package: name, version, remove } of changes) {
      checkName('name of a package', name);
      if (version === undefined || remove === true) continue;
      checkName('version of a package', version);
      // Where nobody knows how versions are ordered, any text is as good as another.
      if (!this.#orders.knows(namespace) || this.#orders.canOrder(namespace, version)) continue;
      throw new StoreError(
        'store.bad-version',
        `The version ${JSON.stringify(version)} of ${JSON.stringify(name)} cannot be ordered in the namespace ${JSON.stringify(namespace.name)}.`,
      );
    }
  }
}

async function readCurrent(sql: SqlReader, namespace: number, name: string): Promise<StoredVulnerability | undefined> {
  const [current] = await readVulnerabilities(
    sql,
    'WHERE v.namespace_id = $1 AND v.name = $2 AND v.deleted_at IS NULL',
    [namespace, name],
  );
  return current;
}

/** Whether feeds speak of a namespace. */
async function isFed(sql: SqlReader, namespace: number): Promise<boolean> {
  const row = await sql.get('SELECT 1 AS one FROM feed_vulnerability WHERE namespace_id = $1 LIMIT 1', [namespace]);
  return row !== undefined;
}

async function insertFixes(sql: SqlWriter, id: number, namespaceId: number, fixes: readonly Fix[]): Promise<void> {
  const rows = sql.dialect.tuples('$3', 'i', { package: 'text', version: 'text' });
  await sql.run(
    `INSERT INTO fix (vulnerability_id, package, version, namespace_id, origin)
    SELECT $1, i.package, i.version, $2, ${USER} FROM ${rows}`,
    [id, namespaceId, JSON.stringify(fixes.map((fix) => [fix.package, fix.version ?? null]))],
  );
}

function sameContent(current: StoredVulnerability, next: Content): boolean {
  return (
    current.description === next.description &&
    current.link === next.link &&
    current.severity === next.severity &&
    current.metadata === next.metadata &&
    sameFixes(current.fixes, next.fixes)
  );
}
