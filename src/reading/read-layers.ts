import { createHash } from 'node:crypto';
import type { ScanContext } from '../context.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { Fact } from '../model/fact.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerHelper, LayerHelpers } from './helpers.ts';
import type { LayerCache } from './layer-cache.ts';
import { RECORD_VERSION } from './layer-record.ts';
import { type LayerFacts, LayerPass } from './pass.ts';
import { type LayerReading, type ReadLayerOptions, readLayer, timedOut } from './read-layer.ts';

/** A layer that was read, in its place in the image. */
export interface ReadLayer {
  readonly facts: LayerFacts;
  /** Problems of the layer with its number in the image. */
  readonly problems: readonly Problem[];
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

/** Layers from elsewhere that are fetched at a time. */
const REMOTE_LANES = 3;

/** Compressed bytes from which on a file is worth a record: less is inflated sooner than a record is found and read. */
const WORTH_KEEPING = 256 * 1024;

/** Problems that depend on more than the bytes of the layer: a reading with one of them is not kept. */
const notOfTheBytes: ReadonlySet<Problem['code']> = new Set([
  'layer.limit',
  'file.too-large',
  'scan.timeout',
  'analyzer.failed',
]);

class LayersReading {
  readonly #image: OpenedImage;
  readonly #analyzers: readonly Analyzer[];
  readonly #context: ScanContext;
  readonly #options: ReadOptions;
  readonly #known: Map<string, LayerReading>;
  /** Readings that a budget of this image, or its time, cut short. */
  readonly #cutShort: Map<string, LayerReading> = new Map();
  /** What a reading depends on besides the bytes. */
  readonly #readers: string;
  readonly #total: number;
  #done = 0;
  #finished = 0;

  constructor(image: OpenedImage, analyzers: readonly Analyzer[], context: ScanContext, options: ReadOptions) {
    this.#image = image;
    this.#analyzers = analyzers;
    this.#context = context;
    this.#options = options;
    this.#known = options.known ?? new Map();
    this.#readers = readersKey(analyzers, context.limits);
    this.#total = image.layers.reduce((sum, layer) => sum + (layer?.size ?? 0), 0);
  }

  async run(): Promise<readonly ReadLayer[]> {
    if (this.#image.stream !== undefined) await this.#readStream(this.#image.stream());
    else await this.#readAhead();
    return await this.#inOrder();
  }

  /** Reads several layers at a time, the largest first, where that pays. `#inOrder` takes them from `#known`. */
  async #readAhead(): Promise<void> {
    const jobs = [...this.#image.layers.keys()].filter((number) => {
      const key = this.#keyOf(number);
      return this.#image.layers[number] !== undefined && key !== undefined && !this.#known.has(key);
    });
    const unique = [...new Map(jobs.map((number) => [this.#keyOf(number), number])).values()];
    const contentOf = (number: number): LayerContent => this.#image.layers[number] as LayerContent;
    const { helpers } = this.#options;
    const worthy = unique.filter(
      (number) => contentOf(number).place !== undefined && contentOf(number).size >= (helpers?.worthwhile ?? 0),
    );
    const threads = Math.min(helpers?.count ?? 0, worthy.length - 1);
    const remote = unique.filter((number) => contentOf(number).remote === true).length;
    const lanes = Math.max(1, Math.min(REMOTE_LANES, remote));
    if (threads < 1 && lanes < 2) return;

    // A layer that fails ends the others; so does whatever ends the scan.
    const stop = new AbortController();
    const { signal } = this.#context;
    const forward = (): void => stop.abort(signal.reason);
    if (signal.aborted) return;
    signal.addEventListener('abort', forward);
    const left = unique.sort((a, b) => contentOf(b).size - contentOf(a).size);
    // All lanes together must stay within what one may take.
    const share = lanes + Math.max(0, threads);
    const limits = { ...this.#context.limits, nameBytes: Math.floor(this.#context.limits.nameBytes / share) };
    const lane = async (helper?: LayerHelper): Promise<void> => {
      for (;;) {
        const next = left.findIndex((number) => helper === undefined || contentOf(number).place !== undefined);
        const [number] = next < 0 ? [] : left.splice(next, 1);
        if (number === undefined || timedOut(signal)) return;
        try {
          const reading = await this.#read(number, contentOf(number), limits, stop.signal, helper);
          // One that a limit cut short is read again in its turn: only then is it known how much it may take.
          if (!hasProblem(reading, 'layer.limit')) this.#keep(number, reading);
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      }
    };
    const started = Array.from({ length: Math.max(0, threads) }, () =>
      (this.#options.helpers as LayerHelpers).start(this.#analyzers),
    );
    try {
      const running = [...Array.from({ length: lanes }, () => lane()), ...started.map((helper) => lane(helper))];
      const failed = (await Promise.allSettled(running)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } finally {
      signal.removeEventListener('abort', forward);
      await Promise.all(started.map((helper) => helper.close()));
    }
  }

  async #readStream(stream: AsyncIterable<{ readonly layer: number; readonly content: LayerContent }>): Promise<void> {
    try {
      for await (const { layer, content } of stream) {
        const reading = await this.#read(layer, content, this.#context.limits);
        this.#keep(layer, reading);
      }
    } catch (error) {
      if (!timedOut(this.#context.signal)) throw error;
    }
  }

  /** Puts the layers in order, within the budgets of the image, and reads those that were not read ahead. */
  async #inOrder(): Promise<readonly ReadLayer[]> {
    const { limits, signal } = this.#context;
    const result: ReadLayer[] = [];
    const counted = new Set<LayerReading>();
    let bytesLeft = limits.imageBytes;
    let namesLeft = limits.nameBytes;
    let packagesLeft = limits.packages;
    for (const [number, content] of this.#image.layers.entries()) {
      const key = this.#keyOf(number);
      let reading = key === undefined ? undefined : (this.#cutShort.get(key) ?? this.#known.get(key));
      const again = reading !== undefined && counted.has(reading);
      const problem = (code: Problem['code'], message: string): Promise<ReadLayer> =>
        this.#without(number, code, message);
      if (content === undefined) {
        result.push(await this.#without(number));
        continue;
      }
      if (reading === undefined && timedOut(signal)) {
        result.push(await problem('scan.timeout', `the time limit was reached before layer ${number} was read`));
        continue;
      }
      const fits =
        reading === undefined || again || (reading.walk.bytes <= bytesLeft && reading.facts.index.held <= namesLeft);
      if (bytesLeft <= 0 && !again) {
        const message = `the layers before it have ${limits.imageBytes} bytes or more; it was not read`;
        result.push(await problem('layer.limit', message));
        continue;
      }
      if (reading === undefined || !fits) {
        const rest = { ...limits, layerBytes: Math.min(limits.layerBytes, bytesLeft), nameBytes: namesLeft };
        reading = await this.#read(number, content, rest);
        this.#keep(number, reading);
      }
      if (!again) {
        counted.add(reading);
        bytesLeft -= reading.walk.bytes;
        namesLeft -= reading.facts.index.held;
        packagesLeft -= countPackages(reading.facts.facts);
      }
      result.push(this.#place(number, packagesLeft < 0 ? withoutPackages(reading, limits.packages) : reading));
    }
    return result;
  }

  #keep(number: number, reading: LayerReading): void {
    const key = this.#keyOf(number);
    if (key === undefined) return;
    const whole = !hasProblem(reading, 'layer.limit') && !hasProblem(reading, 'scan.timeout');
    (whole ? this.#known : this.#cutShort).set(key, reading);
  }

  /** A layer in its place in the image: what the image says of it is compared with what it is. */
  #place(number: number, { facts, walk }: LayerReading): ReadLayer {
    const info = this.#image.info.layers[number];
    const problems = [
      ...facts.problems,
      ...compareDigests('is listed as', info?.digest, walk.digest),
      ...compareDigests('is, uncompressed, called', info?.diffId, walk.diffId),
    ];
    return { facts, problems: problems.map((problem) => ({ ...problem, layer: number })) };
  }

  /** An empty layer stands where one could not be had, so that layers keep their numbers. */
  async #without(number: number, code?: Problem['code'], message = ''): Promise<ReadLayer> {
    const facts = await new LayerPass([], this.#context).close();
    return { facts, problems: code === undefined ? [] : [{ code, message, layer: number }] };
  }

  /** Names a layer within its source: the digest that it is listed by, or that its content is said to have. */
  #keyOf(number: number): string | undefined {
    const info: LayerInfo | undefined = this.#image.info.layers[number];
    return info?.digest ?? (this.#image.stream === undefined ? undefined : (info?.diffId ?? String(number)));
  }

  /** Reads one layer, or takes what is kept of it. */
  async #read(
    number: number,
    content: LayerContent,
    limits: Limits,
    signal: AbortSignal = this.#context.signal,
    helper?: LayerHelper,
  ): Promise<LayerReading> {
    const { temporary, progress } = this.#context;
    const { cache, verify = false } = this.#options;
    const layers = this.#image.layers.length;
    const onProgress = (bytes: number): void => {
      this.#done += bytes;
      progress.report(
        `reading layer ${this.#finished + 1} of ${layers}`,
        this.#done,
        this.#total || undefined,
        'bytes',
      );
    };
    let reading = await this.#kept(number, content, limits);
    if (reading !== undefined) {
      onProgress(content.size);
    } else {
      const options: ReadLayerOptions = { verify, onProgress };
      reading =
        helper !== undefined && content.place !== undefined
          ? await helper.read({ place: content.place, limits, signal }, options)
          : await readLayer(content, this.#analyzers, { limits, signal, temporary }, options);
      const { digest } = reading.walk;
      const pays = content.remote === true || content.size >= WORTH_KEEPING;
      if (digest !== undefined && content.hasDigest !== undefined && pays && isOfTheBytes(reading)) {
        cache?.put(digest, this.#readers, reading);
      }
    }
    this.#finished++;
    return reading;
  }

  /** What is kept of a layer, if it really is that layer: its digest is computed first. */
  async #kept(number: number, content: LayerContent, limits: Limits): Promise<LayerReading | undefined> {
    const { cache, verify = false } = this.#options;
    const digest = this.#image.info.layers[number]?.digest;
    if (digest === undefined || cache?.has(digest, this.#readers) !== true) return undefined;
    if ((await content.hasDigest?.(digest, { signal: this.#context.signal })) !== true) return undefined;
    const reading = cache.get(digest, this.#readers);
    if (reading === undefined || (verify && reading.walk.diffId === undefined)) return undefined;
    const fits = reading.walk.bytes <= limits.layerBytes && reading.facts.index.held <= limits.nameBytes;
    return fits ? reading : undefined;
  }
}

/** Changes whenever the same bytes could give another reading. */
function readersKey(analyzers: readonly Analyzer[], limits: Limits): string {
  const parts = analyzers.map(({ name, version, rules = '' }) => [name, version, rules]);
  const bounds = Object.entries(limits).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([RECORD_VERSION, process.arch, parts.sort(), bounds]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function hasProblem({ facts }: LayerReading, code: Problem['code']): boolean {
  return facts.problems.some((problem) => problem.code === code);
}

function isOfTheBytes({ facts }: LayerReading): boolean {
  return !facts.problems.some(({ code }) => notOfTheBytes.has(code));
}

function compareDigests(words: string, stated: string | undefined, actual: string | undefined): Problem[] {
  if (actual === undefined || stated === undefined || stated === actual) return [];
  const message = stated.startsWith('sha256:')
    ? `the layer ${words} ${stated}, but its bytes have ${actual}`
    : `the layer ${words} ${JSON.stringify(stated)}, which was not checked`;
  return [{ code: 'image.digest-mismatch', message }];
}

function countPackages(facts: readonly Fact[]): number {
  let count = 0;
  for (const fact of facts) {
    if (fact.kind === 'package-database') count += fact.packages.length;
    else if (fact.kind === 'package') count++;
  }
  return count;
}

/** A layer whose packages do not fit into the budget any more. */
function withoutPackages(reading: LayerReading, limit: number): LayerReading {
  const facts = reading.facts.facts.filter((fact) => fact.kind !== 'package-database' && fact.kind !== 'package');
  const message = `the layers list more than ${limit} packages together; those of this layer were left out`;
  const problems = [...reading.facts.problems, { code: 'layer.limit', message } as const];
  return { ...reading, facts: { ...reading.facts, facts, problems } };
}
