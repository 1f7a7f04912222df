import type { Analyzer, LayerContext, LayerReader } from '../model/analyzer.ts';
import type { ContentCoverageFact, ContentFact } from '../model/fact.ts';
import { Appetite, type LayerFile } from '../model/file.ts';
import type { Witness } from '../model/witness.ts';
import { type Content, MOST_BYTES } from './content.ts';
import { type ContentType, contentType, mayBeServed } from './content-type.ts';
import type { ContentEngine, Judgement } from './engine.ts';
import { forgetContent, readContent } from './read-content.ts';

type Told = ContentFact | ContentCoverageFact;

/** Raised whenever the same engines would be shown other files, or what they say would be told in another way. */
const VERSION = 2;

/** Files of a layer that are told of: a layer with more has enough against it. */
const MOST_TOLD = 10_000;

/** Packages of distributions that lie about as files: `apt` leaves them in its cache by the hundred. */
const PACKAGE = /\.(?:u?deb|rpm|apk)$/;

/**
 * An analyzer that shows files to the engines of a check, each file to those that take its type.
 * @param options.deep packages of distributions that lie about as files are opened, too
 */
export function contentAnalyzer(
  check: string,
  engines: readonly ContentEngine[],
  { deep }: { readonly deep: boolean },
): Analyzer<Told> {
  return {
    name: `contents-${check}`,
    version: VERSION,
    rules: [`deep: ${deep}`, ...engines.map(({ name, rules }) => `${name} ${rules}`)].join('\n'),
    wants: ({ type, size }) => (type === 'file' && size > 0 ? ALL : Appetite.None),
    begins: (header, head) => {
      const type = contentType(header, head);
      const members =
        mayHaveMembers(type, head) && (deep || !PACKAGE.test(header.name)) ? Appetite.AnyMembers : Appetite.None;
      const served = mayBeServed(type, header, head);
      const isTaken = engines.some((engine) => engine.takes(type, header, served));
      // Those that no engine looks at are counted all the same.
      return members | (isTaken ? Appetite.Whole : Appetite.Header);
    },
    open: (layer) => new ContentReader(check, engines, layer),
  };
}

/**
 * Whether a file is opened to see whether there is an archive in it: besides those whose first bytes say so, programs and
 * scripts, which may have one behind them, and what is of no known type, which may be an image of a disc.
 */
function mayHaveMembers(type: ContentType, head: Uint8Array): boolean {
  switch (type) {
    case 'archive':
    case 'packed':
    case 'elf':
    case 'pe':
    case 'data':
      return true;
    case 'script':
      return head[0] === 0x23 && head[1] === 0x21;
    default:
      return false;
  }
}

const ALL: Appetite = Appetite.Header | Appetite.Whole | Appetite.AnyMembers;

class ContentReader implements LayerReader<Told> {
  readonly #check: string;
  readonly #engines: readonly ContentEngine[];
  readonly #layer: LayerContext;
  readonly #facts: ContentFact[] = [];
  readonly #unjudged: Map<string, { count: number; first: string }> = new Map();
  #judged = 0;
  #bytes = 0;
  #passed = 0;

  constructor(check: string, engines: readonly ContentEngine[], layer: LayerContext) {
    this.#check = check;
    this.#engines = engines;
    this.#layer = layer;
  }

  read(file: LayerFile): void {
    const { header, path, body } = file;
    if (body === undefined) {
      this.#passed++;
      return;
    }
    const head = headOf(body);
    const type = contentType(header, head);
    const served = mayBeServed(type, header, head);
    const takers = this.#engines.filter((engine) => engine.takes(type, header, served));
    if (takers.length === 0) return;
    const content = readContent(file, type);
    if (content === undefined) return;
    const witnesses: Witness[] = [];
    for (const engine of takers) {
      const { witnesses: more, unjudged } = judged(engine, content);
      witnesses.push(...more);
      if (unjudged !== undefined) this.#leave(unjudged, path);
    }
    this.#judged++;
    this.#bytes += content.size;
    if (content.size > MOST_BYTES)
      this.#leave('is larger than 64 MiB: only its beginning and its end were judged', path);
    if (file.truncated) this.#leave('is not there as a whole', path);
    if (witnesses.length > 0) this.#tell(content, witnesses, file.truncated);
  }

  close(): readonly Told[] {
    forgetContent();
    if (this.#judged + this.#passed + this.#unjudged.size === 0) return this.#facts;
    const unjudged = [...this.#unjudged].map(([reason, told]) => ({ reason, ...told }));
    const { 0: judged, 1: bytes, 2: passed } = [this.#judged, this.#bytes, this.#passed];
    const kind = 'content-coverage';
    return [...this.#facts, { kind, path: '', check: this.#check, judged, bytes, passed, unjudged }];
  }

  #tell(content: Content, witnesses: readonly Witness[], isCut: boolean): void {
    const { path, size, type } = content;
    if (this.#facts.length >= MOST_TOLD) {
      if (this.#facts.length === MOST_TOLD) {
        const message = `more than ${MOST_TOLD} files of the layer have something against them; the rest is not told`;
        this.#layer.problem({ code: 'layer.limit', message });
      }
      return;
    }
    const digests = isCut ? {} : { sha256: content.digest('sha256'), md5: content.digest('md5') };
    this.#facts.push({ kind: 'content', path, check: this.#check, size, type, ...digests, witnesses });
  }

  #leave(reason: string, path: string): void {
    const told = this.#unjudged.get(reason);
    if (told === undefined) this.#unjudged.set(reason, { count: 1, first: path });
    else told.count++;
  }
}

/** An engine that fails, because its rules cannot be read for instance, judges nothing: that is told, not hidden. */
function judged(engine: ContentEngine, content: Content): Judgement {
  try {
    return engine.judge(content);
  } catch (error) {
    return {
      witnesses: [],
      unjudged: `was left out by ${engine.name}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

const HEAD = 4096;
const scratch: Uint8Array = new Uint8Array(HEAD);

function headOf(body: NonNullable<LayerFile['body']>): Uint8Array {
  return scratch.subarray(0, body.read(scratch, 0));
}
