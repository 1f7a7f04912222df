import type { ReportSummary, ScannedImage } from '../image-shelf.ts';
import type { SqlWriter } from './connection.ts';
import { shiftSpread } from './fleet-spread.ts';
import { storable } from './storable.ts';

const NOTHING: ReportSummary = { complete: true, kinds: {} };

/** Keeps what lists say of an image that was read, and which image is the last one of its reference. */
export async function keepSummary(
  sql: SqlWriter,
  image: { readonly number: number; readonly set: number; readonly reference: string },
  { distribution, summary = NOTHING }: ScannedImage,
): Promise<void> {
  const { complete, endOfLife, kinds } = summary;
  // Two scans of one reference that end at once would both be the last one.
  await sql.lockName('image-reference', image.reference);
  const before = await lastSet(sql, image.reference);
  await sql.run('DELETE FROM image_summary WHERE image_id = $1', [image.number]);
  await sql.run(
    `INSERT INTO image_summary (image_id, reference, set_id, distribution, latest, complete, end_of_life, kinds)
    VALUES ($1, $2, $3, $4, 0, $5, $6, $7)`,
    [
      image.number,
      image.reference,
      image.set,
      distribution === undefined ? undefined : storable(distribution),
      complete ? 1 : 0,
      endOfLife === undefined ? undefined : storable(endOfLife),
      JSON.stringify(kinds),
    ],
  );
  await markLast(sql, image.reference);
  await shiftSpread(sql, image.reference, before, await lastSet(sql, image.reference));
}

/**
 * Removes an image of a reference that was read: the one before is the last one of it again.
 * @param remove removes the image
 */
export async function lastIsBefore(sql: SqlWriter, reference: string, remove: () => Promise<void>): Promise<void> {
  await sql.lockName('image-reference', reference);
  const before = await lastSet(sql, reference);
  await remove();
  await markLast(sql, reference);
  await shiftSpread(sql, reference, before, await lastSet(sql, reference));
}

/** The set of the last image of a reference. */
async function lastSet(sql: SqlWriter, reference: string): Promise<number | undefined> {
  const row = await sql.get<{ readonly set: number }>(
    'SELECT set_id AS "set" FROM image_summary WHERE reference = $1 AND latest = 1',
    [reference],
  );
  return row?.set;
}

async function markLast(sql: SqlWriter, reference: string): Promise<void> {
  const last = '(SELECT max(o.image_id) FROM image_summary o WHERE o.reference = $1)';
  await sql.run(
    `UPDATE image_summary SET latest = CASE WHEN image_id = ${last} THEN 1 ELSE 0 END
    WHERE reference = $1 AND (latest = 1 OR image_id = ${last})`,
    [reference],
  );
}
