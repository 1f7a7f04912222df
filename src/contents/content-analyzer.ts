import type { Analyzer, FileStanding, LayerContext, LayerReader } from '../model/analyzer.ts';
import type { ContentCoverageFact, ContentFact } from '../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../model/file.ts';
import type { Witness } from '../model/witness.ts';
import { isCachedPackage } from './cached-packages.ts';
import { type Content, MOST_BYTES } from './content.ts';
import type { ContentType } from './content-type.ts';
import { type ContentEngine, type Judgement, NOTHING } from './engine.ts';
import { fileKind, forgetKind } from './file-kind.ts';
import { forgetContent, LargeFiles, readContent } from './read-content.ts';
import { ToldFiles } from './told-files.ts';

type Told = ContentFact | ContentCoverageFact;

/** Raised whenever the same engines would be shown other files, or what they say would be told in another way. */
const VERSION = 8;

/**
 * An analyzer that shows files to the engines of a check, each file to those that take its type.
 * @param options.deep packages in the caches of package managers are opened, too; otherwise they are counted
 * @param options.standings see `Analyzer`
 */
export function contentAnalyzer(
  check: string,
  engines: readonly ContentEngine[],
  { deep, standings }: { readonly deep: boolean; readonly standings?: readonly FileStanding[] },
): Analyzer<Told> {
  const judgesMembers = engines.some(({ judgeMember }) => judgeMember !== undefined);
  return {
    name: `contents-${check}`,
    version: VERSION,
    ...(standings !== undefined && { standings }),
    rules: [`deep: ${deep}`, ...engines.map(({ name, rules }) => `${name} ${rules}`)].join('\n'),
    wants: ({ type, size, member }) => {
      if (type === 'file' && size > 0) return ALL;
      return judgesMembers && member !== undefined ? Appetite.Header : Appetite.None;
    },
    begins: (header, head) => {
      const { type, served } = fileKind(header, () => head);
      const isShut = !deep && isCachedPackage(header, head);
      const members = isShut ? SHUT : mayHaveMembers(type, head) ? Appetite.AnyMembers : Appetite.None;
      const isTaken = engines.some((engine) => engine.takes(type, header, served));
      // Those that no engine looks at are counted all the same.
      return members | (isTaken ? Appetite.Whole : Appetite.Header);
    },
    open: (layer) => new ContentReader(check, engines, layer),
  };
}

/**
 * Whether a file is opened to see whether there is an archive in it: besides those whose first bytes say so, programs,
 * scripts, pictures and documents, which may have one behind them, and what is of no known type, which may be an image of a
 * disc besides.
 */
function mayHaveMembers(type: ContentType, head: Uint8Array): boolean {
  switch (type) {
    case 'archive':
    case 'packed':
    case 'elf':
    case 'pe':
    case 'data':
    case 'picture':
    case 'document':
      return true;
    case 'script':
      return head[0] === 0x23 && head[1] === 0x21;
    default:
      return false;
  }
}

/** A package that is not opened is shown with its first bytes, nothing else is: so it is counted. */
const SHUT: Appetite = Appetite.Head;
const ALL: Appetite = Appetite.Header | SHUT | Appetite.Whole | Appetite.AnyMembers;

class ContentReader implements LayerReader<Told> {
  readonly #check: string;
  readonly #engines: readonly ContentEngine[];
  readonly #layer: LayerContext;
  readonly #told: ToldFiles = new ToldFiles();
  readonly #unjudged: Map<string, { count: number; first: string }> = new Map();
  #judged = 0;
  #bytes = 0;
  #passed = 0;
  #shut = 0;
  readonly #large: LargeFiles = new LargeFiles();
  /** Looks at the later windows of the file that was read last. */
  #rest: Iterable<void> | undefined;
  /** Waits for what engines elsewhere have to say of the file that was read last, and ends it. */
  #pending: (() => Promise<void>) | undefined;

  constructor(check: string, engines: readonly ContentEngine[], layer: LayerContext) {
    this.#check = check;
    this.#engines = engines;
    this.#layer = layer;
  }

  rest(): Iterable<void> {
    const rest = this.#rest ?? [];
    this.#rest = undefined;
    return rest;
  }

  pending(): Promise<void> | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending?.();
  }

  read(file: LayerFile): void {
    const { header, path, body, content: head } = file;
    const witnesses = header.member === undefined ? [] : this.#judgeMember(header);
    const isShut = head.length > 0;
    if (isShut) this.#shut++;
    if (body === undefined) {
      if (!isShut && header.type === 'file' && header.size > 0) this.#passed++;
      this.#tellMember(header, () => head, witnesses);
      return;
    }
    const { type, served } = fileKind(header, () => headOf(body));
    const takers = this.#engines.filter((engine) => engine.takes(type, header, served));
    const content = takers.length === 0 ? undefined : readContent(file, type);
    if (content === undefined) {
      this.#tellMember(header, () => headOf(body), witnesses);
      return;
    }
    for (const engine of takers) {
      const { witnesses: more, unjudged } = judged(engine, content);
      witnesses.push(...more);
      if (unjudged !== undefined) this.#leave(unjudged, path);
    }
    const isLarge = content.size > MOST_BYTES;
    const elsewhere = takers.filter(({ judgeElsewhere }) => judgeElsewhere !== undefined);
    if (elsewhere.length === 0 && !isLarge) {
      this.#conclude(file, content, witnesses);
      return;
    }
    // Once it is waited for, the content is another file's.
    const kept = isLarge ? content : withDigests(content, file.truncated);
    const said = Promise.all(elsewhere.map((engine) => engine.judgeElsewhere?.(content) ?? NOTHING));
    if (isLarge) this.#rest = this.#readRest(file, type, takers, witnesses);
    this.#pending = async () => {
      for (const { witnesses: more, unjudged } of await said) {
        witnesses.push(...more);
        if (unjudged !== undefined) this.#leave(unjudged, path);
      }
      this.#conclude(file, kept, witnesses);
    };
  }

  /** @param witnesses gets what is found */
  *#readRest(
    file: LayerFile,
    type: ContentType,
    takers: readonly ContentEngine[],
    witnesses: Witness[],
  ): Generator<void, void> {
    const engines = takers.filter(({ windows }) => windows);
    if (engines.length === 0) return;
    const leave = (reason: string): void => this.#leave(reason, file.path);
    const known = new Set(witnesses.map(nameOf));
    for (const window of this.#large.windows(file, type, leave)) {
      for (const engine of engines) {
        const { witnesses: more, unjudged } = judged(engine, window);
        if (unjudged !== undefined) leave(unjudged);
        witnesses.push(...more.filter((witness) => !known.has(nameOf(witness))));
        for (const witness of more) known.add(nameOf(witness));
      }
      yield;
    }
  }

  #conclude(file: LayerFile, content: Content, witnesses: readonly Witness[]): void {
    const { path } = file;
    this.#judged++;
    this.#bytes += content.size;
    if (file.truncated) this.#leave('is not there as a whole', path);
    if (witnesses.length > 0) this.#tell(content, witnesses, file.truncated);
  }

  close(): readonly Told[] {
    forgetContent();
    forgetKind();
    const { facts, beyond } = this.#told;
    if (beyond > 0) {
      const message = `${beyond} more files of the layer have something against them than are told of`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    if (this.#judged + this.#passed + this.#shut + this.#unjudged.size === 0) return facts;
    const unjudged = [...this.#unjudged].map(([reason, told]) => ({ reason, ...told }));
    const counts = { judged: this.#judged, bytes: this.#bytes, passed: this.#passed };
    const shut = this.#shut > 0 && { shut: this.#shut };
    return [...facts, { kind: 'content-coverage', path: '', check: this.#check, ...counts, ...shut, unjudged }];
  }

  #judgeMember(header: FileHeader): Witness[] {
    const witnesses: Witness[] = [];
    for (const { judgeMember } of this.#engines) if (judgeMember !== undefined) witnesses.push(...judgeMember(header));
    return witnesses;
  }

  /** Tells what is known of a member whose body nobody looked at. */
  #tellMember(header: FileHeader, head: () => Uint8Array, witnesses: readonly Witness[]): void {
    if (witnesses.length === 0) return;
    const { path, size } = header;
    const { type } = fileKind(header, head);
    this.#told.add(witnesses, () => ({ kind: 'content', path, check: this.#check, size, type }));
  }

  #tell(content: Content, witnesses: readonly Witness[], isCut: boolean): void {
    const { path, size, type } = content;
    this.#told.add(witnesses, () => {
      const digests = isCut ? {} : { sha256: content.digest('sha256'), md5: content.digest('md5') };
      return { kind: 'content', path, check: this.#check, size, type, ...digests };
    });
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

/** What a witness says, wherever it is in the file. */
function nameOf({ engine, set, rule, view }: Witness): string {
  return [engine, set, rule, view].join('\n');
}

/** A content whose digests are known, so that its bytes are not needed any more. */
function withDigests(content: Content, isCut: boolean): Content {
  const { header, path, type, size } = content;
  if (isCut) return content;
  const [md5, sha256] = [content.digest('md5'), content.digest('sha256')];
  const digest: Content['digest'] = (algorithm) =>
    algorithm === 'md5' ? md5 : algorithm === 'sha256' ? sha256 : content.digest(algorithm);
  return { header, path, type, size, bytes: NO_BYTES, start: 0, digest };
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
const HEAD = 4096;
const scratch: Uint8Array = new Uint8Array(HEAD);

function headOf(body: NonNullable<LayerFile['body']>): Uint8Array {
  return scratch.subarray(0, body.read(scratch, 0));
}
