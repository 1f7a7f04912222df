import type { Migration } from './migration.ts';

/**
 * The tables.
 *
 * - A package version is kept and judged once, however many layers and images have it. Its source is part of its key;
 *   the empty text stands for none.
 * - `layer_package` is the difference of a layer to its parent: 1 adds, 0 removes.
 * - A changed vulnerability is a new row; the old one gets `deleted_at` and keeps its pairs, because notifications show it.
 * - What a user wrote has origin 1, even when it was deleted: that is a user's word, too.
 * - `fix` repeats namespace and origin of its vulnerability: what users wrote is found by package, what feeds wrote is
 *   judged by `advisory_entry`.
 * - `affected` holds the pairs of a vulnerability and a package version that has it, worked out when either is written.
 *   Neither of the two is ever deleted, so that these rows need no foreign keys, which every row of a load would pay for.
 * - `judging` has no rows: locking it keeps new package versions and new vulnerabilities apart.
 * - Moments are milliseconds since 1970. Severities, states and origins are numbers, see the code that reads them.
 */
export const initial: Migration = {
  title: 'The tables',
  statements({ define: { id, integer, small, text, table, pairs } }) {
    return [
      `CREATE TABLE namespace (id ${id}, name ${text} NOT NULL UNIQUE, version_format ${text} NOT NULL) ${table}`,
      `CREATE TABLE package_version (
        id ${id}, namespace_id ${integer} NOT NULL REFERENCES namespace (id), name ${text} NOT NULL,
        version ${text} NOT NULL, source_name ${text} NOT NULL, source_version ${text} NOT NULL,
        UNIQUE (namespace_id, name, version, source_name, source_version)
      ) ${table}`,
      `CREATE INDEX package_version_source ON package_version (namespace_id, source_name) WHERE source_name <> ''`,

      `CREATE TABLE layer (
        id ${id}, name ${text} NOT NULL UNIQUE,
        parent_id ${integer} REFERENCES layer (id) DEFERRABLE INITIALLY DEFERRED,
        namespace_id ${integer} REFERENCES namespace (id), engine_version ${integer} NOT NULL,
        created_at ${integer} NOT NULL
      ) ${table}`,
      'CREATE INDEX layer_parent ON layer (parent_id) WHERE parent_id IS NOT NULL',
      `CREATE TABLE layer_package (
        layer_id ${integer} NOT NULL REFERENCES layer (id) ON DELETE CASCADE,
        package_version_id ${integer} NOT NULL REFERENCES package_version (id), modification ${small} NOT NULL,
        PRIMARY KEY (layer_id, package_version_id)
      ) ${pairs}`,
      'CREATE INDEX layer_package_version ON layer_package (package_version_id, layer_id)',

      `CREATE TABLE vulnerability (
        id ${id}, namespace_id ${integer} NOT NULL REFERENCES namespace (id), name ${text} NOT NULL,
        description ${text} NOT NULL, link ${text} NOT NULL, severity ${small} NOT NULL, metadata ${text} NOT NULL,
        origin ${small} NOT NULL, created_at ${integer} NOT NULL, deleted_at ${integer}
      ) ${table}`,
      `CREATE UNIQUE INDEX vulnerability_current ON vulnerability (namespace_id, name) WHERE deleted_at IS NULL`,
      'CREATE INDEX vulnerability_namespace ON vulnerability (namespace_id, id) WHERE deleted_at IS NULL',
      'CREATE INDEX vulnerability_of_users ON vulnerability (namespace_id, name) WHERE origin = 1',
      'CREATE INDEX vulnerability_name ON vulnerability (name) WHERE deleted_at IS NULL',
      `CREATE TABLE fix (
        vulnerability_id ${integer} NOT NULL, package ${text} NOT NULL, version ${text},
        namespace_id ${integer} NOT NULL, origin ${small} NOT NULL, PRIMARY KEY (vulnerability_id, package)
      ) ${pairs}`,
      'CREATE INDEX fix_of_users ON fix (namespace_id, package) WHERE origin = 1',
      `CREATE TABLE affected (
        package_version_id ${integer} NOT NULL, vulnerability_id ${integer} NOT NULL, fixed_by ${text},
        PRIMARY KEY (package_version_id, vulnerability_id)
      ) ${pairs}`,
      'CREATE INDEX affected_vulnerability ON affected (vulnerability_id, package_version_id)',
      `CREATE TABLE judging (id ${integer}) ${table}`,

      `CREATE TABLE notification (
        id ${id}, name ${text} NOT NULL UNIQUE, created_at ${integer} NOT NULL, notified_at ${integer},
        deleted_at ${integer}, old_id ${integer}, new_id ${integer}
      ) ${table}`,
      'CREATE INDEX notification_unread ON notification (id) WHERE deleted_at IS NULL',
      `CREATE TABLE delivery (
        notification_id ${integer} NOT NULL REFERENCES notification (id) ON DELETE CASCADE, target ${text} NOT NULL,
        delivered_at ${integer}, failures ${integer} NOT NULL, not_before ${integer},
        PRIMARY KEY (notification_id, target)
      ) ${pairs}`,

      `CREATE TABLE key_value (key ${text} PRIMARY KEY, value ${text} NOT NULL) ${pairs}`,
      `CREATE TABLE lock (name ${text} PRIMARY KEY, owner ${text} NOT NULL, until ${integer} NOT NULL) ${pairs}`,

      `CREATE TABLE package_set (id ${id}, digest ${text} NOT NULL UNIQUE) ${table}`,
      `CREATE TABLE package_set_member (
        set_id ${integer} NOT NULL REFERENCES package_set (id) ON DELETE CASCADE,
        package_version_id ${integer} NOT NULL, PRIMARY KEY (set_id, package_version_id)
      ) ${pairs}`,
      'CREATE INDEX package_set_member_version ON package_set_member (package_version_id, set_id)',
      `CREATE TABLE image (
        id ${id}, uuid ${text} NOT NULL UNIQUE, reference ${text} NOT NULL, digest ${text}, platform ${text},
        distribution ${text}, state ${small} NOT NULL, submitted_at ${integer} NOT NULL, scanned_at ${integer},
        failure ${text}, idempotency_key ${text} UNIQUE, set_id ${integer} REFERENCES package_set (id), document ${text}
      ) ${table}`,
      'CREATE INDEX image_digest ON image (digest) WHERE digest IS NOT NULL',
      'CREATE INDEX image_state ON image (state, id)',
      'CREATE INDEX image_set ON image (set_id, id) WHERE set_id IS NOT NULL',
      `CREATE TABLE image_layer (
        image_id ${integer} NOT NULL REFERENCES image (id) ON DELETE CASCADE, position ${integer} NOT NULL,
        digest ${text} NOT NULL, PRIMARY KEY (image_id, position)
      ) ${pairs}`,
      'CREATE INDEX image_layer_digest ON image_layer (digest, image_id)',
    ];
  },
};
