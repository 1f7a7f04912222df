import type { Migration } from './migration.ts';

/**
 * What enrichers say of vulnerabilities and of other names, as the advisory database has it: EPSS scores in blocks, of
 * which nearly all change every day, everything else by name.
 */
export const enrichments: Migration = {
  title: 'Enrichments',
  statements({ define: { integer, small, text, bytes, pairs } }) {
    return [
      `CREATE TABLE enrichment (
        name ${text} NOT NULL, feed ${text} NOT NULL, rejected ${small} NOT NULL, detail ${text} NOT NULL,
        PRIMARY KEY (name, feed)
      ) ${pairs}`,
      `CREATE TABLE score_block (
        block ${integer} NOT NULL, feed ${text} NOT NULL, data ${bytes} NOT NULL, PRIMARY KEY (block, feed)
      ) ${pairs}`,
    ];
  },
};
