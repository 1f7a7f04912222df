import type { Migration } from './migration.ts';

/**
 * What waits for each target of notifications. A notification that comes gets a row in `delivery` for each target that is
 * known then; the indexes hold what is still to be sent, by what it waits for, so that a look reads nothing else.
 */
export const waitingNotifications: Migration = {
  title: 'Notifications that wait',
  statements({ define: { small, text, pairs } }) {
    return [
      `CREATE TABLE notification_target (name ${text} PRIMARY KEY) ${pairs}`,
      `ALTER TABLE delivery ADD COLUMN unread ${small} NOT NULL DEFAULT 1`,
      `UPDATE delivery SET unread = 0
      WHERE notification_id IN (SELECT id FROM notification WHERE deleted_at IS NOT NULL)`,
      'INSERT INTO notification_target (name) SELECT DISTINCT target FROM delivery',
      `INSERT INTO delivery (notification_id, target, failures)
      SELECT n.id, t.name, 0 FROM notification n CROSS JOIN notification_target t
      WHERE n.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notification_id = n.id AND d.target = t.name)`,
      `CREATE INDEX delivery_fresh ON delivery (target, notification_id)
      WHERE unread = 1 AND delivered_at IS NULL AND not_before IS NULL`,
      'CREATE INDEX delivery_resting ON delivery (target, not_before) WHERE unread = 1 AND not_before IS NOT NULL',
      `CREATE INDEX delivery_delivered ON delivery (target, delivered_at)
      WHERE unread = 1 AND delivered_at IS NOT NULL AND not_before IS NULL`,
    ];
  },
};
