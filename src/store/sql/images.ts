import { randomUUID } from 'node:crypto';
import type { ImageFilter, ImageShelf, OtherImage, ScannedImage, StoredImage } from '../image-shelf.ts';
import type { SqlConnection, SqlReader, SqlValue, SqlWriter, WriteOptions } from './connection.ts';
import { keepSummary, lastIsBefore } from './image-summaries.ts';
import { readAffected, readFindings } from './images-findings.ts';
import { readOfDigests } from './images-of-digests.ts';
import { readProgress, writeStep } from './images-progress.ts';
import { type NumberedImage, readCursor, readImages, stateNumber, writeCursor } from './images-rows.ts';
import { dropUnusedSet, ensurePackageSet, keepable, lockSet } from './images-sets.ts';
import type { Judging } from './judging.ts';
import { leaveRemoval } from './removed-images.ts';
import { storable } from './storable.ts';
import { checkName, checkText } from './texts.ts';

const [queued, scanning, done, failed] = (['queued', 'scanning', 'done', 'failed'] as const).map(stateNumber);

/** An update of the advisories counts anew, and whoever changes what is counted waits for that: longer than statements may take. */
const patient: WriteOptions = { statementTimeout: 300_000 };

/** Images of our own API. */
export function createImageShelf(connection: SqlConnection, judging: Judging): ImageShelf {
  return {
    submit: async (reference, submitted, idempotencyKey, platform, ownSource) =>
      await connection.write(
        async (sql) => await submit(sql, reference, submitted, { idempotencyKey, platform, ownSource }),
      ),
    find: async (id) => {
      const [found] = await readImages(connection, 'WHERE g.uuid = $1', [id]);
      return found?.image;
    },
    ofReference: async (reference, limit, states) => {
      const picked = states === undefined ? '' : `AND g.state IN (${states.map(stateNumber).join(', ')})`;
      const images = await readImages(connection, `WHERE g.reference = $1 ${picked} ORDER BY g.id DESC LIMIT $2`, [
        reference,
        limit,
      ]);
      return images.map(({ image }) => image);
    },
    list: async (filter) => await connection.read(async (sql) => await list(sql, filter)),
    begin: async (id) =>
      await connection.write(async (sql) => {
        const row = await sql.get<{ readonly begun: number }>(
          `UPDATE image SET state = ${scanning}, failure = NULL, begun = begun + 1, changed_at = ${sql.dialect.now} WHERE uuid = $1 RETURNING begun`,
          [id],
        );
        return row?.begun ?? 0;
      }),
    pause: async (id) =>
      await connection.write(async (sql) => {
        await sql.run('UPDATE image SET begun = begun - 1 WHERE uuid = $1 AND begun > 0', [id]);
      }),
    progress: async (id, step) => await connection.write(async (sql) => await writeStep(sql, id, step)),
    follow: async (id) => await connection.read(async (sql) => await readProgress(sql, id)),
    finish: async (id, scanned) =>
      await connection.write(async (sql) => await finish(sql, id, scanned, judging), patient),
    finishBeside: async (id, other, scanned) =>
      await connection.write(async (sql) => await finishBeside(sql, id, other, scanned, judging), patient),
    fail: async (id, failure, at) =>
      await connection.write(async (sql) => {
        await sql.run(
          `UPDATE image SET state = ${failed}, failure = $2, scanned_at = $3, begun = 0, changed_at = ${sql.dialect.now} WHERE uuid = $1`,
          [id, storable(failure), at.getTime()],
        );
      }),
    unfinished: async () =>
      await connection.read(async (sql) => {
        const images = await readImages(sql, `WHERE g.state IN (${queued}, ${scanning}) ORDER BY g.id`, []);
        return images.map(({ image }) => image);
      }),
    document: async (id) => {
      const row = await connection.get<{ readonly document: string | null }>(
        'SELECT document FROM image WHERE uuid = $1',
        [id],
      );
      return row?.document ?? undefined;
    },
    programs: async (id) => {
      const row = await connection.get<{ readonly programs: Uint8Array | null }>(
        'SELECT programs FROM image WHERE uuid = $1',
        [id],
      );
      return row?.programs ?? undefined;
    },
    ofDigests: async (digests, runs) => await connection.read(async (sql) => await readOfDigests(sql, digests, runs)),
    findings: async (id, filter) => await connection.read(async (sql) => await readFindings(sql, id, filter)),
    affectedBy: async (vulnerability, page) =>
      await connection.read(async (sql) => await readAffected(sql, vulnerability, page)),
    withLayer: async (digest, limit) =>
      await connection.read(async (sql) => {
        const images = await readImages(
          sql,
          `WHERE g.id IN (SELECT l.image_id FROM image_layer l WHERE l.digest = $1
            GROUP BY l.image_id ORDER BY l.image_id DESC LIMIT $2) ORDER BY g.id DESC`,
          [digest, limit],
        );
        return images.map(({ image }) => image);
      }),
    remove: async (id) =>
      await connection.write(async (sql) => {
        const known = await sql.get<{ readonly set: number | null; readonly reference: string }>(
          `SELECT set_id AS "set", reference FROM image WHERE uuid = $1 ${sql.dialect.forUpdate}`,
          [id],
        );
        if (known === undefined) return false;
        const removeRow = async (): Promise<void> => {
          await sql.run('DELETE FROM image WHERE uuid = $1', [id]);
        };
        const { set, reference } = known;
        if (set === null) await removeRow();
        else {
          await lockSet(sql, set);
          await lastIsBefore(sql, reference, removeRow);
          await dropUnusedSet(sql, set);
        }
        // The last of all: those who follow look for what was written a few seconds ago, and others may have been waited for.
        await leaveRemoval(sql, id);
        return true;
      }, patient),
  };
}

interface Submission {
  readonly idempotencyKey?: string | undefined;
  readonly platform?: string | undefined;
  readonly ownSource?: boolean | undefined;
}

async function submit(
  sql: SqlWriter,
  reference: string,
  submitted: Date,
  { idempotencyKey, platform, ownSource = false }: Submission,
): Promise<StoredImage> {
  const id = randomUUID();
  const key = idempotencyKey === undefined ? undefined : checkName('idempotency key', idempotencyKey);
  const made = await sql.run(
    `INSERT INTO image (uuid, reference, state, submitted_at, idempotency_key, platform, own_source, changed_at)
    VALUES ($1, $2, ${queued}, $3, $4, $5, $6, ${sql.dialect.now}) ON CONFLICT DO NOTHING`,
    [
      id,
      checkText('reference', reference),
      submitted.getTime(),
      key,
      platform === undefined ? undefined : storable(platform),
      ownSource ? 1 : 0,
    ],
  );
  const [found] =
    made > 0
      ? await readImages(sql, 'WHERE g.uuid = $1', [id])
      : await readImages(sql, 'WHERE g.idempotency_key = $1', [key]);
  return found!.image;
}

async function list(
  sql: SqlReader,
  filter: ImageFilter,
): Promise<{ readonly images: readonly StoredImage[]; readonly next?: string }> {
  const parameters: SqlValue[] = [filter.limit + 1];
  const place = (value: SqlValue): string => `$${parameters.push(value)}`;
  const conditions = ['1 = 1'];
  if (filter.after !== undefined) conditions.push(`g.id < ${place(readCursor(filter.after, [0] as const)[0])}`);
  if (filter.state !== undefined) conditions.push(`g.state = ${stateNumber(filter.state)}`);
  if (filter.text !== undefined && filter.text !== '') {
    const text = place(storable(filter.text));
    // The one way to look for a part that both databases understand alike, case and wildcards included.
    conditions.push(`(replace(g.reference, ${text}, '') <> g.reference OR g.digest = ${text})`);
  }
  const images = await readImages(sql, `WHERE ${conditions.join(' AND ')} ORDER BY g.id DESC LIMIT $1`, parameters);
  const page: readonly NumberedImage[] = images.slice(0, filter.limit);
  return {
    images: page.map(({ image }) => image),
    ...(images.length > filter.limit && page.length > 0 && { next: writeCursor([page.at(-1)!.number]) }),
  };
}

async function finishBeside(
  sql: SqlWriter,
  id: string,
  { reference, submitted, idempotencyKey }: OtherImage,
  scanned: ScannedImage,
  judging: Judging,
): Promise<string | undefined> {
  // Whoever removes it waits until this one is there to be removed, too.
  const first = await sql.get<{ readonly number: number }>(
    `SELECT id AS number FROM image WHERE uuid = $1 ${sql.dialect.forUpdate}`,
    [id],
  );
  if (first === undefined) return undefined;
  const other = await submit(sql, reference, submitted, { idempotencyKey });
  await finish(sql, other.id, scanned, judging, first.number);
  return other.id;
}

/** @param submission number of the image that was submitted, where another one came of it */
async function finish(
  sql: SqlWriter,
  id: string,
  scanned: ScannedImage,
  judging: Judging,
  submission?: number,
): Promise<boolean> {
  const known = await sql.get<{ readonly number: number; readonly set: number | null; readonly reference: string }>(
    `SELECT id AS number, set_id AS "set", reference FROM image WHERE uuid = $1 ${sql.dialect.forUpdate}`,
    [id],
  );
  // It was removed while it was scanned.
  if (known === undefined) return false;
  const { packages, leftOut } = keepable(scanned.packages);
  const set = await ensurePackageSet(sql, packages, scanned.namespaces, judging);
  const optional = (text: string | undefined): string | undefined => (text === undefined ? undefined : storable(text));
  await sql.run(
    `UPDATE image SET state = ${done}, digest = $2, platform = $3, distribution = $4, scanned_at = $5, failure = NULL, begun = 0,
      set_id = $6, document = $7, left_out = $8, configuration = $9, programs = $10 WHERE id = $1`,
    [
      known.number,
      optional(scanned.digest),
      optional(scanned.platform),
      optional(scanned.distribution),
      scanned.scanned.getTime(),
      set,
      storable(scanned.document),
      leftOut,
      optional(scanned.configuration),
      scanned.programs,
    ],
  );
  await sql.run('DELETE FROM image_layer WHERE image_id = $1', [known.number]);
  const layers = scanned.layers.map((digest, position) => [position, storable(digest)]);
  await sql.run(
    `INSERT INTO image_layer (image_id, position, digest)
    SELECT $1, i.position, i.digest FROM ${sql.dialect.tuples('$2', 'i', { position: 'integer', digest: 'text' })}`,
    [known.number, JSON.stringify(layers)],
  );
  if (known.set !== null && known.set !== set) await lockSet(sql, known.set);
  await keepSummary(sql, { ...known, set, submission }, scanned);
  if (known.set !== null && known.set !== set) await dropUnusedSet(sql, known.set);
  // The last of all: see `remove`.
  await sql.run(`UPDATE image SET changed_at = ${sql.dialect.now} WHERE id = $1`, [known.number]);
  return true;
}
