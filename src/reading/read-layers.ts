import { type ScanContext, timedOut } from '../context.ts';
import type { Compression } from '../formats/compression/detect.ts';
import type { LayerContent } from '../image/content.ts';
import { judgeCompression } from '../image/manifest.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import type { ChosenFiles } from './chosen-files.ts';
import type { LayerHelper, LayerHelpers } from './helpers.ts';
import { KeptReadings } from './kept-readings.ts';
import type { LayerCache } from './layer-cache.ts';
import { LayerRecords } from './layer-records.ts';
import { Ledger, membersHeld, withinOwnership } from './ledger.ts';
import { type LayerFacts, LayerPass } from './pass.ts';
import { type AheadLayer, readAhead } from './read-ahead.ts';
import { type LayerReading, type ReadLayerOptions, readLayer } from './read-layer.ts';
import { type PoolRoom, RoomPool } from './room.ts';

/** A layer that was read, in its place in the image. */
export interface ReadLayer {
  readonly facts: LayerFacts;
  /** Problems of the layer with its number in the image. */
  readonly problems: readonly Problem[];
  /** All of it was held against its digest. */
  readonly hashed: boolean;
}

export interface ReadOptions {
  /** Checks every digest, also of layers that are otherwise read in parts only. */
  readonly verify?: boolean;
  /** Where readings are kept from scan to scan; absent: nowhere. */
  readonly cache?: LayerCache;
  /** Threads beside this one; absent: none. */
  readonly helpers?: LayerHelpers;
  /** Readings of other images of the same source, by the digest that the source calls them by. Grows. */
  readonly known?: Map<string, LayerReading>;
  /** By layer, the files that are looked at; absent: all. A layer without any is not to be among those of the image. */
  readonly only?: ReadonlyMap<number, ChosenFiles>;
  /** What is done, for those who wait: words that the number of the layer follows. */
  readonly step?: string;
}

/**
 * Reads every layer of an image once. A layer that the manifest lists again is not read again.
 * @param analyzers each once, however many ecosystems list it
 */
export async function readLayers(
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  context: ScanContext,
  options: ReadOptions = {},
): Promise<readonly ReadLayer[]> {
  return await new LayersReading(image, analyzers, context, options).run();
}

/** One reading of a layer. */
interface ReadOrder {
  readonly limits: Limits;
  readonly room: PoolRoom;
  readonly signal: AbortSignal;
  readonly helper?: LayerHelper | undefined;
}

class LayersReading {
  readonly #image: OpenedImage;
  readonly #analyzers: readonly Analyzer[];
  readonly #context: ScanContext;
  readonly #options: ReadOptions;
  readonly #records: LayerRecords;
  readonly #pool: RoomPool;
  readonly #total: number;
  readonly #kept: KeptReadings;
  #done = 0;
  #finished = 0;

  constructor(image: OpenedImage, analyzers: readonly Analyzer[], context: ScanContext, options: ReadOptions) {
    this.#image = image;
    this.#analyzers = analyzers;
    this.#context = context;
    this.#options = options;
    this.#records = new LayerRecords(options.cache, analyzers, context.limits, options.verify ?? false);
    this.#pool = new RoomPool(context.limits.heldBytes);
    const names = [...image.layers.keys()].map((number) => this.#nameOf(number));
    this.#kept = new KeptReadings(names, options.known ?? new Map(), this.#pool);
    this.#total = image.layers.reduce((sum, layer) => sum + (layer?.size ?? 0), 0);
  }

  async run(): Promise<readonly ReadLayer[]> {
    if (this.#image.stream !== undefined) await this.#readStream(this.#image.stream());
    else await this.#readAhead();
    return await this.#inOrder();
  }

  /** Reads layers before their turn, where that pays. `#inOrder` takes them from `#kept`. */
  async #readAhead(): Promise<void> {
    const layers = new Map<string, AheadLayer>();
    for (const [number, content] of this.#image.layers.entries()) {
      const name = this.#nameOf(number);
      if (content === undefined || name === undefined || this.#kept.get(name) !== undefined) continue;
      if (!layers.has(name)) layers.set(name, { number, name, content });
    }
    const { limits } = this.#context;
    const order = {
      analyzers: this.#analyzers,
      helpers: this.#options.helpers,
      kept: this.#kept,
      pool: this.#pool,
      read: ({ number, content }: AheadLayer, room: PoolRoom, signal: AbortSignal, helper?: LayerHelper) =>
        this.#read(number, content, { limits, room, signal, helper }),
    };
    await readAhead([...layers.values()], order, this.#context);
  }

  async #readStream(stream: AsyncIterable<{ readonly layer: number; readonly content: LayerContent }>): Promise<void> {
    const { limits, signal } = this.#context;
    try {
      for await (const { layer, content } of stream) {
        const room = this.#pool.open(limits.imageEntries, limits.heldBytes);
        try {
          const reading = await this.#read(layer, content, { limits, room, signal });
          room.close();
          this.#kept.keep(this.#nameOf(layer), reading);
        } finally {
          room.close();
        }
      }
    } catch (error) {
      if (!timedOut(signal)) throw error;
    }
  }

  /** Puts the layers in order, within the budgets of the image, and reads those that were not read ahead. */
  async #inOrder(): Promise<readonly ReadLayer[]> {
    const { limits, signal } = this.#context;
    const result: ReadLayer[] = [];
    const ledger = new Ledger(limits);
    /** Layers that the manifest may list again. */
    const placed = new Map<string, LayerReading>();
    for (const [number, content] of this.#image.layers.entries()) {
      const name = this.#nameOf(number);
      const before = name === undefined ? undefined : placed.get(name);
      let reading = this.#kept.get(name);
      const { exhausted } = ledger;
      if (content === undefined) result.push(await this.#without(number));
      else if (before !== undefined) result.push(this.#place(number, before));
      else if (reading === undefined && timedOut(signal)) {
        const message = `the time limit was reached before layer ${number} was read`;
        result.push(await this.#without(number, 'scan.timeout', message));
      } else if (exhausted !== undefined) result.push(await this.#without(number, 'layer.limit', exhausted));
      else {
        if (reading === undefined || !ledger.fits(reading)) reading = await this.#readRest(number, content, ledger);
        const taken = ledger.take(reading);
        // What was taken out of it must not be kept either.
        if (taken !== reading) this.#kept.replace(name, reading, taken);
        if (name !== undefined) placed.set(name, taken);
        result.push(this.#place(number, taken));
      }
    }
    return result;
  }

  /** Reads a layer, as far as the layers before it leave room. */
  async #readRest(number: number, content: LayerContent, ledger: Ledger): Promise<LayerReading> {
    const { limits, signal } = this.#context;
    const name = this.#nameOf(number);
    this.#kept.forget(name);
    // The export of an engine is not made again for a layer that was there.
    const upTo = this.#image.stream === undefined ? number : Number.POSITIVE_INFINITY;
    const room = this.#pool.open(ledger.entries, ledger.held, (needed) => this.#kept.release(needed, upTo));
    const layerBytes = Math.min(limits.layerBytes, ledger.bytes);
    try {
      const read = await this.#read(number, content, { limits: { ...limits, layerBytes }, room, signal });
      const reading = layerBytes < limits.layerBytes ? tellImageBytes(read, layerBytes, limits) : read;
      room.close();
      this.#kept.keep(name, reading);
      return reading;
    } finally {
      room.close();
    }
  }

  /** A layer in its place in the image: what the image says of it is compared with what it is. */
  #place(number: number, { facts, walk }: LayerReading): ReadLayer {
    const info = this.#image.info.layers[number];
    const problems = [
      ...facts.problems,
      ...compareDigests('is listed as', info?.digest, walk.digest),
      ...compareDigests('is, uncompressed, called', info?.diffId, walk.diffId),
      ...compareCompression(info?.mediaType, walk.compression, number),
    ];
    // By the digest that the configuration has: it is what the id of an image stands for.
    const hashed = info?.diffId !== undefined && walk.diffId !== undefined;
    return { facts, problems: problems.map((problem) => ({ ...problem, layer: number })), hashed };
  }

  /** An empty layer stands where one could not be had, so that layers keep their numbers. */
  async #without(number: number, code?: Problem['code'], message = ''): Promise<ReadLayer> {
    const facts = await new LayerPass([], this.#context).close();
    return { facts, problems: code === undefined ? [] : [{ code, message, layer: number }], hashed: false };
  }

  /** Names a layer within its source: the digest that it is listed by, or that its content is said to have. */
  #nameOf(number: number): string | undefined {
    const info: LayerInfo | undefined = this.#image.info.layers[number];
    return info?.digest ?? (this.#image.stream === undefined ? undefined : (info?.diffId ?? String(number)));
  }

  /** Reads one layer, or takes what the cache has of it. */
  async #read(
    number: number,
    content: LayerContent,
    { limits, room, signal, helper }: ReadOrder,
  ): Promise<LayerReading> {
    const { temporary, progress } = this.#context;
    const { verify = false, step: doing = 'reading layer' } = this.#options;
    const only = this.#options.only?.get(number);
    const layers = this.#image.layers.length;
    const onProgress = (bytes: number): void => {
      this.#done += bytes;
      const step = `${doing} ${this.#finished + 1} of ${layers}`;
      progress.report(step, this.#done, this.#total || undefined, 'bytes');
    };
    let reading = await this.#records.find(this.#image.info.layers[number]?.digest, content, signal, only);
    if (reading !== undefined && isWithin(reading, limits, room)) {
      onProgress(content.size);
    } else {
      const options: ReadLayerOptions = { verify, onProgress, ...(only && { only }) };
      const { place, stream } = content;
      const where = place === undefined ? stream && { stream } : { place };
      const share = { ...limits, heldBytes: room.granted };
      reading =
        helper !== undefined && where !== undefined
          ? await helper.read({ ...where, limits: share, signal }, options)
          : await readLayer(content, this.#analyzers, { limits, signal, temporary, room }, options);
      await this.#records.keep(content, reading, only);
    }
    this.#finished++;
    return withinOwnership(reading, this.#context.limits);
  }
}

function isWithin({ walk, facts }: LayerReading, limits: Limits, room: PoolRoom): boolean {
  if (walk.bytes > limits.layerBytes || facts.index.count > room.entries) return false;
  const held = membersHeld(facts);
  return held <= room.extend(held);
}

/** Whoever walks a layer knows only how much was left for it: the limit is that of the image. */
function tellImageBytes(reading: LayerReading, left: number, { imageBytes }: Limits): LayerReading {
  const message = `the layers have more than ${imageBytes} bytes together; the rest of this one was left out`;
  const problems = reading.facts.problems.map((problem) =>
    problem.code === 'layer.limit' && problem.message.includes(`${left} bytes`) ? { ...problem, message } : problem,
  );
  return { ...reading, facts: { ...reading.facts, problems } };
}

function compareCompression(mediaType: string | undefined, actual: Compression | undefined, layer: number) {
  return mediaType === undefined || actual === undefined ? [] : judgeCompression(mediaType, actual, layer);
}

function compareDigests(words: string, stated: string | undefined, actual: string | undefined): Problem[] {
  if (actual === undefined || stated === undefined || stated === actual) return [];
  const message = stated.startsWith('sha256:')
    ? `the layer ${words} ${stated}, but its bytes have ${actual}`
    : `the layer ${words} ${JSON.stringify(stated)}, which was not checked`;
  return [{ code: 'image.digest-mismatch', message }];
}
