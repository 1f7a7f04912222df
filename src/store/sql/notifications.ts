import type {
  ConcernedImage,
  Delivery,
  IntroducingLayer,
  NotificationFilter,
  NotificationShelf,
  StoredNotification,
} from '../notification-shelf.ts';
import type { StoredVulnerability } from '../vulnerability-shelf.ts';
import { readConcerned } from './concerned-images.ts';
import type { SqlConnection, SqlReader } from './connection.ts';
import { readCursor, writeCursor } from './images-rows.ts';
import { ADDED } from './layer-packages.ts';
import { readVulnerabilities } from './vulnerability-rows.ts';

interface NotificationRow {
  readonly id: number;
  readonly name: string;
  readonly created: number;
  readonly notified: number | null;
  readonly deleted: number | null;
  readonly oldId: number | null;
  readonly newId: number | null;
}

interface DeliveryRow {
  readonly target: string;
  readonly delivered: number | null;
  readonly failures: number;
  readonly notBefore: number | null;
}

const SELECT = `SELECT n.id, n.name, n.created_at AS created, n.notified_at AS notified, n.deleted_at AS deleted,
    n.old_id AS "oldId", n.new_id AS "newId" FROM notification n`;

/** So many that wait for the same are chosen from: enough that processes hardly ever want the same one. */
const CHOICE = 64;

/** Notifications, and what became of them. */
export class SqlNotificationShelf implements NotificationShelf {
  readonly #connection: SqlConnection;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  async find(name: string): Promise<StoredNotification | undefined> {
    return await this.#connection.read(async (sql) => {
      const row = await sql.get<NotificationRow>(`${SELECT} WHERE n.name = $1`, [name]);
      return row && (await withVulnerabilities(sql, [row]))[0];
    });
  }

  async list({
    unread = false,
    after,
    limit,
  }: NotificationFilter): Promise<{ readonly notifications: readonly StoredNotification[]; readonly next?: string }> {
    return await this.#connection.read(async (sql) => {
      const before = after === undefined ? Number.MAX_SAFE_INTEGER : readCursor(after, [0] as const)[0];
      const rows = await sql.all<NotificationRow>(
        `${SELECT} WHERE n.id < $1 ${unread ? 'AND n.deleted_at IS NULL' : ''} ORDER BY n.id DESC LIMIT $2`,
        [before, limit + 1],
      );
      const page = rows.slice(0, limit);
      return {
        notifications: await withVulnerabilities(sql, page),
        ...(rows.length > limit && page.length > 0 && { next: writeCursor([page.at(-1)!.id]) }),
      };
    });
  }

  async concernedImages(
    vulnerability: number,
    page: { readonly beginning: string; readonly except?: number; readonly from: number; readonly limit: number },
  ): Promise<readonly ConcernedImage[]> {
    return await this.#connection.read(async (sql) => await readConcerned(sql, vulnerability, page));
  }

  async introducingLayers(vulnerability: number, from: number, limit: number): Promise<readonly IntroducingLayer[]> {
    return await this.#connection.all<IntroducingLayer>(
      `SELECT l.id, l.name FROM layer l WHERE l.id IN (
        SELECT d.layer_id FROM affected a
        JOIN layer_package d ON d.package_version_id = a.package_version_id AND d.modification = ${ADDED}
        WHERE a.vulnerability_id = $1 AND d.layer_id >= $2
      ) ORDER BY l.id LIMIT $3`,
      [vulnerability, from, limit],
    );
  }

  async markRead(name: string, at: Date): Promise<boolean> {
    return await this.#connection.write(async (sql) => {
      const found = await sql.get<{ id: number }>('SELECT id FROM notification WHERE name = $1', [name]);
      const marked = await sql.run('UPDATE notification SET deleted_at = $2 WHERE name = $1 AND deleted_at IS NULL', [
        name,
        at.getTime(),
      ]);
      if (marked > 0) await sql.run('UPDATE delivery SET unread = 0 WHERE notification_id = $1', [found?.id]);
      return found !== undefined;
    });
  }

  async addTargets(names: readonly string[]): Promise<void> {
    await this.#connection.write(async (sql) => {
      await sql.run(
        `INSERT INTO notification_target (name) SELECT value FROM ${sql.dialect.list('$1', 't', 'text')}
        WHERE 1 = 1 ON CONFLICT DO NOTHING`,
        [JSON.stringify(names)],
      );
    });
  }

  async nextFor(
    targets: readonly string[],
    now: Date,
    renotifyAfter: number,
    longestRest: number = renotifyAfter,
  ): Promise<StoredNotification | undefined> {
    return await this.#connection.read(async (sql) => {
      const found: number[] = [];
      for (const target of targets) found.push(...(await findWaiting(sql, target, now, renotifyAfter, longestRest)));
      const chosen = found[Math.floor(Math.random() * found.length)];
      const row =
        chosen === undefined ? undefined : await sql.get<NotificationRow>(`${SELECT} WHERE n.id = $1`, [chosen]);
      return row && (await withVulnerabilities(sql, [row]))[0];
    });
  }

  async deliveries(name: string): Promise<readonly Delivery[]> {
    const rows = await this.#connection.all<DeliveryRow>(
      `SELECT d.target, d.delivered_at AS delivered, d.failures, d.not_before AS "notBefore"
      FROM notification n JOIN delivery d ON d.notification_id = n.id
      WHERE n.name = $1 AND (d.delivered_at IS NOT NULL OR d.failures > 0) ORDER BY d.target`,
      [name],
    );
    return rows.map(({ target, delivered, failures, notBefore }) => ({
      target,
      failures,
      ...(delivered !== null && { delivered: new Date(delivered) }),
      ...(notBefore !== null && { notBefore: new Date(notBefore) }),
    }));
  }

  async recordDelivery(name: string, delivery: Delivery, targets: readonly string[]): Promise<void> {
    await this.#connection.write(async (sql) => {
      const row = await sql.get<{ id: number; deleted: number | null }>(
        `SELECT id, deleted_at AS deleted FROM notification WHERE name = $1 ${sql.dialect.forUpdate}`,
        [name],
      );
      if (row === undefined) return;
      await sql.run(
        `INSERT INTO delivery (notification_id, target, delivered_at, failures, not_before, unread)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (notification_id, target) DO UPDATE SET delivered_at = excluded.delivered_at,
          failures = excluded.failures, not_before = excluded.not_before`,
        [
          row.id,
          delivery.target,
          delivery.delivered?.getTime(),
          delivery.failures,
          delivery.notBefore?.getTime(),
          row.deleted === null ? 1 : 0,
        ],
      );
      if (delivery.delivered === undefined || delivery.failures > 0) return;
      await sql.run(
        `UPDATE notification SET notified_at = $2 WHERE id = $1 AND NOT EXISTS (
          SELECT 1 FROM ${sql.dialect.list('$3', 't', 'text')}
          JOIN delivery d ON d.notification_id = $1 AND d.target = t.value WHERE d.delivered_at IS NULL
        )`,
        [row.id, delivery.delivered.getTime(), JSON.stringify(targets)],
      );
    });
  }

  async waiting(limit: number): Promise<{ readonly count: number; readonly first: readonly StoredNotification[] }> {
    return await this.#connection.read(async (sql) => {
      const condition = 'WHERE n.deleted_at IS NULL AND n.notified_at IS NULL';
      const row = await sql.get<{ count: number }>(`SELECT count(*) AS count FROM notification n ${condition}`);
      const rows = await sql.all<NotificationRow>(`${SELECT} ${condition} ORDER BY n.id LIMIT $1`, [limit]);
      return { count: row?.count ?? 0, first: await withVulnerabilities(sql, rows) };
    });
  }
}

/** Some that wait for a target, the oldest of each kind. Each part walks along an index of its own, and no further. */
async function findWaiting(
  sql: SqlReader,
  target: string,
  now: Date,
  renotifyAfter: number,
  longestRest: number,
): Promise<readonly number[]> {
  const again = '(d.delivered_at < $2 OR d.delivered_at > $3)';
  const resting = `d.not_before IS NOT NULL AND (d.delivered_at IS NULL OR ${again})`;
  const delivered = 'd.not_before IS NULL AND d.delivered_at IS NOT NULL';
  const parts = [
    ['d.delivered_at IS NULL AND d.not_before IS NULL', 'd.notification_id'],
    [`${resting} AND d.not_before <= $4`, 'd.not_before'],
    [`${resting} AND d.not_before > $5`, 'd.not_before'],
    [`${delivered} AND d.delivered_at < $2`, 'd.delivered_at'],
    [`${delivered} AND d.delivered_at > $3`, 'd.delivered_at'],
  ] as const;
  const selects = parts.map(
    ([condition, order], index) => `SELECT id FROM (
      SELECT d.notification_id AS id FROM delivery d
      WHERE d.target = $1 AND d.unread = 1 AND ${condition} AND NOT EXISTS (
        SELECT 1 FROM notification n JOIN lock k ON k.name = n.name
        WHERE n.id = d.notification_id AND k.until > ${sql.dialect.now}
      ) ORDER BY ${order} LIMIT ${CHOICE}
    ) AS part_${index}`,
  );
  const moment = now.getTime();
  const rows = await sql.arrays<readonly [number]>(selects.join(' UNION ALL '), [
    target,
    moment - renotifyAfter,
    moment + renotifyAfter,
    moment,
    moment + longestRest,
  ]);
  return rows.map(([id]) => id);
}

async function withVulnerabilities(sql: SqlReader, rows: readonly NotificationRow[]): Promise<StoredNotification[]> {
  const ids = rows.flatMap(({ oldId, newId }) => [oldId, newId]).filter((id) => id !== null);
  const found = await readVulnerabilities(
    sql,
    `WHERE v.id IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'integer')})`,
    [JSON.stringify(ids)],
  );
  const byId = new Map(found.map((vulnerability) => [vulnerability.id, vulnerability]));
  const side = (id: number | null): StoredVulnerability | undefined => (id === null ? undefined : byId.get(id));
  return rows.map((row) => {
    const old = side(row.oldId);
    const fresh = side(row.newId);
    return {
      name: row.name,
      created: new Date(row.created),
      ...(row.notified !== null && { notified: new Date(row.notified) }),
      ...(row.deleted !== null && { deleted: new Date(row.deleted) }),
      ...(old && { old }),
      ...(fresh && { new: fresh }),
    };
  });
}
