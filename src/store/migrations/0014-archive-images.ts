import type { Fill, Migration } from './migration.ts';

/** Images but the first of one source have a key that begins with the id of the first; those of clients have no space. */
export const IS_OTHER = "substr(g.idempotency_key, 37, 1) = ' '";
export const FIRST = 'substr(g.idempotency_key, 1, 36)';
const STATED = `(SELECT p.reference FROM image p WHERE p.uuid = ${FIRST})`;

/** Adds up the sums over the last images, from nothing. */
export const spreadAnew: Fill = {
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
};

/**
 * Images of an uploaded archive but the first had the name that was given to the archive, which could be that of an image of a
 * registry, of a manifest of Clair v4 or of a run, and all of them the same. They get the one that they have now. Where the
 * first was removed, those are known whose name no registry has.
 */
export const archiveImages: Migration = {
  title: 'Images that one archive holds',
  statements: () => ['DELETE FROM vulnerability_spread'],
  fills: [
    {
      ...{ what: 'images', table: 'image', rows: 50 },
      statements: () => [
        `UPDATE image AS g SET reference = coalesce(${STATED}, 'upload:' || g.reference) || '#' || (
          SELECT 2 + count(*) FROM image o WHERE o.idempotency_key > ${FIRST} || ' '
            AND o.idempotency_key < ${FIRST} || '!' AND o.id < g.id
        )
        WHERE g.id > $1 AND g.id <= $2 AND ${IS_OTHER} AND coalesce(
          substr(${STATED}, 1, 7) = 'upload:',
          replace(g.reference, '/', '') = g.reference OR substr(g.reference, 1, 6) = 'clair:'
            OR substr(g.reference, 1, 8) = 'observe:'
        )`,
        `UPDATE image_summary SET reference = (SELECT g.reference FROM image g WHERE g.id = image_summary.image_id)
        WHERE image_id IN (SELECT g.id FROM image g WHERE g.id > $1 AND g.id <= $2 AND ${IS_OTHER})`,
      ],
    },
    {
      ...{ what: 'references', table: 'image', rows: 200 },
      statements: () => [
        `UPDATE image_summary SET latest = CASE WHEN EXISTS (
          SELECT 1 FROM image_summary o WHERE o.reference = image_summary.reference AND o.image_id > image_summary.image_id
        ) THEN 0 ELSE 1 END WHERE image_id > $1 AND image_id <= $2`,
      ],
    },
    spreadAnew,
  ],
};
