import type { ScanContext } from '../context.ts';
import { readBytes } from '../formats/byte-source.ts';
import type { PlainHeader } from '../formats/tar/plain-header.ts';
import { ANY_PLACE, type BodySink, type TarVisitor } from '../formats/tar/visitor.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer, LayerReader } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Fact } from '../model/fact.ts';
import { Appetite, type FileHeader, HEAD_BYTES, type LayerFile, WHITEOUT_PREFIX } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { KeptBodies } from './kept-bodies.ts';
import { LayerIndex } from './layer-index.ts';
import { QuietDirectories } from './quiet-directories.ts';

/** What one layer told: every member, and what each analyzer learned. */
export interface LayerFacts {
  readonly index: LayerIndex;
  readonly facts: readonly Fact[];
  /** Without the number of the layer, which depends on the image. */
  readonly problems: readonly Problem[];
  /** Files whose content an analyzer saw. */
  readonly analysed: ReadonlySet<string>;
}

interface Running {
  readonly analyzer: Analyzer;
  readonly reader: LayerReader;
}

/**
 * The one pass over a layer for all analyzers: each member is shown to each analyzer once, each body is read once
 * for the union of what they want.
 */
export class LayerPass implements TarVisitor {
  readonly #index: LayerIndex = new LayerIndex();
  readonly #running: readonly Running[];
  readonly #limits: Limits;
  readonly #problems: Problem[] = [];
  readonly #analysed: Set<string> = new Set();
  readonly #bodies: KeptBodies;
  readonly #quiet: QuietDirectories;
  #unreported = 0;
  /** Members left out because names take too much room. */
  #beyond = 0;
  /** Appetites of the member at hand, in the order of `#running`. */
  readonly #appetites: Uint8Array;

  constructor(analyzers: readonly Analyzer[], { limits, temporary }: Pick<ScanContext, 'limits' | 'temporary'>) {
    this.#limits = limits;
    this.#bodies = new KeptBodies(temporary, limits.randomBytes);
    this.#quiet = new QuietDirectories(this.#index, analyzers);
    this.#running = analyzers.map((analyzer) => ({
      analyzer,
      reader: analyzer.open({
        problem: (problem) => this.#report({ ...problem, analyzer: analyzer.name }),
      }),
    }));
    this.#appetites = new Uint8Array(this.#running.length);
  }

  /** The member that was met last. */
  get last(): FileHeader | undefined {
    return this.#index.count === 0 ? undefined : this.#index.header(this.#index.count - 1);
  }

  skim(plain: PlainHeader): boolean {
    if (isWhiteout(plain) || this.#index.held > this.#limits.nameBytes) return false;
    const directory = this.#quiet.numberOf(plain);
    if (directory < 0) return false;
    this.#index.addPlain(directory, plain);
    return true;
  }

  member(header: FileHeader): number {
    if (header.path.length > this.#limits.pathBytes) {
      this.problem('layer.limit', `a name has ${header.path.length} characters; the member was left out`);
      return 0;
    }
    if (this.#index.held > this.#limits.nameBytes) {
      if (++this.#beyond === 1) {
        const message = `names of members take more than ${this.#limits.nameBytes} bytes; the rest was left out`;
        this.problem('layer.limit', message);
      }
      return 0;
    }
    this.#index.add(header);
    if (header.name.startsWith(WHITEOUT_PREFIX) || header.type === 'whiteout') return 0;
    let union = 0;
    for (let i = 0; i < this.#running.length; i++) {
      const appetite = (this.#running[i] as Running).analyzer.wants(header);
      this.#appetites[i] = appetite;
      union |= appetite;
    }
    if (union === 0) return 0;
    if (header.type !== 'file') {
      // Links and devices have no content of their own; a link is followed in assembly.
      this.#deliver(header, Buffer.alloc(0), Appetite.Header);
      return 0;
    }
    if (header.sparse === true && union > Appetite.Header) {
      this.problem('file.sparse', `${header.path} is stored as a sparse file and was not read`, header.path);
      return 0;
    }
    if ((union & Appetite.Random) !== 0) return ANY_PLACE;
    if ((union & Appetite.Body) !== 0) return this.#limits.bodyBytes;
    if ((union & Appetite.Head) !== 0) return HEAD_BYTES;
    this.#deliver(header, Buffer.alloc(0), Appetite.Header);
    return 0;
  }

  content(header: FileHeader, content: Buffer): void {
    this.#share(header, content, undefined);
  }

  whole(header: FileHeader, body: ByteSource): void {
    const { randomBytes } = this.#limits;
    if (body.size > randomBytes) {
      this.problem('file.too-large', `only the first ${randomBytes} of ${body.size} bytes were read`, header.path);
    }
    this.#shareBody(header, body.slice(0, randomBytes));
  }

  pieces(header: FileHeader): BodySink {
    return this.#bodies.keep(header.size, ({ body, why }) => {
      if (why !== undefined) this.problem('file.too-large', `${header.path} was not kept whole: ${why}`, header.path);
      this.#shareBody(header, body);
    });
  }

  #shareBody(header: FileHeader, body: ByteSource): void {
    let union = 0;
    for (const appetite of this.#appetites) union |= appetite;
    const bytes =
      (union & Appetite.Body) !== 0 ? this.#limits.bodyBytes : (union & Appetite.Head) !== 0 ? HEAD_BYTES : 0;
    this.#share(header, readBytes(body, 0, Math.min(bytes, body.size)), body);
  }

  /** Gives each analyzer what it wanted of the member at hand. */
  #share(header: FileHeader, content: Buffer, body: ByteSource | undefined): void {
    this.#analysed.add(header.path);
    const cut = content.length < header.size;
    let tooLarge = false;
    for (let i = 0; i < this.#running.length; i++) {
      const appetite = this.#appetites[i] as number;
      if (appetite === 0) continue;
      this.#appetites[i] = 0;
      const file = { header, path: header.path };
      const running = this.#running[i] as Running;
      if ((appetite & Appetite.Random) !== 0 && body !== undefined) {
        this.#read(running, { ...file, content: Buffer.alloc(0), body, truncated: body.size < header.size });
      } else if ((appetite & Appetite.Body) !== 0) {
        tooLarge ||= cut && content.length >= this.#limits.bodyBytes;
        this.#read(running, { ...file, content, truncated: cut });
      } else {
        const head = content.subarray(0, (appetite & Appetite.Head) === 0 ? 0 : HEAD_BYTES);
        this.#read(running, { ...file, content: head, truncated: false });
      }
    }
    if (tooLarge) {
      this.problem('file.too-large', `only the first ${content.length} of ${header.size} bytes were read`, header.path);
    }
  }

  problem(code: ProblemCode, message: string, path?: string): void {
    this.#report({ code, message, ...(path !== undefined && { path }) });
  }

  /** Gives up what the pass keeps, and all that it learned. */
  abandon(): void {
    this.#bodies.close();
  }

  /** Ends the pass and collects what was learned. */
  async close(): Promise<LayerFacts> {
    const facts: Fact[] = [];
    try {
      for (const running of this.#running) {
        try {
          for (const fact of await running.reader.close()) facts.push(fact);
        } catch (error) {
          this.#failed(running, error);
        }
      }
    } finally {
      this.#bodies.close();
    }
    if (this.#unreported > 0) {
      this.#problems.push({ code: 'layer.limit', message: `${this.#unreported} more problems in this layer` });
    }
    return { index: this.#index, facts, problems: this.#problems, analysed: this.#analysed };
  }

  #deliver(header: FileHeader, content: Buffer, bit: Appetite): void {
    for (let i = 0; i < this.#running.length; i++) {
      if (((this.#appetites[i] as number) & bit) === 0) continue;
      this.#read(this.#running[i] as Running, { header, path: header.path, content, truncated: false });
    }
  }

  /** A fault of one reader must cost no more than what it would have told. */
  #read(running: Running, file: LayerFile): void {
    try {
      running.reader.read(file);
    } catch (error) {
      this.#failed(running, error, file.path);
    }
  }

  #failed({ analyzer }: Running, error: unknown, path?: string): void {
    const message = `${analyzer.name} failed: ${String(error)}`;
    this.#report({ code: 'analyzer.failed', message, analyzer: analyzer.name, ...(path !== undefined && { path }) });
  }

  #report(problem: Problem): void {
    if (this.#problems.length < this.#limits.problems) this.#problems.push(problem);
    else this.#unreported++;
  }
}

/** `.wh.`: what begins with it is no file. */
function isWhiteout({ bytes, name, end }: PlainHeader): boolean {
  return end - name > 4 && bytes[name] === 0x2e && bytes[name + 1] === 0x77 && bytes[name + 2] === 0x68;
}
