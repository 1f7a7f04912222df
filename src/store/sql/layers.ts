import { StoreError } from '../../errors.ts';
import type { IndexedLayer, LayerPackage, LayerPackagesOptions, LayerShelf, StoredLayer } from '../layer-shelf.ts';
import type { StoredNamespace } from '../stored-namespace.ts';
import type { SqlConnection, SqlWriter } from './connection.ts';
import type { Judging } from './judging.ts';
import { ADDED, installedIds, type KnownOfLayers, packagesOf, REMOVED } from './layer-packages.ts';
import { ensureNamespaces, type NamespaceRow } from './namespaces.ts';
import { type EnsuredPackageVersions, ensurePackageVersions } from './package-versions.ts';
import { checkName } from './texts.ts';
import type { VersionOrders } from './version-orders.ts';

interface LayerRow {
  readonly name: string;
  readonly parent: string | null;
  readonly namespace: string | null;
  readonly versionFormat: string | null;
  readonly engineVersion: number;
}

/** Layers, with their differences. */
export class SqlLayerShelf implements LayerShelf {
  readonly #connection: SqlConnection;
  readonly #judging: Judging;
  readonly #orders: VersionOrders;
  readonly #known: KnownOfLayers;

  constructor(connection: SqlConnection, judging: Judging, orders: VersionOrders, known: KnownOfLayers) {
    this.#known = known;
    this.#connection = connection;
    this.#judging = judging;
    this.#orders = orders;
  }

  async find(name: string): Promise<StoredLayer | undefined> {
    const row = await this.#connection.get<LayerRow>(
      `SELECT l.name, p.name AS parent, n.name AS namespace, n.version_format AS "versionFormat",
        l.engine_version AS "engineVersion"
      FROM layer l LEFT JOIN layer p ON p.id = l.parent_id LEFT JOIN namespace n ON n.id = l.namespace_id
      WHERE l.name = $1`,
      [name],
    );
    if (row === undefined) return undefined;
    return {
      name: row.name,
      ...(row.parent !== null && { parent: row.parent }),
      ...(row.namespace !== null && { namespace: { name: row.namespace, versionFormat: row.versionFormat ?? '' } }),
      engineVersion: row.engineVersion,
    };
  }

  async packages(name: string, options: LayerPackagesOptions = {}): Promise<readonly LayerPackage[] | undefined> {
    return await this.#connection.read(async (sql) => await packagesOf(sql, name, this.#known, options));
  }

  async insert(layer: IndexedLayer): Promise<void> {
    await this.#connection.write(async (sql) => await this.#insert(sql, layer));
  }

  async replace(layer: IndexedLayer): Promise<void> {
    await this.#connection.write(async (sql) => {
      const known = await sql.get<{ id: number; parentId: number | null; parent: string | null }>(
        `SELECT l.id, p.id AS "parentId", p.name AS parent FROM layer l LEFT JOIN layer p ON p.id = l.parent_id
        WHERE l.name = $1`,
        [layer.name],
      );
      const children = known && (await this.#lockFamily(sql, known));
      // It was removed while it was indexed.
      if (known === undefined || children === undefined) return await this.#insert(sql, layer);
      const before = new Map<number, ReadonlySet<number>>();
      for (const child of children) before.set(child.id, (await installedIds(sql, child.name)) ?? new Set());

      const namespaces = await this.#namespaces(sql, layer);
      const { ids, fresh } = await this.#packageVersions(sql, layer, namespaces);
      await sql.run('UPDATE layer SET namespace_id = $2, engine_version = $3 WHERE id = $1', [
        known.id,
        layer.namespace && namespaces.get(layer.namespace.name)?.id,
        layer.engineVersion,
      ]);
      const own = new Set(ids);
      const parent = known.parent === null ? undefined : await installedIds(sql, known.parent);
      await this.#writeDifference(sql, known.id, parent ?? new Set(), own);
      // Children show what they showed: what stands on another ground differs from it otherwise.
      for (const [child, installed] of before) await this.#writeDifference(sql, child, own, installed);
      await this.#judging.judgeNew(sql, fresh);
    });
  }

  /**
   * Nobody else changes what a layer stands on, itself, or what stands on it. Ids ascend on the way, so that two that
   * want the same wait for each other instead of blocking each other.
   * @returns its children; undefined: it was removed meanwhile
   */
  async #lockFamily(
    sql: SqlWriter,
    { id, parentId }: { readonly id: number; readonly parentId: number | null },
  ): Promise<readonly { readonly id: number; readonly name: string }[] | undefined> {
    const { forShare, forUpdate } = sql.dialect;
    if (parentId !== null) await sql.get(`SELECT id FROM layer WHERE id = $1 ${forShare}`, [parentId]);
    const own = await sql.get(`SELECT id FROM layer WHERE id = $1 ${forUpdate}`, [id]);
    if (own === undefined) return undefined;
    // After that, because children that are being kept hold their parent.
    return await sql.all(`SELECT id, name FROM layer WHERE parent_id = $1 ORDER BY id ${forUpdate}`, [id]);
  }

  async remove(name: string): Promise<boolean> {
    return await this.#connection.write(async (sql) => {
      const removed = await sql.run(
        `WITH RECURSIVE gone (id) AS (
          SELECT id FROM layer WHERE name = $1 UNION ALL SELECT l.id FROM gone g JOIN layer l ON l.parent_id = g.id
        ) DELETE FROM layer WHERE id IN (SELECT id FROM gone)`,
        [name],
      );
      return removed > 0;
    });
  }

  async #insert(sql: SqlWriter, layer: IndexedLayer): Promise<void> {
    const name = checkName('name of the layer', layer.name);
    const parent = layer.parent === undefined ? undefined : await this.#parent(sql, layer.parent);
    const namespaces = await this.#namespaces(sql, layer);
    const [row] = await sql.all<{ id: number }>(
      `INSERT INTO layer (name, parent_id, namespace_id, engine_version, created_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (name) DO NOTHING RETURNING id`,
      [name, parent?.id, layer.namespace && namespaces.get(layer.namespace.name)?.id, layer.engineVersion, Date.now()],
    );
    // Another writer was faster.
    if (row === undefined) return;
    const { ids, fresh } = await this.#packageVersions(sql, layer, namespaces);
    await this.#writeDifference(sql, row.id, parent?.installed ?? new Set(), new Set(ids));
    await this.#judging.judgeNew(sql, fresh);
  }

  async #parent(sql: SqlWriter, name: string): Promise<{ id: number; installed: ReadonlySet<number> }> {
    const row = await sql.get<{ id: number }>(`SELECT id FROM layer WHERE name = $1 ${sql.dialect.forShare}`, [name]);
    const installed = row && (await installedIds(sql, name));
    if (row === undefined || installed === undefined) {
      throw new StoreError('store.unknown-parent', `The layer stands on ${JSON.stringify(name)}, which is not known.`);
    }
    return { id: row.id, installed };
  }

  async #namespaces(sql: SqlWriter, layer: IndexedLayer): Promise<Map<string, NamespaceRow>> {
    const given: StoredNamespace[] = [
      ...(layer.namespace === undefined ? [] : [layer.namespace]),
      ...layer.namespaces,
      ...layer.packages.map(({ namespace }) => ({ name: namespace, versionFormat: '' })),
    ];
    return await ensureNamespaces(sql, given);
  }

  async #packageVersions(
    sql: SqlWriter,
    layer: IndexedLayer,
    namespaces: ReadonlyMap<string, NamespaceRow>,
  ): Promise<EnsuredPackageVersions> {
    for (const { namespace, version, name } of layer.packages) {
      if (this.#orders.canOrder(namespaces.get(namespace)!, version)) continue;
      throw new StoreError(
        'store.bad-version',
        `The version ${JSON.stringify(version)} of ${JSON.stringify(name)} cannot be ordered in the namespace ${JSON.stringify(namespace)}.`,
      );
    }
    return await ensurePackageVersions(sql, layer.packages, namespaces);
  }

  async #writeDifference(
    sql: SqlWriter,
    layer: number,
    parent: ReadonlySet<number>,
    installed: ReadonlySet<number>,
  ): Promise<void> {
    const wanted = new Map([
      ...[...installed.difference(parent)].map((id) => [id, ADDED] as const),
      ...[...parent.difference(installed)].map((id) => [id, REMOVED] as const),
    ]);
    const gone: number[] = [];
    // What stays as it is is not written again: a layer that is read anew is mostly what it was.
    for (const [id, modification] of await sql.arrays<readonly [id: number, modification: number]>(
      'SELECT package_version_id, modification FROM layer_package WHERE layer_id = $1',
      [layer],
    )) {
      if (wanted.get(id) === modification) wanted.delete(id);
      else gone.push(id);
    }
    if (gone.length > 0) {
      await sql.run(
        `DELETE FROM layer_package WHERE layer_id = $1
        AND package_version_id IN (SELECT value FROM ${sql.dialect.list('$2', 'i', 'integer')})`,
        [layer, JSON.stringify(gone)],
      );
    }
    const difference = [...wanted];
    if (difference.length === 0) return;
    const rows = sql.dialect.tuples('$2', 'i', { package_version_id: 'integer', modification: 'integer' });
    await sql.run(
      `INSERT INTO layer_package (layer_id, package_version_id, modification)
      SELECT $1, i.package_version_id, i.modification FROM ${rows}`,
      [layer, JSON.stringify(difference)],
    );
  }
}
