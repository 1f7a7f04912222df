import { setImmediate } from 'node:timers/promises';
import type { ScanContext } from '../context.ts';
import { MemorySource, readBytes } from '../formats/byte-source.ts';
import { ANY_PLACE, type TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Analyzer, LayerReader, MissingFile } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import type { FileView, Resolution } from '../model/view.ts';
import { KeptBodies } from '../reading/kept-bodies.ts';
import { timedOut } from '../reading/read-layer.ts';
import type { MergedFiles } from './merged-files.ts';

interface Wish extends MissingFile {
  readonly analyzer: Analyzer;
}

/**
 * Asks each analyzer once what it still misses, now that links can be followed, and reads only that: by position in
 * an uncompressed layer; a compressed one is inflated once more.
 * @returns what was odd or could not be read
 */
export async function readMissing(
  files: MergedFiles,
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  context: ScanContext,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const wishes = analyzers.flatMap((analyzer) => {
    const view = noticing(files, (path, reason) => {
      const code: ProblemCode = reason === 'loop' ? 'link.loop' : 'link.broken';
      const what = reason === 'loop' ? 'links lead in a circle' : 'a link leads nowhere';
      problems.push({ code, message: `${path} cannot be reached: ${what}`, path, analyzer: analyzer.name });
    });
    return (analyzer.missing?.(view) ?? []).map((wish): Wish => ({ ...wish, analyzer }));
  });
  const told = problems.splice(context.limits.problems);
  if (told.length > 0) problems.push({ code: 'layer.limit', message: `${told.length} more links lead nowhere` });
  const bodies = new KeptBodies(context.temporary, SECOND_PASS_BYTES);
  try {
    await new SecondPass(files, image, context, bodies, problems).run(wishes);
  } finally {
    bodies.close();
  }
  files.sortFacts();
  return problems;
}

/** Bytes that are read for all analyzers: many links may lead to one large file. */
const SECOND_PASS_BYTES = 512 * 1024 * 1024;

function placeOf(header: FileHeader): string {
  return `${header.offset} ${header.path}`;
}

/** One reader of an analyzer, and the layer for which what it learns counts. */
interface Unit {
  readonly reader: LayerReader;
  layer: number;
}

class SecondPass {
  readonly #files: MergedFiles;
  readonly #image: OpenedImage;
  readonly #context: ScanContext;
  readonly #bodies: KeptBodies;
  readonly #problems: Problem[];
  readonly #units: Map<string, Unit> = new Map();
  #left = SECOND_PASS_BYTES;

  constructor(files: MergedFiles, image: OpenedImage, context: ScanContext, bodies: KeptBodies, problems: Problem[]) {
    this.#files = files;
    this.#image = image;
    this.#context = context;
    this.#bodies = bodies;
    this.#problems = problems;
  }

  async run(wishes: readonly Wish[]): Promise<void> {
    for (const [layer, wanted] of Map.groupBy(wishes, (wish) => wish.layer)) {
      const content = this.#image.layers[layer];
      if (content === undefined) continue;
      this.#context.progress.report('reading files behind links');
      const unread = new Set(wanted);
      try {
        await this.#eachBody(content, wanted, unread);
      } catch (error) {
        if (!timedOut(this.#context.signal)) throw error;
      }
      this.#tellUnread(layer, unread);
    }
    for (const { reader, layer } of this.#units.values()) this.#files.add(layer, await reader.close());
  }

  #tellUnread(layer: number, unread: ReadonlySet<Wish>): void {
    const [first] = unread;
    if (first === undefined) return;
    const late = timedOut(this.#context.signal);
    const code: ProblemCode = late ? 'scan.timeout' : this.#left < 0 ? 'layer.limit' : 'file.unreadable';
    const others = unread.size > 1 ? ` and ${unread.size - 1} more files` : '';
    const message = `${first.header.path}${others} behind links could not be read`;
    this.#problems.push({ code, message, layer, path: first.as });
  }

  #unit({ analyzer, layer, together }: Wish): Unit {
    const key = `${analyzer.name} ${together === undefined ? layer : JSON.stringify(together)}`;
    let unit = this.#units.get(key);
    if (unit === undefined) {
      const problem = (told: Omit<Problem, 'layer' | 'analyzer'>): void => {
        this.#problems.push({ ...told, layer, analyzer: analyzer.name });
      };
      unit = { reader: analyzer.open({ problem }), layer };
      this.#units.set(key, unit);
    }
    unit.layer = Math.max(unit.layer, layer);
    return unit;
  }

  /** Hands the wanted bodies on one by one: together they may be far larger than memory. */
  async #eachBody(content: LayerContent, wanted: readonly Wish[], unread: Set<Wish>): Promise<void> {
    const { limits, signal } = this.#context;
    const byPlace = Map.groupBy(wanted, ({ header }) => placeOf(header));
    const deliver = (header: FileHeader, body: ByteSource): void => {
      for (const wish of byPlace.get(placeOf(header)) ?? []) {
        if (this.#deliver(wish, header, body)) unread.delete(wish);
      }
    };
    if (content.seekable !== undefined) {
      for (const [first] of byPlace.values()) {
        const { header } = first as Wish;
        if (header.sparse === true) continue;
        deliver(header, content.seekable.slice(header.offset, header.size));
        await setImmediate();
        signal.throwIfAborted();
      }
      return;
    }
    const visitor: TarVisitor = {
      member: (header) => {
        const wishes = byPlace.get(placeOf(header));
        if (wishes === undefined || header.type !== 'file' || header.sparse === true) return 0;
        return wishes.some((wish) => (appetiteOf(wish) & Appetite.Random) !== 0) ? ANY_PLACE : limits.bodyBytes;
      },
      content: (header, body) => deliver(header, new MemorySource(body)),
      pieces: (header) => this.#bodies.keep(header.size, ({ body }) => deliver(header, body)),
      problem: () => undefined, // the first pass said it
    };
    await content.walk(visitor, { limits, signal });
  }

  /** @returns false where no budget is left for it */
  #deliver(wish: Wish, header: FileHeader, body: ByteSource): boolean {
    const appetite = appetiteOf(wish);
    const { bodyBytes } = this.#context.limits;
    this.#left -= (appetite & Appetite.Random) !== 0 ? body.size : Math.min(body.size, bodyBytes);
    if (this.#left < 0 || this.#context.signal.aborted) return false;
    const { reader } = this.#unit(wish);
    const file = { header, path: wish.as };
    if ((appetite & Appetite.Random) !== 0) {
      reader.read({ ...file, content: Buffer.alloc(0), body, truncated: body.size < header.size });
      return true;
    }
    const content = readBytes(body, 0, Math.min(body.size, bodyBytes));
    const truncated = (appetite & Appetite.Body) !== 0 && content.length < header.size;
    reader.read({ ...file, content, truncated });
    return true;
  }
}

/** What the analyzer wants of a file under the path by which it knows it. */
function appetiteOf({ analyzer, header, as }: Wish): Appetite {
  return analyzer.wants({ ...header, path: as, name: as.slice(as.lastIndexOf('/') + 1), type: 'file' });
}

/** A view that tells of paths that links lead astray. */
function noticing(files: MergedFiles, notice: (path: string, reason: 'loop' | 'broken') => void): FileView {
  return {
    image: files.image,
    facts: (kind) => files.facts(kind),
    hiddenBy: (layer, path) => files.hiddenBy(layer, path),
    list: (directory) => files.list(directory),
    resolve: (path): Resolution => {
      const resolution = files.resolve(path);
      if (!resolution.found && resolution.reason !== 'absent') notice(path, resolution.reason);
      return resolution;
    },
  };
}
