import type { KeyObject } from 'node:crypto';
import { createReadStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { noProgress, type Progress } from '../../context.ts';
import { AdvisoriesError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { removeLeftovers } from '../replace.ts';
import { SCHEMA_VERSION } from '../schema.ts';
import { isArtefact, openArtefact, readHead, writeHead } from './artefact-file.ts';
import { makeDelta } from './delta.ts';
import { explaining } from './explaining.ts';
import { DATABASE_BYTES, FORMAT, type Manifest, refused } from './manifest.ts';
import { compressPayload, unpackPayload } from './payload.ts';
import { publicHalf, type TrustedKey } from './signature.ts';
import { takeSnapshot } from './snapshot.ts';
import { explainWriting, fileDigest, writeWhole } from './write-file.ts';

export interface ExportOptions {
  /** The database. */
  readonly database: string;
  readonly output: string;
  /** Absent: nobody signs it. */
  readonly key?: KeyObject;
  /** An earlier database, as whoever pulls has it, or an artefact of it: only what differs is written. */
  readonly since?: string;
  /** Keys of which one signed that artefact, besides `key`. */
  readonly sinceKeys?: readonly TrustedKey[];
  /** Days after which nobody should believe any more that there is nothing newer. */
  readonly days?: number;
  readonly now: Date;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

const DEFAULT_DAYS = 14;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Writes a database, or what differs from an earlier one, as a signed artefact. Equal databases and times give equal
 * bytes. The file appears when it is whole.
 * @throws AdvisoriesError
 */
export async function exportAdvisories(options: ExportOptions): Promise<Manifest> {
  const { output, signal, progress = noProgress } = options;
  const temporary = (suffix: string): string => `${output}.${suffix}-${process.pid}`;
  const parts = { plain: temporary('database'), payload: temporary('payload'), whole: temporary('whole') };
  try {
    makeFolder(path.dirname(path.resolve(output)));
    removeLeftovers(output, ['database', 'payload', 'whole', 'delta', 'earlier']);
    progress.report('copying the advisory database');
    const about = await takeSnapshot(options.database, parts.plain);
    let base: Manifest['base'];
    let source = parts.plain;
    if (options.since !== undefined) {
      progress.report('comparing with the earlier database');
      const earlier = await earlierDatabase(options.since, temporary('earlier'), options);
      const delta = await makeDelta(earlier, parts.plain);
      base = delta.base;
      source = temporary('delta');
      await writeWhole(source, [delta.bytes]);
    }
    const uncompressed = statSync(source).size;
    await compressPayload(source, parts.payload, { progress, ...(signal !== undefined && { signal }) });
    const payload = { digest: await fileDigest(parts.payload), size: statSync(parts.payload).size, uncompressed };
    const manifest: Manifest = {
      format: FORMAT,
      kind: base === undefined ? 'whole' : 'delta',
      version: about.version,
      created: options.now.toISOString(),
      expires: new Date(options.now.getTime() + (options.days ?? DEFAULT_DAYS) * DAY).toISOString(),
      schema: SCHEMA_VERSION,
      generation: about.generation,
      builtAt: about.builtAt,
      content: about.content,
      payload,
      ...(base !== undefined && { base }),
      feeds: about.feeds,
    };
    await writeWhole(parts.whole, [writeHead(manifest, options.key), createReadStream(parts.payload)]);
    renameSync(parts.whole, output);
    return manifest;
  } catch (error) {
    throw explainWriting(error, output);
  } finally {
    for (const part of [...Object.values(parts), temporary('delta'), temporary('earlier')])
      rmSync(part, { force: true });
  }
}

/** A database as it is, or the one of an artefact, unpacked. */
async function earlierDatabase(since: string, to: string, { key, sinceKeys = [] }: ExportOptions): Promise<string> {
  if (!existsSync(since)) throw new AdvisoriesError('advisories.missing', `There is no earlier database ${since}.`);
  const file = await openArtefact(since);
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
    if (!isArtefact(buffer)) return since;
    return await explaining(since, undefined, async () => {
      const keys = [...sinceKeys, ...(key === undefined ? [] : [publicHalf(key)])];
      const { manifest, payloadAt } = await readHead(file, { keys, allowUnsigned: true });
      if (manifest.kind === 'delta') throw refused('it is a delta itself');
      await unpackPayload(since, payloadAt, manifest, to, { maximumBytes: DATABASE_BYTES });
      return to;
    });
  } finally {
    await file.close();
  }
}
