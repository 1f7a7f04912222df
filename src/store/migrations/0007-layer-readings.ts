import type { Migration } from './migration.ts';

/**
 * Records of what was learned of layers, in pieces, for all processes of a database. They are a cache: nothing refers to
 * them. A service on SQLite is one process and keeps them in files; there the tables stay empty.
 */
export const layerReadings: Migration = {
  title: 'What was learned of layers',
  statements({ name, define: { id, integer, text, bytes, table, pairs } }) {
    return [
      `CREATE TABLE layer_reading (
        id ${id}, key ${text} NOT NULL UNIQUE, size ${integer} NOT NULL, used_at ${integer} NOT NULL
      ) ${table}`,
      `CREATE TABLE layer_reading_piece (
        reading_id ${integer} NOT NULL REFERENCES layer_reading (id) ON DELETE CASCADE, position ${integer} NOT NULL,
        bytes ${bytes} NOT NULL, PRIMARY KEY (reading_id, position)
      ) ${pairs}`,
      // They are compressed already.
      ...(name === 'postgres' ? ['ALTER TABLE layer_reading_piece ALTER COLUMN bytes SET STORAGE EXTERNAL'] : []),
    ];
  },
};
