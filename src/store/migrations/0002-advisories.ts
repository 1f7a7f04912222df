import type { Migration } from './migration.ts';

/**
 * Advisories as they are taken over, and what is derived from them.
 *
 * - `advisory_subject` tells which records speak of a vulnerability in a namespace: its row is made of all of them.
 * - `feed_vulnerability` is what was last derived, with a digest of it; its row, unless a user's word hid it. A row that
 *   is deleted though it stands here was deleted by a user.
 * - `image.left_out` counts packages whose names or versions are too long to be kept.
 * - `unjudged` keeps what is neither safe nor affected, because versions cannot be compared.
 */
export const advisories: Migration = {
  title: 'Advisories',
  statements({ define: { id, integer, small, text, table, pairs } }) {
    return [
      `CREATE TABLE advisory (
        id ${id}, feed ${text} NOT NULL, key ${text} NOT NULL, digest ${text} NOT NULL, name ${text} NOT NULL,
        severity ${small} NOT NULL, detail ${text}, UNIQUE (feed, key)
      ) ${table}`,
      `CREATE TABLE advisory_entry (
        namespace_id ${integer} NOT NULL, package ${text} NOT NULL, advisory_id ${integer} NOT NULL,
        position ${integer} NOT NULL, kind ${small} NOT NULL, state ${small} NOT NULL, fixed ${text}, extra ${text},
        PRIMARY KEY (namespace_id, package, advisory_id, position)
      ) ${pairs}`,
      'CREATE INDEX advisory_entry_advisory ON advisory_entry (advisory_id)',
      `CREATE TABLE advisory_subject (
        namespace_id ${integer} NOT NULL, name ${text} NOT NULL, advisory_id ${integer} NOT NULL,
        PRIMARY KEY (namespace_id, name, advisory_id)
      ) ${pairs}`,
      'CREATE INDEX advisory_subject_advisory ON advisory_subject (advisory_id)',
      `CREATE TABLE feed_vulnerability (
        namespace_id ${integer} NOT NULL, name ${text} NOT NULL, digest ${text} NOT NULL, vulnerability_id ${integer},
        PRIMARY KEY (namespace_id, name)
      ) ${pairs}`,
      `CREATE TABLE unjudged (
        package_version_id ${integer} NOT NULL, vulnerability_id ${integer} NOT NULL, reason ${text} NOT NULL,
        PRIMARY KEY (package_version_id, vulnerability_id)
      ) ${pairs}`,
      'CREATE INDEX unjudged_vulnerability ON unjudged (vulnerability_id)',
      `ALTER TABLE image ADD COLUMN left_out ${integer} NOT NULL DEFAULT 0`,
    ];
  },
};
