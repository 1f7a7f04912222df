import type { ImageOfDigest, StoredImage } from '../image-shelf.ts';
import type { SqlReader } from './connection.ts';
import { readImages, stateNumber } from './images-rows.ts';

/** The last scan and the last run of each digest, of a manifest or of a configuration: `ImageShelf.ofDigests`. */
export async function readOfDigests(
  sql: SqlReader,
  digests: readonly string[],
  runs: string,
): Promise<readonly ImageOfDigest[]> {
  const last = (column: string, isRun: string, more = ''): string =>
    `(SELECT max(g.id) FROM image g WHERE g.${column} = w.value AND g.state = ${stateNumber('done')}
      AND substr(g.reference, 1, ${runs.length}) ${isRun} $2 ${more})`;
  const whole = 'AND EXISTS (SELECT 1 FROM image_summary s WHERE s.image_id = g.id AND s.complete = 1)';
  const rows = await sql.all<
    { readonly digest: string } & Readonly<
      Record<'whole' | 'wholeNamed' | 'scan' | 'named' | 'run' | 'ran', number | null>
    >
  >(
    `SELECT w.value AS digest, ${last('configuration', '<>', whole)} AS whole, ${last('digest', '<>', whole)} AS "wholeNamed",
      ${last('configuration', '<>')} AS scan, ${last('digest', '<>')} AS named,
      ${last('configuration', '=')} AS run, ${last('digest', '=')} AS ran
    FROM ${sql.dialect.list('$1', 'w', 'text')}`,
    [JSON.stringify(digests), runs],
  );
  const found = rows
    .map(({ digest, whole: complete, wholeNamed, scan, named, run, ran }) => ({
      digest,
      // One that something kept from reading all of it says less than the one before.
      scan: newest(complete, wholeNamed) || newest(scan, named),
      run: newest(run, ran),
    }))
    .filter(({ scan, run }) => scan > 0 || run > 0);
  if (found.length === 0) return [];
  const numbers = [...new Set(found.flatMap(({ scan, run }) => [scan, run]))];
  const images = new Map<number, StoredImage>();
  for (const { number, image } of await readImages(
    sql,
    `WHERE g.id IN (SELECT value FROM ${sql.dialect.list('$1', 'w', 'integer')})`,
    [JSON.stringify(numbers)],
  )) {
    images.set(number, image);
  }
  return found.map(({ digest, scan, run }) => {
    const [scanned, watched] = [images.get(scan), images.get(run)];
    return { digest, ...(scanned && { scan: scanned }), ...(watched && { run: watched }) };
  });
}

/** 0: neither. */
function newest(one: number | null, other: number | null): number {
  return Math.max(one ?? 0, other ?? 0);
}
