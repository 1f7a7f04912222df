import type { ScanContext } from '../context.ts';
import type { PlainHeader } from '../formats/tar/plain-header.ts';
import { ANY_PLACE, type BodySink, type TarVisitor } from '../formats/tar/visitor.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer, FileStanding } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Fact } from '../model/fact.ts';
import { Appetite, type FileHeader, HEAD_BYTES, WHITEOUT_PREFIX } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { AnalyzerReader, AT_ANY_PLACE } from './analyzer-reader.ts';
import { type ChosenFiles, standingOf } from './chosen-files.ts';
import { FileSharing } from './file-sharing.ts';
import type { Interest } from './interest.ts';
import { KeptBodies } from './kept-bodies.ts';
import { LayerIndex } from './layer-index.ts';
import { QuietDirectories } from './quiet-directories.ts';
import { type Room, roomOf } from './room.ts';
import { WantedNames } from './wanted-names.ts';

/** What one layer told: every member, and what each analyzer learned. */
export interface LayerFacts {
  readonly index: LayerIndex;
  readonly facts: readonly Fact[];
  /** Without the number of the layer, which depends on the image. */
  readonly problems: readonly Problem[];
  /** Files whose content an analyzer saw. */
  readonly analysed: ReadonlySet<string>;
}

/** What a pass over a layer needs to know. */
export interface PassContext extends Pick<ScanContext, 'limits' | 'temporary'> {
  /** What the layer may hold where other layers hold something too; absent: all that an image may. */
  readonly room?: Room;
  /** Ends what takes long. */
  readonly signal?: AbortSignal;
  /** Nothing but these files is looked at, nor stands in the index; absent: all members. */
  readonly only?: ChosenFiles;
}

/** Bytes that the path of an analysed file takes besides its characters. */
export const ANALYSED = 60;

/**
 * The one pass over a layer for all analyzers: each member is shown to each analyzer once, each body is read once
 * for the union of what they want.
 */
export class LayerPass implements TarVisitor {
  readonly #index: LayerIndex = new LayerIndex();
  readonly #running: readonly AnalyzerReader[];
  readonly #limits: Limits;
  readonly #room: Room;
  /** Bytes that may be held before `#room` is asked for more. */
  #granted = 0;
  #analysedBytes = 0;
  readonly #problems: Problem[] = [];
  readonly #analysed: Set<string> = new Set();
  readonly #bodies: KeptBodies;
  readonly #sharing: FileSharing;
  readonly #quiet: QuietDirectories;
  readonly #names: WantedNames;
  readonly #only: ChosenFiles | undefined;
  #unreported = 0;
  /** A member was left out. */
  #isBeyond: boolean = false;
  /** What is wanted of the member at hand. */
  #interests: Interest[] = [];

  constructor(analyzers: readonly Analyzer[], context: PassContext) {
    const { limits, temporary, room = roomOf(limits) } = context;
    this.#limits = limits;
    this.#room = room;
    this.#bodies = new KeptBodies(temporary, limits.randomBytes);
    this.#sharing = new FileSharing(context, (problem) => this.#report(problem));
    this.#names = new WantedNames(analyzers);
    this.#only = context.only;
    this.#running = analyzers.map(
      (analyzer) => new AnalyzerReader(analyzer, limits, (problem) => this.#report(problem)),
    );
    // Those that say which names they want are found by these.
    this.#quiet = new QuietDirectories(
      this.#index,
      this.#running.filter(({ analyzer }) => analyzer.names === undefined),
    );
  }

  /** The member that was met last. */
  get last(): FileHeader | undefined {
    return this.#index.count === 0 ? undefined : this.#index.header(this.#index.count - 1);
  }

  skim(plain: PlainHeader): boolean {
    if (this.#only !== undefined)
      return plain.directory || plain.size === 0 || standingOf(this.#only, plain.offset) === undefined;
    if (isWhiteout(plain) || this.#names.has(plain) || this.#isFull()) return false;
    const directory = this.#quiet.numberOf(plain);
    if (directory < 0) return false;
    this.#index.addPlain(directory, plain);
    return true;
  }

  member(header: FileHeader): number {
    let standing: FileStanding | undefined;
    if (this.#only !== undefined) {
      standing = header.type === 'file' ? standingOf(this.#only, header.offset) : undefined;
      if (standing === undefined) return 0;
    }
    if (header.path.length > this.#limits.pathBytes) {
      this.problem('layer.limit', `a name has ${header.path.length} characters; the member was left out`);
      return 0;
    }
    if (this.#isFull()) {
      if (!this.#isBeyond) this.problem('layer.limit', this.#whyFull());
      this.#isBeyond = true;
      return 0;
    }
    const entry = this.#index.count;
    this.#index.add(header);
    if (header.name.startsWith(WHITEOUT_PREFIX) || header.type === 'whiteout') return 0;
    const union = this.#ask(header, standing, standing === undefined ? this.#askedAbout(entry, header) : this.#running);
    if (union === 0) return 0;
    if (header.type !== 'file') {
      // Links and devices have no content of their own; a link is followed in assembly.
      this.#showHeader(header);
      return 0;
    }
    if (header.sparse === true && union > Appetite.Header) {
      this.problem('file.sparse', `${header.path} is stored as a sparse file and was not read`, header.path);
      return 0;
    }
    if ((union & AT_ANY_PLACE) !== 0) return ANY_PLACE;
    if ((union & Appetite.Body) !== 0) return this.#limits.bodyBytes;
    if ((union & Appetite.Head) !== 0) return HEAD_BYTES;
    this.#showHeader(header);
    return 0;
  }

  /** Who need be asked about the member that became this entry: there may be millions that cannot be skimmed over. */
  #askedAbout(entry: number, { type, mode, size }: FileHeader): readonly AnalyzerReader[] {
    if (type !== 'file' && type !== 'directory') return this.#running;
    const index = this.#index;
    const [start, end] = [index.nameStart(entry), index.nameEnd(entry)];
    if (this.#names.hasPart(index.names, start, end, type === 'file' ? mode : 0, size)) return this.#running;
    return this.#quiet.readersIn(index.directoryOf(entry));
  }

  /** Asks what they want of a member; answers with the union. */
  #ask(header: FileHeader, standing: FileStanding | undefined, readers: readonly AnalyzerReader[]): Appetite {
    let union = 0;
    for (const reader of readers) {
      const { standings } = reader.analyzer;
      if (standing !== undefined && standings?.includes(standing) === false) continue;
      const appetite = reader.analyzer.wants(header);
      if (appetite === 0) continue;
      if (union === 0) this.#interests = [];
      this.#interests.push({ reader, path: header.path, appetite });
      union |= appetite;
    }
    return union;
  }

  #isFull(): boolean {
    const held = this.#index.held + this.#analysedBytes;
    // Once a member was left out, so are all behind it.
    if (this.#isBeyond || this.#index.count >= this.#room.entries) return true;
    if (held <= this.#granted) return false;
    this.#granted = this.#room.extend(held);
    return held > this.#granted;
  }

  #whyFull(): string {
    const { heldBytes, imageEntries } = this.#limits;
    return this.#index.count >= this.#room.entries
      ? `the layers have more than ${imageEntries} members together; the rest of this one was left out`
      : `members of the layers take more than ${heldBytes} bytes of memory; the rest of this one was left out`;
  }

  content(header: FileHeader, content: Buffer): void {
    this.#isAnalysed(header);
    this.#sharing.content(header, this.#interests, content);
  }

  whole(header: FileHeader, body: ByteSource): void | Promise<void> {
    this.#isAnalysed(header);
    return this.#sharing.whole(header, this.#interests, { body });
  }

  pieces(header: FileHeader): BodySink {
    this.#isAnalysed(header);
    const interests = this.#interests;
    if (interests.some(({ appetite }) => (appetite & Appetite.Random) !== 0)) {
      return this.#bodies.keep(header.size, (kept) => this.#sharing.whole(header, interests, kept));
    }
    return this.#sharing.sink(header, interests);
  }

  #isAnalysed({ path }: FileHeader): void {
    if (!this.#analysed.has(path)) this.#analysedBytes += ANALYSED + path.length;
    this.#analysed.add(path);
  }

  problem(code: ProblemCode, message: string, path?: string): void {
    this.#report({ code, message, ...(path !== undefined && { path }) });
  }

  /** Gives up what the pass keeps, and all that it learned. */
  abandon(): void {
    this.#bodies.close();
    this.#sharing.close();
  }

  /** Ends the pass and collects what was learned. */
  async close(): Promise<LayerFacts> {
    const facts: Fact[] = [];
    this.#sharing.close();
    try {
      for (const reader of this.#running) {
        for (const fact of await reader.close()) facts.push(fact);
      }
    } finally {
      this.#bodies.close();
    }
    if (this.#unreported > 0) {
      this.#problems.push({ code: 'layer.limit', message: `${this.#unreported} more problems in this layer` });
    }
    return { index: this.#index, facts, problems: this.#problems, analysed: this.#analysed };
  }

  #showHeader(header: FileHeader): void {
    for (const { reader, appetite } of this.#interests) {
      if ((appetite & Appetite.Header) !== 0) reader.showHeader(header);
    }
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
