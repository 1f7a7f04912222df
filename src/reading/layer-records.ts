import { createHash } from 'node:crypto';
import { timedOut } from '../context.ts';
import type { LayerContent } from '../image/content.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { Problem } from '../model/problem.ts';
import { type ChosenFiles, nameOfChoice } from './chosen-files.ts';
import type { LayerCache } from './layer-cache.ts';
import { RECORD_VERSION } from './layer-record.ts';
import type { LayerReading } from './read-layer.ts';

/** Compressed bytes from which on a file is worth a record: less is inflated sooner than a record is found and read. */
const WORTH_KEEPING = 256 * 1024;

/** Problems that depend on more than the bytes of the layer: a reading with one of them is not kept. */
const notOfTheBytes: ReadonlySet<Problem['code']> = new Set([
  'layer.limit',
  'file.too-large',
  'scan.timeout',
  'analyzer.failed',
]);

/** What of the readings of a scan goes into the layer cache, and what of the cache is believed. */
export class LayerRecords {
  readonly #cache: LayerCache | undefined;
  /** What a reading depends on besides the bytes. */
  readonly #readers: string;
  readonly #verify: boolean;

  constructor(cache: LayerCache | undefined, analyzers: readonly Analyzer[], limits: Limits, verify: boolean) {
    this.#cache = cache;
    this.#readers = readersKey(analyzers, limits);
    this.#verify = verify;
  }

  /** What is kept of a layer, if it really is that layer: its digest is computed first. */
  async find(
    digest: string | undefined,
    content: LayerContent,
    signal: AbortSignal,
    only?: ChosenFiles,
  ): Promise<LayerReading | undefined> {
    const readers = this.#readersOf(only);
    if (digest === undefined || (await this.#cache?.has(digest, readers)) !== true) return undefined;
    try {
      if ((await content.hasDigest?.(digest, { signal })) !== true) return undefined;
    } catch (error) {
      // Whoever reads the layer says so.
      if (timedOut(signal)) return undefined;
      throw error;
    }
    const reading = await this.#cache?.get(digest, readers);
    if (reading === undefined || (this.#verify && reading.walk.diffId === undefined)) return undefined;
    // Another size than the one that is stated is said by whoever reads the bytes.
    return content.unsized === true || reading.walk.stored === content.size ? reading : undefined;
  }

  async keep(content: LayerContent, reading: LayerReading, only?: ChosenFiles): Promise<void> {
    const { digest } = reading.walk;
    const pays = content.remote === true || content.size >= WORTH_KEEPING;
    if (digest === undefined || content.hasDigest === undefined || !pays) return;
    if (reading.facts.problems.some(({ code }) => notOfTheBytes.has(code))) return;
    await this.#cache?.put(digest, this.#readersOf(only), reading);
  }

  /** A reading of some files is another one than that of all. */
  #readersOf(only: ChosenFiles | undefined): string {
    if (only === undefined) return this.#readers;
    return createHash('sha256')
      .update(`${this.#readers} ${nameOfChoice(only)}`)
      .digest('hex')
      .slice(0, 32);
  }
}

/** Changes whenever the same bytes could give another reading. */
export function readersKey(analyzers: readonly Analyzer[], limits: Limits): string {
  const parts = analyzers.map(({ name, version, rules = '' }) => [name, version, rules]);
  const bounds = Object.entries(limits).sort(([a], [b]) => (a < b ? -1 : 1));
  // In the bundle the name of this file has a digest of all code that reads layers: another build learns anew.
  const build = import.meta.url.slice(import.meta.url.lastIndexOf('/') + 1);
  const text = JSON.stringify([RECORD_VERSION, build, process.arch, parts.sort(), bounds]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
