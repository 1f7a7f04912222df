import type { KeyObject } from 'node:crypto';
import { createReadStream, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { noProgress, type Progress } from '../../context.ts';
import { makeFolder } from '../../make-folder.ts';
import { removeLeftovers } from '../replace.ts';
import { SCHEMA_VERSION } from '../schema.ts';
import { writeHead } from './artefact-file.ts';
import { makeDelta } from './delta.ts';
import { FORMAT, type Manifest } from './manifest.ts';
import { compressPayload } from './payload.ts';
import { takeSnapshot } from './snapshot.ts';
import { explainWriting, fileDigest, writeWhole } from './write-file.ts';

export interface ExportOptions {
  /** The database. */
  readonly database: string;
  readonly output: string;
  /** Absent: nobody signs it. */
  readonly key?: KeyObject;
  /** An earlier database, as whoever pulls has it: only what differs is written. */
  readonly since?: string;
  /** Days after which nobody should believe any more that there is nothing newer. */
  readonly days?: number;
  /** Default: the second of the newest generation. */
  readonly version?: number;
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
    removeLeftovers(output, ['database', 'payload', 'whole', 'delta']);
    progress.report('copying the advisory database');
    const about = await takeSnapshot(options.database, parts.plain);
    let base: Manifest['base'];
    let source = parts.plain;
    if (options.since !== undefined) {
      progress.report('comparing with the earlier database');
      const delta = await makeDelta(options.since, parts.plain);
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
      version: options.version ?? Math.floor(Date.parse(about.builtAt) / 1000),
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
    for (const part of [...Object.values(parts), temporary('delta')]) rmSync(part, { force: true });
  }
}
