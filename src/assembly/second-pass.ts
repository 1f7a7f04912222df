import { setImmediate } from 'node:timers/promises';
import { type ScanContext, timedOut } from '../context.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { ANY_PLACE, type TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage, StreamedLayer } from '../image/opened-image.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { AnalyzerReader, AT_ANY_PLACE, contentBytes, portionBytes } from '../reading/analyzer-reader.ts';
import { FileSharing } from '../reading/file-sharing.ts';
import type { Interest } from '../reading/interest.ts';
import { KeptBodies, type KeptBody } from '../reading/kept-bodies.ts';
import { linkedWishes } from './hard-links.ts';
import type { MergedFiles } from './merged-files.ts';
import { symbolicWishes } from './symbolic-wishes.ts';
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
  const missing = askMissing(files, analyzers, context.limits, problems);
  const linked = await linkedWishes(files, analyzers, context.signal);
  const symbolic = await symbolicWishes(files, analyzers, context.signal, problems);
  const pass = new SecondPass(files, image, context);
  problems.push(...(await pass.run(distinct([...missing, ...linked, ...symbolic]))));
  files.sortFacts();
  return problems;
}

/** An analyzer may have asked by itself for what a link leads to. */
function distinct(wishes: readonly Wish[]): readonly Wish[] {
  const byKey = new Map<string, Wish>();
  for (const wish of wishes) {
    const key = `${wish.analyzer.name} ${wish.layer} ${placeOf(wish.header)} ${wish.as}`;
    if (!byKey.has(key)) byKey.set(key, wish);
  }
  return [...byKey.values()];
}

/** Bytes that are read for all analyzers: many links may lead to one large file. */
const SECOND_PASS_BYTES = 512 * 1024 * 1024;

function placeOf(header: FileHeader): string {
  return `${header.offset} ${header.path}`;
}

/** Bytes that reading a body for one analyzer counts as; what is read in parts, and kept by nobody, as little. */
function costOf(appetite: Appetite, limits: ScanContext['limits']): number {
  return (appetite & Appetite.Random) === 0 ? contentBytes(appetite, limits) : portionBytes(appetite, limits);
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
  readonly #sharing: FileSharing;
  readonly #problems: Problem[] = [];
  readonly #units: Map<string, Unit> = new Map();
  #untold = 0;
  #left = SECOND_PASS_BYTES;
  /** The layer of what is shared. */
  #layer = 0;

  constructor(files: MergedFiles, image: OpenedImage, context: ScanContext) {
    this.#files = files;
    this.#image = image;
    this.#context = context;
    this.#bodies = new KeptBodies(context.temporary, SECOND_PASS_BYTES);
    this.#sharing = new FileSharing(context, (problem) => this.#tell({ ...problem, layer: this.#layer }));
  }

  async run(wishes: readonly Wish[]): Promise<readonly Problem[]> {
    const orders = this.#orders(wishes);
    try {
      await this.#read(orders);
      for (const order of orders.values()) this.#tellUnread(order);
      for (const { reader, layer } of this.#units.values()) this.#files.add(layer, await reader.close());
    } finally {
      this.#bodies.close();
      this.#sharing.close();
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
      await this.#show(order, header, { body: archive.slice(header.offset, header.size) });
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
        atAnyPlace: askedBy !== undefined || appetites.some((appetite) => (appetite & AT_ANY_PLACE) !== 0),
      };
    };
    const visitor: TarVisitor = {
      member: (header) => {
        if (header.type !== 'file' || header.sparse === true || !order.byPlace.has(placeOf(header))) return 0;
        const { most, atAnyPlace } = wanted(header);
        return atAnyPlace ? ANY_PLACE : most;
      },
      content: (header, body) => void this.#show(order, header, { body: new MemorySource(body) }),
      pieces: (header) => {
        const done = (kept: KeptBody): void | Promise<void> => {
          if (askedBy === undefined) return this.#show(order, header, kept);
          waiting.push({ header, kept });
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
    for (const { header, kept } of waiting) await this.#show(order, header, kept);
  }

  /** Shows a body to all who wanted it, as far as the budget goes. */
  #show(order: Order, header: FileHeader, kept: KeptBody): void | Promise<void> {
    const { limits, signal } = this.#context;
    const { body, why } = kept;
    const interests: Interest[] = [];
    for (const wish of order.byPlace.get(placeOf(header)) ?? []) {
      const appetite = appetiteOf(wish);
      const bytes = Math.min(body.size, costOf(appetite, limits));
      if (bytes > this.#left) {
        const message = `what links lead to has more than ${SECOND_PASS_BYTES} bytes together`;
        order.why = { code: 'layer.limit', message };
        continue;
      }
      if (signal.aborted) return;
      this.#left -= bytes;
      order.unread.delete(wish);
      interests.push({ reader: this.#unit(wish).reader, path: wish.as, appetite });
      const wanted = Math.min(header.size, portionBytes(appetite, limits));
      if (body.size >= wanted || why !== undefined) continue;
      const message = `only ${body.size} of ${header.size} bytes of ${header.path} are in the layer`;
      this.#tell({ code: 'file.unreadable', message, layer: wish.layer, path: wish.as });
    }
    this.#layer = order.layer;
    return this.#sharing.whole(header, interests, kept);
  }

  #unit({ analyzer, layer, together, as }: Wish): Unit {
    // What is wrong with the file that a link shows in place of another is the matter of the layer that made the link.
    const teller = this.#files.hiddenBy(layer, as) ?? layer;
    const key = `${analyzer.name} ${together === undefined ? `${layer} ${teller}` : JSON.stringify(together)}`;
    let unit = this.#units.get(key);
    if (unit === undefined) {
      const tell = (problem: Problem): void =>
        this.#tell({ ...problem, layer: Math.max(unit?.layer ?? layer, teller) });
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
