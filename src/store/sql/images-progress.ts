import type { ImageProgress, ScanStep } from '../image-shelf.ts';
import type { SqlReader, SqlWriter } from './connection.ts';
import { readImages } from './images-rows.ts';
import { storable } from './storable.ts';

interface StepRow {
  readonly sequence: number;
  readonly step: string;
  readonly done: number | null;
  readonly total: number | null;
  readonly unit: string | null;
}

/** Keeps the last step alone: who follows a scan wants to know where it is, not where it was. */
export async function writeStep(sql: SqlWriter, id: string, { step, done, total, unit }: ScanStep): Promise<void> {
  await sql.run(
    `INSERT INTO image_progress (image_id, sequence, step, done, total, unit)
    SELECT g.id, 1, $2, $3, $4, $5 FROM image g WHERE g.uuid = $1
    ON CONFLICT (image_id) DO UPDATE SET sequence = image_progress.sequence + 1, step = excluded.step,
      done = excluded.done, total = excluded.total, unit = excluded.unit`,
    [id, storable(step), done, total, unit],
  );
}

export async function readProgress(sql: SqlReader, id: string): Promise<ImageProgress | undefined> {
  const [found] = await readImages(sql, 'WHERE g.uuid = $1', [id]);
  if (found === undefined) return undefined;
  const row = await sql.get<StepRow>(
    'SELECT sequence, step, done, total, unit FROM image_progress WHERE image_id = $1',
    [found.number],
  );
  if (row === undefined) return { image: found.image, sequence: 0 };
  const { sequence, step, done, total, unit } = row;
  return {
    image: found.image,
    sequence,
    step: {
      step,
      ...(done !== null && { done }),
      ...(total !== null && { total }),
      ...(unit !== null && { unit }),
    },
  };
}
