import { FIRST, IS_OTHER, spreadAnew } from './0014-archive-images.ts';
import type { Migration } from './migration.ts';

/** The first image of a source, or whichever of them came first where that one was removed. */
const SUBMITTED = `coalesce((SELECT p.id FROM image p WHERE p.uuid = ${FIRST}), (
  SELECT min(o.id) FROM image o WHERE o.idempotency_key > ${FIRST} || ' ' AND o.idempotency_key < ${FIRST} || '!'
))`;

/**
 * Of an image for several platforms that was scanned for all of them, only the one that was kept last counted as the last of its
 * reference. Now all that came of one submission do: `submission_id` is the image that was submitted.
 */
export const submissions: Migration = {
  title: 'Images for several platforms',
  statements: ({ define: { integer } }) => [
    `ALTER TABLE image_summary ADD COLUMN submission_id ${integer} NOT NULL DEFAULT 0`,
    'CREATE INDEX image_summary_submission ON image_summary (reference, submission_id)',
    'DROP INDEX image_summary_reference',
    'DELETE FROM vulnerability_spread',
  ],
  fills: [
    {
      ...{ what: 'images', table: 'image', rows: 200 },
      statements: () => [
        `UPDATE image_summary SET submission_id = coalesce((
          SELECT ${SUBMITTED} FROM image g WHERE g.id = image_summary.image_id AND ${IS_OTHER}
        ), image_id) WHERE image_id > $1 AND image_id <= $2`,
      ],
    },
    {
      ...{ what: 'references', table: 'image', rows: 200 },
      statements: () => [
        `UPDATE image_summary SET latest = CASE WHEN EXISTS (
          SELECT 1 FROM image_summary o
          WHERE o.reference = image_summary.reference AND o.submission_id > image_summary.submission_id
        ) THEN 0 ELSE 1 END WHERE image_id > $1 AND image_id <= $2`,
      ],
    },
    spreadAnew,
  ],
};
