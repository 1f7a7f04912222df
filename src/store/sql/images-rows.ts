import { UsageError } from '../../errors.ts';
import type { ImageState, StoredImage } from '../image-shelf.ts';
import type { SqlReader, SqlValue } from './connection.ts';

/** Values of `image.state`: places in the list. */
const states: readonly ImageState[] = ['queued', 'scanning', 'done', 'failed'];

export function stateNumber(state: ImageState): number {
  return states.indexOf(state);
}

/** An image, with the numbers that the tables know it by. */
export interface NumberedImage {
  readonly number: number;
  readonly set: number | null;
  readonly image: StoredImage;
}

interface ImageRow {
  readonly number: number;
  readonly set: number | null;
  readonly id: string;
  readonly reference: string;
  readonly digest: string | null;
  readonly configuration: string | null;
  readonly platform: string | null;
  readonly distribution: string | null;
  readonly state: number;
  readonly submitted: number;
  readonly scanned: number | null;
  readonly failure: string | null;
  readonly leftOut: number;
  readonly ownSource: number;
}

const SELECT = `SELECT g.id AS number, g.set_id AS "set", g.uuid AS id, g.reference, g.digest, g.configuration, g.platform, g.distribution,
    g.state, g.submitted_at AS submitted, g.scanned_at AS scanned, g.failure, g.left_out AS "leftOut", g.own_source AS "ownSource"
  FROM image g`;

/**
 * Images with their layers, in two statements.
 * @param rest from WHERE on; the table is called `g`
 */
export async function readImages(
  sql: SqlReader,
  rest: string,
  parameters: readonly SqlValue[],
): Promise<readonly NumberedImage[]> {
  const rows = await sql.all<ImageRow>(`${SELECT} ${rest}`, parameters);
  if (rows.length === 0) return [];
  const layers = await sql.all<{ readonly number: number; readonly digest: string }>(
    `SELECT l.image_id AS number, l.digest FROM ${sql.dialect.list('$1', 'i', 'integer')}
    CROSS JOIN image_layer l WHERE l.image_id = i.value ORDER BY l.image_id, l.position`,
    [JSON.stringify(rows.map(({ number }) => number))],
  );
  const byImage = new Map<number, string[]>(rows.map(({ number }) => [number, []]));
  for (const { number, digest } of layers) byImage.get(number)!.push(digest);
  return rows.map((row) => ({ number: row.number, set: row.set, image: toImage(row, byImage.get(row.number)!) }));
}

function toImage(row: ImageRow, layers: readonly string[]): StoredImage {
  const { id, reference, digest, configuration, platform, distribution, scanned, failure, leftOut, ownSource } = row;
  return {
    id,
    reference,
    ...(digest !== null && { digest }),
    ...(configuration !== null && { configuration }),
    ...(platform !== null && { platform }),
    ...(distribution !== null && { distribution }),
    state: states[row.state]!,
    submitted: new Date(row.submitted),
    ...(scanned !== null && { scanned: new Date(scanned) }),
    ...(failure !== null && { failure }),
    layers,
    ...(ownSource === 1 && { ownSource: true }),
    ...(leftOut > 0 && { leftOut }),
  };
}

/** Where a page ended, as a text that means nothing to anybody else. */
export function writeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * @param shape an example of each part
 * @throws UsageError for a text that no page ended with
 */
export function readCursor<T extends readonly (string | number)[]>(text: string, shape: T): T {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    // What follows says so.
  }
  const fits =
    Array.isArray(place) &&
    place.length === shape.length &&
    place.every(
      (part, index) => typeof part === typeof shape[index] && (typeof part === 'string' || Number.isSafeInteger(part)),
    );
  if (!fits) throw noPage(text);
  return place as unknown as T;
}

/** A page that no other one ended with. */
export function noPage(text: string): UsageError {
  return new UsageError('usage.option', `No page ended with ${JSON.stringify(text.slice(0, 100))}.`);
}
