import { LimitError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type CacheBounds, isCacheKey, type LayerCache } from '../reading/layer-cache.ts';
import { decodeReading, encodeReading } from '../reading/layer-record.ts';
import type { LayerReading } from '../reading/read-layer.ts';
import type { ReadingShelf } from './reading-shelf.ts';

/** Bytes of a record that go into the store at a time, at least. */
const PIECE = 256 * 1024;

const HOUR = 3_600_000;

/** Part of the bytes that all may have after which a process that wrote so much looks through them. */
const SWEEP_PART = 1 / 20;

/**
 * What was learned of layers, for all processes of one database. The records are those of the folder, with their
 * checksums. A store that does not answer has nothing of any layer.
 */
export class StoredLayerCache implements LayerCache {
  readonly #readings: ReadingShelf;
  readonly #bounds: CacheBounds;
  readonly #log: Logger;
  #written = 0;
  #swept = 0;

  constructor(readings: ReadingShelf, bounds: CacheBounds, log: Logger) {
    this.#readings = readings;
    this.#bounds = bounds;
    this.#log = log;
  }

  get keeps(): boolean {
    return this.#bounds.bytes > 0;
  }

  async has(digest: string, readers: string): Promise<boolean> {
    if (!this.#isFor(digest, readers)) return false;
    return (await this.#tried(async () => await this.#readings.has(keyOf(digest, readers)))) ?? false;
  }

  async get(digest: string, readers: string): Promise<LayerReading | undefined> {
    if (!this.#isFor(digest, readers)) return undefined;
    const key = keyOf(digest, readers);
    const bytes = await this.#tried(async () => await this.#readings.get(key));
    if (bytes === undefined) return undefined;
    try {
      return decodeReading(key, bytes);
    } catch (error) {
      this.#log.info({ digest, error: String(error) }, 'a record of the layer cache was thrown away');
      await this.#tried(async () => await this.#readings.remove(key));
      return undefined;
    }
  }

  async put(digest: string, readers: string, reading: LayerReading): Promise<void> {
    if (!this.#isFor(digest, readers)) return;
    const key = keyOf(digest, readers);
    const most = this.#bounds.bytes;
    await this.#tried(async () => {
      let size = 0;
      await this.#readings.put(key, function* () {
        size = 0;
        for (const piece of gathered(encodeReading(key, reading))) {
          size += piece.length;
          if (size > most) throw new LimitError(`a record of more than ${most} bytes`);
          yield piece;
        }
      });
      this.#written += size;
      if (this.#sweepIsDue()) await this.#readings.sweep(this.#bounds);
    });
  }

  #isFor(digest: string, readers: string): boolean {
    return this.keeps && isCacheKey(digest, readers);
  }

  #sweepIsDue(): boolean {
    const now = performance.now();
    const isFirst = this.#swept === 0;
    if (!isFirst && now - this.#swept < HOUR && this.#written < this.#bounds.bytes * SWEEP_PART) return false;
    this.#swept = now;
    this.#written = 0;
    return true;
  }

  async #tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#log.info({ error: String(error) }, 'the layer cache of the database could not be used');
      return undefined;
    }
  }
}

function keyOf(digest: string, readers: string): string {
  return `${digest} ${readers}`;
}

/** Small pieces together: each is a row. */
function* gathered(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void, void> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < PIECE) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
