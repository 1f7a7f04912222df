import type { Dialect } from '../sql/dialect.ts';
import type { Migration } from './migration.ts';

const severities = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'];

/**
 * What a look at all images needs, worked out by whoever changes it.
 *
 * - `set_vulnerability`: which vulnerabilities the packages of a set have, by the severity of the rows in use; `gravest` is
 *   1 in one row of each set and name, so that images are counted once.
 * - `package_set_count`: their sums, where there are any.
 * - `image_summary`: what stands in the report of an image, and whether it is the last one of its reference that was read.
 * - `image.changed_at`: when its state changed, by the clock of the database.
 * - `finding_day`: what the sums over the last images were, day by day; days since 1970 in UTC.
 */
export const fleet: Migration = {
  title: 'Sums over all images',
  statements(dialect) {
    const { integer, small, text, pairs } = dialect.define;
    const sums = [...severities, 'fixable'].map((name) => `${name} ${integer} NOT NULL`).join(', ');
    return [
      `CREATE TABLE set_vulnerability (
        set_id ${integer} NOT NULL REFERENCES package_set (id) ON DELETE CASCADE, name ${text} NOT NULL,
        severity ${small} NOT NULL, findings ${integer} NOT NULL, fixable ${integer} NOT NULL, gravest ${small} NOT NULL,
        PRIMARY KEY (set_id, name, severity)
      ) ${pairs}`,
      `CREATE TABLE package_set_count (
        set_id ${integer} PRIMARY KEY REFERENCES package_set (id) ON DELETE CASCADE, ${sums},
        fixable_critical ${integer} NOT NULL
      ) ${pairs}`,
      `CREATE TABLE image_summary (
        image_id ${integer} PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE, reference ${text} NOT NULL,
        set_id ${integer} NOT NULL, distribution ${text}, latest ${small} NOT NULL, complete ${small} NOT NULL,
        end_of_life ${text}, kinds ${text} NOT NULL
      ) ${pairs}`,
      `CREATE TABLE finding_day (
        day ${integer} PRIMARY KEY, images ${integer} NOT NULL, vulnerabilities ${integer} NOT NULL,
        exploited ${integer} NOT NULL, ${sums}
      ) ${pairs}`,
      'CREATE INDEX set_vulnerability_name ON set_vulnerability (name, set_id, severity, findings, fixable, gravest)',
      'CREATE INDEX image_summary_reference ON image_summary (reference, image_id)',
      'CREATE INDEX image_summary_latest ON image_summary (latest, set_id)',
      'CREATE INDEX image_reference ON image (reference, id)',
      `ALTER TABLE image ADD COLUMN changed_at ${integer} NOT NULL DEFAULT 0`,
      'CREATE INDEX image_changed ON image (changed_at, id)',
      `CREATE INDEX enrichment_exploited ON enrichment (name) WHERE feed = 'cisa-kev'`,
    ];
  },
  fills: [
    {
      ...{ what: 'package sets', table: 'package_set', rows: 16 },
      // In the order of joins that is quick; SQLite keeps to it.
      statements: () => [
        `INSERT INTO set_vulnerability (set_id, name, severity, findings, fixable, gravest)
        SELECT c.set_id, c.name, c.severity, c.findings, c.fixable,
          CASE WHEN c.severity = max(c.severity) OVER (PARTITION BY c.set_id, c.name) THEN 1 ELSE 0 END
        FROM (
          SELECT m.set_id, v.name, v.severity, count(*) AS findings, count(a.fixed_by) AS fixable
          FROM package_set_member m CROSS JOIN affected a CROSS JOIN vulnerability v
          WHERE m.set_id > $1 AND m.set_id <= $2 AND a.package_version_id = m.package_version_id
            AND v.id = a.vulnerability_id AND v.deleted_at IS NULL
          GROUP BY m.set_id, v.name, v.severity
        ) c`,
        `INSERT INTO package_set_count (set_id, ${severities.join(', ')}, fixable, fixable_critical)
        SELECT set_id, ${severities
          .map(
            (_, severity) =>
              `sum(CASE WHEN severity ${severity === 5 ? '>=' : '='} ${severity} THEN findings ELSE 0 END)`,
          )
          .join(', ')}, sum(fixable), sum(CASE WHEN severity >= 5 THEN fixable ELSE 0 END)
        FROM set_vulnerability WHERE set_id > $1 AND set_id <= $2 GROUP BY set_id`,
      ],
    },
    // Reports have megabytes.
    { what: 'images', table: 'image', rows: 2, statements: (dialect) => [summaries(dialect)] },
    {
      ...{ what: 'references', table: 'image', rows: 200 },
      statements: () => [
        `UPDATE image_summary SET latest = 1 WHERE image_id > $1 AND image_id <= $2 AND NOT EXISTS (
          SELECT 1 FROM image_summary o WHERE o.reference = image_summary.reference AND o.image_id > image_summary.image_id
        )`,
      ],
    },
  ],
};

/**
 * Documents as JSON that PostgreSQL takes. Lone surrogates and NUL are no text; what stands for both is as long, so that a
 * backslash before them stays what it is.
 */
export const readableDocument = String.raw`regexp_replace(document, '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\u0001', 'g')::json`;

/** Of images that were read before, from their reports. They may hold NUL, which JSON can say and PostgreSQL cannot. */
function summaries({ name }: Dialect): string {
  const columns = 'image_id, reference, set_id, distribution, latest, complete, end_of_life, kinds';
  const from =
    'FROM image g WHERE g.id > $1 AND g.id <= $2 AND g.state = 2 AND g.set_id IS NOT NULL AND g.document IS NOT NULL';
  if (name === 'sqlite') {
    return `INSERT INTO image_summary (${columns})
      SELECT g.id, g.reference, g.set_id, g.distribution, 0, coalesce(g.document -> '$.coverage.complete' = 'true', 0),
        g.document ->> '$.image.distribution.endOfLife',
        coalesce((SELECT json_group_object(k.kind, k.count) FROM (
          SELECT f.value ->> '$.kind' AS kind, count(*) AS count FROM json_each(g.document, '$.findings') f
          WHERE f.value ->> '$.kind' <> 'vulnerability' GROUP BY 1 ORDER BY 1
        ) k), '{}')
      ${from}`;
  }
  const read = `FROM (
    SELECT id, reference, set_id, distribution, ${readableDocument} AS document FROM image
    WHERE id > $1 AND id <= $2 AND state = 2 AND set_id IS NOT NULL AND document IS NOT NULL
  ) g`;
  const findings = `json_array_elements(CASE WHEN json_typeof(g.document -> 'findings') = 'array'
    THEN g.document -> 'findings' ELSE '[]'::json END) AS f (value)`;
  return `INSERT INTO image_summary (${columns})
    SELECT g.id, g.reference, g.set_id, g.distribution, 0,
      CASE WHEN g.document -> 'coverage' ->> 'complete' = 'true' THEN 1 ELSE 0 END,
      g.document -> 'image' -> 'distribution' ->> 'endOfLife',
      coalesce((SELECT json_object_agg(k.kind, k.count)::text FROM (
        SELECT f.value ->> 'kind' AS kind, count(*) AS count FROM ${findings}
        WHERE f.value ->> 'kind' <> 'vulnerability' GROUP BY 1 ORDER BY 1
      ) k), '{}')
    ${read}`;
}
