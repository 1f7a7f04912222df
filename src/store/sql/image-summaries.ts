import type { ReportSummary, ScannedImage } from '../image-shelf.ts';
import type { SqlWriter } from './connection.ts';
import { shiftSpread } from './fleet-spread.ts';
import { storable } from './storable.ts';

const NOTHING: ReportSummary = { complete: true, kinds: {} };

interface SummedImage {
  readonly number: number;
  readonly set: number;
  readonly reference: string;
  /** The image that was submitted, where another one came of it. */
  readonly submission?: number | undefined;
}

/** Keeps what lists say of an image that was read, and which images are the last ones of its reference. */
export async function keepSummary(
  sql: SqlWriter,
  image: SummedImage,
  { distribution, summary = NOTHING }: ScannedImage,
): Promise<void> {
  const { complete, endOfLife, kinds } = summary;
  // Two scans of one reference that end at once would both be the last one.
  await sql.lockName('image-reference', image.reference);
  const before = await lastSets(sql, image.reference);
  const submission = image.submission ?? (await submissionOf(sql, image.number)) ?? image.number;
  await sql.run('DELETE FROM image_summary WHERE image_id = $1', [image.number]);
  await sql.run(
    `INSERT INTO image_summary (image_id, reference, set_id, distribution, latest, complete, end_of_life, kinds, submission_id)
    VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8)`,
    [
      image.number,
      image.reference,
      image.set,
      distribution === undefined ? undefined : storable(distribution),
      complete ? 1 : 0,
      endOfLife === undefined ? undefined : storable(endOfLife),
      JSON.stringify(kinds),
      submission,
    ],
  );
  await markLast(sql, image.reference);
  await shiftSpread(sql, image.reference, before, await lastSets(sql, image.reference));
}

/**
 * Removes an image of a reference that was read: what was submitted before may be the last of it again.
 * @param remove removes the image
 */
export async function lastIsBefore(sql: SqlWriter, reference: string, remove: () => Promise<void>): Promise<void> {
  await sql.lockName('image-reference', reference);
  const before = await lastSets(sql, reference);
  await remove();
  await markLast(sql, reference);
  await shiftSpread(sql, reference, before, await lastSets(sql, reference));
}

/** What an image that was read before came of. */
async function submissionOf(sql: SqlWriter, image: number): Promise<number | undefined> {
  const row = await sql.get<{ readonly submission: number }>(
    'SELECT submission_id AS submission FROM image_summary WHERE image_id = $1',
    [image],
  );
  return row?.submission;
}

/** The set of each of the last images of a reference: of one for several platforms there are as many. */
async function lastSets(sql: SqlWriter, reference: string): Promise<readonly number[]> {
  const rows = await sql.all<{ readonly set: number }>(
    'SELECT set_id AS "set" FROM image_summary WHERE reference = $1 AND latest = 1',
    [reference],
  );
  return rows.map(({ set }) => set);
}

/** The last ones are all that came of what was submitted last: others of an earlier submission may be read after it. */
async function markLast(sql: SqlWriter, reference: string): Promise<void> {
  const last = '(SELECT max(o.submission_id) FROM image_summary o WHERE o.reference = $1)';
  await sql.run(
    `UPDATE image_summary SET latest = CASE WHEN submission_id = ${last} THEN 1 ELSE 0 END
    WHERE reference = $1 AND (latest = 1 OR submission_id = ${last})`,
    [reference],
  );
}
