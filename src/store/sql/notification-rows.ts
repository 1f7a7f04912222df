import { randomUUID } from 'node:crypto';
import type { SqlWriter } from './connection.ts';
import { newIds } from './new-ids.ts';

/** Rows of a vulnerability: what it was, what it is. */
export interface Change {
  readonly old?: number | undefined;
  readonly new?: number | undefined;
}

/** Leaves a notification of each change, which waits for all targets that are known. Returns how many. */
export async function leaveNotifications(sql: SqlWriter, changes: readonly Change[], now: number): Promise<number> {
  if (changes.length === 0) return 0;
  const ids = await newIds(sql, 'notification', changes.length);
  await sql.load(
    'notification',
    ['id', 'name', 'created_at', 'old_id', 'new_id'],
    changes.map((change, index) => [ids[index]!, randomUUID(), now, change.old, change.new]),
  );
  await sql.run(
    `INSERT INTO delivery (notification_id, target, failures)
    SELECT i.value, t.name, 0 FROM ${sql.dialect.list('$1', 'i', 'integer')} CROSS JOIN notification_target t`,
    [JSON.stringify(ids)],
  );
  return changes.length;
}

/** The same for one change, by statements that are kept ready. */
export async function leaveNotification(sql: SqlWriter, change: Change, now: number): Promise<void> {
  const row = await sql.get<{ readonly id: number }>(
    'INSERT INTO notification (name, created_at, old_id, new_id) VALUES ($1, $2, $3, $4) RETURNING id',
    [randomUUID(), now, change.old, change.new],
  );
  await sql.run(
    `INSERT INTO delivery (notification_id, target, failures)
    SELECT CAST($1 AS ${sql.dialect.define.integer}), t.name, 0 FROM notification_target t`,
    [row!.id],
  );
}
