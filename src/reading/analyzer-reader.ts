import type { Limits } from '../limits.ts';
import type { Analyzer, LayerReader } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Fact } from '../model/fact.ts';
import { Appetite, type FileHeader, HEAD_BYTES, type LayerFile } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';

/** What could be had of a body. */
export interface BodyParts {
  /** Its beginning: as much as anybody wants in memory. */
  readonly content: Buffer;
  /** What there is of it at any place, where somebody wants that. */
  readonly body?: ByteSource;
  /** Why not all of it could be kept, where that is so. */
  readonly why?: string;
}

/** What is read at any place. */
export const AT_ANY_PLACE: Appetite = Appetite.Random | Appetite.Whole | Appetite.Members | Appetite.AnyMembers;
/** What an analyzer gets as `LayerFile.body`. */
const AS_BODY: Appetite = Appetite.Random | Appetite.Whole;

type PortionLimits = Pick<Limits, 'bodyBytes' | 'randomBytes'>;

/** Bytes of a body that an appetite may bring. */
export function portionBytes(appetite: Appetite, limits: PortionLimits): number {
  if ((appetite & AT_ANY_PLACE) !== 0) return limits.randomBytes;
  return contentBytes(appetite, limits);
}

/** Bytes of it that must be in memory. */
export function contentBytes(appetite: Appetite, limits: Pick<Limits, 'bodyBytes'>): number {
  if ((appetite & Appetite.Body) !== 0) return limits.bodyBytes;
  return (appetite & Appetite.Head) === 0 ? 0 : HEAD_BYTES;
}

/** One analyzer reading a layer, in whichever pass. A fault of it costs no more than what it would have told. */
export class AnalyzerReader {
  readonly analyzer: Analyzer;
  readonly #reader: LayerReader;
  readonly #limits: PortionLimits;
  readonly #tell: (problem: Problem) => void;

  /** @param tell gets every problem with the name of the analyzer, but without a layer */
  constructor(analyzer: Analyzer, limits: PortionLimits, tell: (problem: Problem) => void) {
    this.analyzer = analyzer;
    this.#limits = limits;
    this.#tell = tell;
    this.#reader = analyzer.open({
      problem: ({ code, ...problem }) => tell({ code: codeFor(analyzer, code), ...problem, analyzer: analyzer.name }),
    });
  }

  /** Shows a file for its header alone. */
  showHeader(header: FileHeader): void {
    this.#read({ header, path: header.path, content: Buffer.alloc(0), truncated: false });
  }

  /**
   * Shows what the analyzer wants of a file, under the name by which it knows it. A body of which nothing could be kept
   * is not shown: it would look empty.
   * @param path by which the analyzer knows it
   * @returns what a limit or lack of room took away, as the message of a `file.too-large`
   */
  show(header: FileHeader, path: string, appetite: Appetite, { content, body, why }: BodyParts): string | undefined {
    const isBody = (appetite & AS_BODY) !== 0;
    const inMemory = contentBytes(appetite, this.#limits);
    const most = isBody ? this.#limits.randomBytes : inMemory;
    const rest = isBody ? body?.slice(0, most) : undefined;
    const start = content.subarray(0, inMemory);
    const bytes = rest === undefined ? start.length : rest.size;
    const isWhole = bytes >= header.size || (appetite & (AS_BODY | Appetite.Body)) === 0;
    const isLess = bytes < Math.min(header.size, most);
    if (!isLess || why === undefined || bytes > 0) {
      this.#read({
        header: named(header, path),
        path,
        content: start,
        ...(rest && { body: rest }),
        truncated: !isWhole,
      });
    }
    // Where the layer itself ends in the middle of a body, whoever walks it says so.
    if (isLess) return why === undefined ? undefined : `${path} was not kept whole: ${why}`;
    return isWhole ? undefined : `only the first ${bytes} of ${header.size} bytes were read`;
  }

  /** Whether the analyzer, which wants a whole file, still does now that its first bytes are there. */
  begins(header: FileHeader, path: string, head: Uint8Array): boolean | Appetite {
    const { analyzer } = this;
    if (analyzer.begins === undefined) return true;
    try {
      return analyzer.begins(named(header, path), head.subarray(0, HEAD_BYTES));
    } catch (error) {
      this.#failed(error, path);
      return false;
    }
  }

  /** Reads the rest of a large file, step by step; asked for once a file. */
  *rest(path: string): Generator<void, void> {
    try {
      yield* this.#reader.rest?.() ?? [];
    } catch (error) {
      this.#failed(error, path);
    }
  }

  /** What is to be waited for before the next file is shown; asked for once a file. */
  pending(): Promise<void> | undefined {
    return this.#reader.pending?.()?.catch((error: unknown) => this.#failed(error));
  }

  async close(): Promise<readonly Fact[]> {
    try {
      return await this.#reader.close();
    } catch (error) {
      this.#failed(error);
      return [];
    }
  }

  #read(file: LayerFile): void {
    try {
      this.#reader.read(file);
    } catch (error) {
      this.#failed(error, file.path);
    }
  }

  #failed(error: unknown, path?: string): void {
    const { name } = this.analyzer;
    const message = `${name} failed: ${String(error)}`;
    this.#tell({ code: 'analyzer.failed', message, analyzer: name, ...(path !== undefined && { path }) });
  }
}

/** The header by the name of a link that led to it, so that no analyzer can take the name of the target for it. */
function named(header: FileHeader, path: string): FileHeader {
  return path === header.path ? header : { ...header, path, name: path.slice(path.lastIndexOf('/') + 1) };
}

/** A file that only asks for packages costs no package that is installed. */
function codeFor({ asked }: Analyzer, code: ProblemCode): ProblemCode {
  return asked === true && (code.startsWith('file.') || code === 'layer.limit' || code === 'packages.unread')
    ? 'lockfile.unreadable'
    : code;
}
