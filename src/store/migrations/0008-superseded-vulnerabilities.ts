import type { Migration } from './migration.ts';

/**
 * Pairs name rows that are in use and rows that are not. Which of them are not is asked for each pair of a layer: of
 * this index, which is a small one, instead of the rows.
 */
export const supersededVulnerabilities: Migration = {
  title: 'An index of superseded vulnerabilities',
  statements() {
    return ['CREATE INDEX vulnerability_superseded ON vulnerability (id) WHERE deleted_at IS NOT NULL'];
  },
};
