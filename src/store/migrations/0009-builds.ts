import type { Migration } from './migration.ts';

const COLUMNS = 'id, namespace_id, name, version, source_name, source_version';

/**
 * What tells builds of a package version apart: architecture, module stream, builder, repositories. Most packages of an
 * image share few of them, and lists of repositories are long, so that package versions name them by number. 0 stands for
 * nothing that is known: what was kept before this step, and packages of kinds that need no telling apart.
 */
export const builds: Migration = {
  title: 'Builds of package versions',
  statements({ name, define: { id, integer, text, table } }) {
    const made = `CREATE TABLE package_build (
      id ${id}, digest ${text} NOT NULL UNIQUE, content ${text} NOT NULL
    ) ${table}`;
    const key = 'namespace_id, name, version, source_name, source_version, build_id';
    if (name === 'postgres') {
      return [
        made,
        `ALTER TABLE package_version ADD COLUMN build_id ${integer} NOT NULL DEFAULT 0`,
        // PostgreSQL chose the name of the constraint.
        `DO $$ BEGIN EXECUTE (
          SELECT format('ALTER TABLE package_version DROP CONSTRAINT %I', c.conname) FROM pg_constraint c
          WHERE c.conrelid = 'package_version'::regclass AND c.contype = 'u'
        ); END $$`,
        `CREATE UNIQUE INDEX package_version_key ON package_version (${key})`,
      ];
    }
    // SQLite cannot drop a constraint. Rows that refer to the table find theirs again when the step ends.
    return [
      made,
      'PRAGMA defer_foreign_keys = ON',
      `CREATE TABLE package_version_before AS SELECT ${COLUMNS} FROM package_version`,
      'DROP TABLE package_version',
      `CREATE TABLE package_version (
        id ${id}, namespace_id ${integer} NOT NULL REFERENCES namespace (id), name ${text} NOT NULL,
        version ${text} NOT NULL, source_name ${text} NOT NULL, source_version ${text} NOT NULL,
        build_id ${integer} NOT NULL DEFAULT 0
      ) ${table}`,
      `INSERT INTO package_version (${COLUMNS}) SELECT ${COLUMNS} FROM package_version_before ORDER BY id`,
      'DROP TABLE package_version_before',
      `CREATE UNIQUE INDEX package_version_key ON package_version (${key})`,
      `CREATE INDEX package_version_source ON package_version (namespace_id, source_name) WHERE source_name <> ''`,
    ];
  },
};
