import { setImmediate } from 'node:timers/promises';
import type { ScanContext } from '../context.ts';
import { MemorySource, readBytes } from '../formats/byte-source.ts';
import { ANY_PLACE, type TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage, StreamedLayer } from '../image/opened-image.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { AnalyzerReader, portionBytes } from '../reading/analyzer-reader.ts';
import { KeptBodies, type KeptBody } from '../reading/kept-bodies.ts';
import { timedOut } from '../reading/read-layer.ts';
import type { MergedFiles } from './merged-files.ts';
import { appetiteOf, askMissing, type Wish } from './wishes.ts';

/**
 * Asks each analyzer once what it still misses, now that links can be followed, and reads only that: by position in
 * an uncompressed layer; a compressed one is inflated once more. What is fetched once more is believed only when its
 * digest is right.
 * @returns what was odd or could not be read
 */
export async function readMissing(
  files: MergedFiles,
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  context: ScanContext,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const wishes = askMissing(files, analyzers, context.limits, problems);
  const pass = new SecondPass(files, image, context);
  problems.push(...(await pass.run(wishes)));
  files.sortFacts();
  return problems;
}

/** Bytes that are read for all analyzers: many links may lead to one large file. */
const SECOND_PASS_BYTES = 512 * 1024 * 1024;

function placeOf(header: FileHeader): string {
  return `${header.offset} ${header.path}`;
}

/** What is wanted of the bytes of one layer, however often the image lists it. */
interface Order {
  /** The number by which it is asked for. */
  readonly layer: number;
  readonly byPlace: ReadonlyMap<string, readonly Wish[]>;
  readonly unread: Set<Wish>;
  /** Why what is unread is. */
  why?: { readonly code: ProblemCode; readonly message: string };
}

/** One reader of an analyzer, and the layer for which what it learns counts. */
interface Unit {
  readonly reader: AnalyzerReader;
  layer: number;
}

class SecondPass {
  readonly #files: MergedFiles;
  readonly #image: OpenedImage;
  readonly #context: ScanContext;
  readonly #bodies: KeptBodies;
  readonly #problems: Problem[] = [];
  readonly #units: Map<string, Unit> = new Map();
  #untold = 0;
  #left = SECOND_PASS_BYTES;

  constructor(files: MergedFiles, image: OpenedImage, context: ScanContext) {
    this.#files = files;
    this.#image = image;
    this.#context = context;
    this.#bodies = new KeptBodies(context.temporary, SECOND_PASS_BYTES);
  }

  async run(wishes: readonly Wish[]): Promise<readonly Problem[]> {
    const orders = this.#orders(wishes);
    try {
      await this.#read(orders);
      for (const order of orders.values()) this.#tellUnread(order);
      for (const { reader, layer } of this.#units.values()) this.#files.add(layer, await reader.close());
    } finally {
      this.#bodies.close();
    }
    if (this.#untold > 0) {
      this.#problems.push({ code: 'layer.limit', message: `${this.#untold} more problems of files behind links` });
    }
    return this.#problems;
  }

  #orders(wishes: readonly Wish[]): ReadonlyMap<number, Order> {
    const orders = new Map<number, Order>();
    for (const [content, wanted] of Map.groupBy(wishes, (wish) => this.#image.layers[wish.layer])) {
      const [first] = wanted;
      if (content === undefined || first === undefined) continue;
      const { sparse = [], plain = [] } = Object.groupBy(wanted, ({ header }) =>
        header.sparse === true ? 'sparse' : 'plain',
      );
      for (const { header, layer, as } of sparse) {
        const message = `${header.path} is stored as a sparse file and was not read`;
        this.#tell({ code: 'file.sparse', message, layer, path: as });
      }
      if (plain.length === 0) continue;
      const byPlace = Map.groupBy(plain, ({ header }) => placeOf(header));
      orders.set(first.layer, { layer: first.layer, byPlace, unread: new Set(plain) });
    }
    return orders;
  }

  async #read(orders: ReadonlyMap<number, Order>): Promise<void> {
    try {
      for await (const { layer, content } of this.#contents([...orders.keys()])) {
        const order = orders.get(layer);
        if (order === undefined) continue;
        this.#context.progress.report('reading files behind links');
        if (content.seekable !== undefined) await this.#readPlaces(content.seekable, order);
        else await this.#readThrough(content, order);
      }
    } catch (error) {
      if (!timedOut(this.#context.signal)) throw error;
    }
  }

  async *#contents(layers: readonly number[]): AsyncGenerator<StreamedLayer, void, void> {
    if (layers.length === 0) return;
    if (this.#image.again !== undefined) {
      yield* this.#image.again(layers);
      return;
    }
    for (const layer of layers) {
      const content = this.#image.layers[layer];
      if (content !== undefined) yield { layer, content };
    }
  }

  /** Hands the wanted bodies on one by one: together they may be far larger than memory. */
  async #readPlaces(archive: ByteSource, order: Order): Promise<void> {
    for (const [first] of order.byPlace.values()) {
      const { header } = first as Wish;
      this.#show(order, header, { body: archive.slice(header.offset, header.size) });
      await setImmediate();
      this.#context.signal.throwIfAborted();
    }
  }

  async #readThrough(content: LayerContent, order: Order): Promise<void> {
    const { limits, signal } = this.#context;
    const { askedBy } = content;
    if (askedBy !== undefined && !askedBy.startsWith('sha256:')) {
      const message = `the layer is listed as ${askedBy}, which is not checked, so it was not fetched once more`;
      order.why = { code: 'image.digest-mismatch', message };
      return;
    }
    /** What came of a layer of which nothing is believed before all of it came. */
    const waiting: { readonly header: FileHeader; readonly kept: KeptBody }[] = [];
    const wanted = (header: FileHeader): { readonly most: number; readonly atAnyPlace: boolean } => {
      const appetites = (order.byPlace.get(placeOf(header)) ?? []).map(appetiteOf);
      return {
        most: Math.max(0, ...appetites.map((appetite) => portionBytes(appetite, limits))),
        atAnyPlace: askedBy !== undefined || appetites.some((appetite) => (appetite & Appetite.Random) !== 0),
      };
    };
    const visitor: TarVisitor = {
      member: (header) => {
        if (header.type !== 'file' || header.sparse === true || !order.byPlace.has(placeOf(header))) return 0;
        const { most, atAnyPlace } = wanted(header);
        return atAnyPlace ? ANY_PLACE : most;
      },
      content: (header, body) => this.#show(order, header, { body: new MemorySource(body) }),
      pieces: (header) => {
        const done = (kept: KeptBody): void => {
          if (askedBy === undefined) this.#show(order, header, kept);
          else waiting.push({ header, kept });
        };
        return this.#bodies.keep(header.size, done, wanted(header).most);
      },
      // The first pass said it, unless this is not what the first pass saw.
      problem: (code, message) => {
        if (!code.startsWith('file.')) order.why ??= { code: 'file.unreadable', message };
      },
    };
    const { digest } = await content.walk(visitor, { limits, signal });
    if (askedBy !== undefined && digest !== askedBy) {
      if (digest === undefined) return;
      const message = `the layer is listed as ${askedBy}, but what was fetched for it once more has ${digest}`;
      order.why = { code: 'image.digest-mismatch', message };
      return;
    }
    for (const { header, kept } of waiting) this.#show(order, header, kept);
  }

  /** Shows a body to all who wanted it, as far as the budget goes. */
  #show(order: Order, header: FileHeader, { body, why }: KeptBody): void {
    const { limits, signal } = this.#context;
    const told = new Set<string>();
    for (const wish of order.byPlace.get(placeOf(header)) ?? []) {
      const appetite = appetiteOf(wish);
      const most = portionBytes(appetite, limits);
      const bytes = Math.min(body.size, most);
      if (bytes > this.#left) {
        const message = `what links lead to has more than ${SECOND_PASS_BYTES} bytes together`;
        order.why = { code: 'layer.limit', message };
        continue;
      }
      if (signal.aborted) return;
      this.#left -= bytes;
      order.unread.delete(wish);
      const content = (appetite & Appetite.Random) === 0 ? readBytes(body, 0, bytes) : Buffer.alloc(0);
      const parts = { content, body, ...(why !== undefined && { why }) };
      const lack = this.#unit(wish).reader.show(header, wish.as, appetite, parts);
      const { layer, as: path } = wish;
      if (lack !== undefined && !told.has(lack)) {
        told.add(lack);
        this.#tell({ code: 'file.too-large', message: lack, layer, path });
      } else if (lack === undefined && bytes < Math.min(header.size, most)) {
        const message = `only ${bytes} of ${header.size} bytes of ${header.path} are in the layer`;
        this.#tell({ code: 'file.unreadable', message, layer, path });
      }
    }
  }

  #unit({ analyzer, layer, together }: Wish): Unit {
    const key = `${analyzer.name} ${together === undefined ? layer : JSON.stringify(together)}`;
    let unit = this.#units.get(key);
    if (unit === undefined) {
      const tell = (problem: Problem): void => this.#tell({ ...problem, layer: unit?.layer ?? layer });
      unit = { reader: new AnalyzerReader(analyzer, this.#context.limits, tell), layer };
      this.#units.set(key, unit);
    }
    unit.layer = Math.max(unit.layer, layer);
    return unit;
  }

  #tellUnread({ layer, unread, why }: Order): void {
    const [first] = unread;
    if (first === undefined) return;
    const others = unread.size > 1 ? ` and ${unread.size - 1} more files` : '';
    const what = `${first.header.path}${others} behind links could not be read`;
    const late = timedOut(this.#context.signal);
    const code = late ? 'scan.timeout' : (why?.code ?? 'file.unreadable');
    const because = late || why === undefined ? '' : `: ${why.message}`;
    this.#tell({ code, message: `${what}${because}`, layer, path: first.as });
  }

  #tell(problem: Problem): void {
    if (this.#problems.length < this.#context.limits.problems) this.#problems.push(problem);
    else this.#untold++;
  }
}
