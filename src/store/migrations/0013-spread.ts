import type { Migration } from './migration.ts';

/**
 * What the first look at all images after a change would have to add up.
 *
 * - `vulnerability_spread`: how many of the last images have a vulnerability with a severity, and how often. `images` counts each
 *   image with its gravest one alone, so that all rows of a name together count it once. Rows without findings mean nothing.
 * - `removed_image`: images that were removed lately, by the clock of the database, so that other processes tell of it, too.
 */
export const spread: Migration = {
  title: 'Sums by vulnerability',
  statements(dialect) {
    const { id, integer, small, text, pairs, table } = dialect.define;
    return [
      `CREATE TABLE vulnerability_spread (
        name ${text} NOT NULL, severity ${small} NOT NULL, images ${integer} NOT NULL, findings ${integer} NOT NULL,
        fixable ${integer} NOT NULL, PRIMARY KEY (name, severity)
      ) ${pairs}`,
      `CREATE TABLE removed_image (id ${id}, uuid ${text} NOT NULL, removed_at ${integer} NOT NULL) ${table}`,
      'CREATE INDEX removed_image_at ON removed_image (removed_at)',
    ];
  },
  fills: [
    {
      ...{ what: 'package sets', table: 'package_set', rows: 64 },
      statements: ({ define: { integer } }) => [
        `INSERT INTO vulnerability_spread (name, severity, images, findings, fixable)
        SELECT v.name, v.severity, CAST(sum(l.images * v.gravest) AS ${integer}),
          CAST(sum(l.images * v.findings) AS ${integer}), CAST(sum(l.images * v.fixable) AS ${integer})
        FROM (
          SELECT s.set_id, count(*) AS images FROM image_summary s
          WHERE s.latest = 1 AND s.set_id > $1 AND s.set_id <= $2 AND substr(s.reference, 1, 8) <> 'observe:' GROUP BY s.set_id
        ) l CROSS JOIN set_vulnerability v WHERE v.set_id = l.set_id GROUP BY v.name, v.severity
        ON CONFLICT (name, severity) DO UPDATE SET images = vulnerability_spread.images + excluded.images,
          findings = vulnerability_spread.findings + excluded.findings, fixable = vulnerability_spread.fixable + excluded.fixable`,
      ],
    },
  ],
};
