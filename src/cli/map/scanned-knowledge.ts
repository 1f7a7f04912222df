import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Logger } from '../../log.ts';
import type { ImageKnowledge, KnowledgeSource, RunningImage } from '../../model/topology.ts';
import { type KeptKnowledge, knownImage, unknownImage } from '../../runtime/topology/image-knowledge.ts';

/** Images are judged anew after so long: advisories change every day. */
const FRESH_MS = 24 * 3_600_000;
/** A failed one is tried again after so long. */
const AGAIN_MS = 10 * 60_000;
/** Images that are known at a time, and that wait to be scanned. */
const MOST = 1000;
const FILE_BYTES = 256 * 1024 * 1024;

export interface ScannedKnowledgeOptions {
  /** Where what was learned is kept. */
  readonly folder: string;
  /** Absent: none is scanned, and what was kept is all that is known. @throws why it could not be scanned */
  readonly scan?: (image: RunningImage, signal: AbortSignal) => Promise<KeptKnowledge>;
  readonly log: Logger;
  readonly now: () => number;
}

interface Entry {
  knowledge: ImageKnowledge;
  at: number;
}

/**
 * What is known of images that run: each is scanned once, one after the other in the background, and what came of it is kept
 * on disk by the id of the image.
 */
export class ScannedKnowledge implements KnowledgeSource {
  readonly #options: ScannedKnowledgeOptions;
  readonly #known = new Map<string, Entry>();
  readonly #waiting = new Map<string, RunningImage>();
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;

  constructor(options: ScannedKnowledgeOptions) {
    this.#options = options;
  }

  async of(image: RunningImage): Promise<ImageKnowledge> {
    const { id } = image;
    if (!/^(?:sha256:)?[\da-f]{64}$/.test(id))
      return unknownImage('unknown', 'its engine does not say which image it is');
    const known = this.#known.get(id) ?? (await this.#load(id));
    const { now, scan } = this.#options;
    const { state } = known.knowledge;
    const age = now() - known.at;
    const isDue = state === 'unknown' || (state === 'known' ? age > FRESH_MS : state === 'failed' && age > AGAIN_MS);
    if (isDue && scan !== undefined && !this.#stopping.signal.aborted) this.#queue(image, known);
    return known.knowledge;
  }

  /** Images that wait for their scan, the one that is being scanned among them. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the map is stopping'));
    this.#waiting.clear();
    await this.#working;
  }

  #queue(image: RunningImage, known: Entry): void {
    if (this.#waiting.has(image.id) || this.#waiting.size >= MOST) return;
    this.#waiting.set(image.id, image);
    // What is old is better than nothing.
    if (known.knowledge.state !== 'known') known.knowledge = unknownImage('scanning');
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    const { scan, log, now } = this.#options;
    const { signal } = this.#stopping;
    for (;;) {
      const next = this.#waiting.values().next().value;
      if (next === undefined || scan === undefined || signal.aborted) return;
      const { id, reference } = next;
      try {
        const kept = await scan(next, signal);
        this.#set(id, { knowledge: knownImage(kept), at: now() });
        log.info({ image: reference, left: this.#waiting.size - 1 }, 'an image of the map was scanned');
        await this.#keep(id, kept);
      } catch (error) {
        if (signal.aborted) return;
        const reason = (error instanceof Error ? error.message : String(error)).slice(0, 500);
        const before = this.#known.get(id);
        if (before?.knowledge.state === 'known') before.at = now() - FRESH_MS + AGAIN_MS;
        else this.#set(id, { knowledge: unknownImage('failed', reason), at: now() });
        log.warn({ image: reference, reason }, 'an image of the map could not be scanned');
      }
      this.#waiting.delete(id);
    }
  }

  #set(id: string, entry: Entry): void {
    this.#known.delete(id);
    this.#known.set(id, entry);
    // The one that was learned first goes first; it is still on disk.
    for (const [oldest] of this.#known) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
    }
  }

  #fileOf(id: string): string {
    return path.join(this.#options.folder, `${id.replace(/^sha256:/, '')}.json.gz`);
  }

  async #load(id: string): Promise<Entry> {
    let entry: Entry = { knowledge: unknownImage('unknown'), at: 0 };
    try {
      const file = this.#fileOf(id);
      if ((await stat(file)).size <= FILE_BYTES) {
        const bytes = await promisify(gunzip)(await readFile(file), { maxOutputLength: 4 * FILE_BYTES });
        const kept = JSON.parse(bytes.toString()) as KeptKnowledge;
        if (kept.schemaVersion === 1) {
          entry = { knowledge: knownImage(kept), at: kept.at };
          const today = new Date();
          await utimes(file, today, today).catch(() => {});
        }
      }
    } catch {
      // none was kept, or it is damaged: it is scanned again
    }
    const meanwhile = this.#known.get(id);
    if (meanwhile !== undefined) return meanwhile;
    this.#set(id, entry);
    return entry;
  }

  async #keep(id: string, kept: KeptKnowledge): Promise<void> {
    const file = this.#fileOf(id);
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      await writeFile(temporary, await promisify(gzip)(JSON.stringify(kept)), { mode: 0o600 });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      this.#options.log.warn({ error }, 'what was learned of an image cannot be kept');
    }
  }
}
