import { isCachedPackage } from '../../contents/cached-packages.ts';
import { type Content, LEAD, MOST_BYTES } from '../../contents/content.ts';
import type { ContentType } from '../../contents/content-type.ts';
import { fileKind, forgetKind } from '../../contents/file-kind.ts';
import { forgetContent, LargeFiles, readContent } from '../../contents/read-content.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { ContentCoverageFact, SecretFact } from '../../model/fact.ts';
import { Appetite, type LayerFile } from '../../model/file.ts';
import { findSecrets } from '../../secrets/find-secrets.ts';
import { isPackageLists } from './package-lists.ts';
import { sourceSizeOf } from './python-source.ts';
import { rulesDigest } from './rules-digest.ts';

/** Raised whenever other files would be looked into, or what is found be told in another way. */
const VERSION = 6;
/** Secrets of one layer that are told one by one. */
const MOST = 5000;
/** Secrets of one file. */
const MOST_OF_FILE = 50;
const ALL: Appetite = Appetite.Header | Appetite.Whole | Appetite.AnyMembers;
const HEAD = 4096;

/**
 * Looks for secrets in what files hold, members of archives among them.
 * @param options.deep packages in the caches of package managers are opened, too
 */
export function secretFiles({ deep }: { readonly deep: boolean }): Analyzer<SecretFact | ContentCoverageFact> {
  return {
    name: 'contents-secrets',
    version: VERSION,
    // What Python makes of the source of a package holds what the source does.
    standings: ['unowned', 'replaced'],
    rules: `deep: ${deep}\n${rulesDigest()}`,
    wants: ({ type, size }) => (type === 'file' && size > 0 ? ALL : Appetite.None),
    begins: (header, head) => {
      if (isPackageLists(header, head)) return Appetite.Header;
      const { type } = fileKind(header, () => head);
      const isShut = !deep && isCachedPackage(header, head);
      const members = isShut || !mayHaveMembers(type) ? Appetite.None : Appetite.AnyMembers;
      return members | (holdsText(type) ? Appetite.Whole : Appetite.Header);
    },
    open: (layer) => new SecretReader(layer),
  };
}

/**
 * What archives and compressed streams hold is searched once it is unpacked. Pictures, fonts and films are searched as they
 * are: their first bytes alone make none, comments and what stands behind their end are texts, and the rest is so random that
 * no rule is asked about it.
 */
function holdsText(type: ContentType): boolean {
  return type !== 'archive' && type !== 'packed';
}

function mayHaveMembers(type: ContentType): boolean {
  return type === 'archive' || type === 'packed' || type === 'data';
}

class SecretReader implements LayerReader<SecretFact | ContentCoverageFact> {
  readonly #layer: LayerContext;
  readonly #facts: SecretFact[] = [];
  readonly #scratch: Uint8Array = new Uint8Array(HEAD);
  #beyond = 0;
  #judged = 0;
  #bytes = 0;
  #passed = 0;
  readonly #large: LargeFiles = new LargeFiles();
  /** Large files that were not read to their end. */
  #unread: { readonly reason: string; readonly first: string; count: number } | undefined;
  /** Looks at the later windows of the file that was read last. */
  #rest: Iterable<void> | undefined;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read(file: LayerFile): void {
    const { header, path, body } = file;
    if (body === undefined) {
      this.#passed++;
      return;
    }
    const head = this.#scratch.subarray(0, body.read(this.#scratch, 0));
    const { type } = fileKind(header, () => head);
    const content = holdsText(type) && !isPackageLists(header, head) ? readContent(file, type) : undefined;
    if (content === undefined) {
      this.#passed++;
      return;
    }
    this.#judged++;
    this.#bytes += content.size;
    this.#search(content, sourceSizeOf(path, content.bytes), new Set());
    if (content.size > MOST_BYTES) this.#rest = this.#readRest(file, type);
  }

  rest(): Iterable<void> {
    const rest = this.#rest ?? [];
    this.#rest = undefined;
    return rest;
  }

  *#readRest(file: LayerFile, type: ContentType): Generator<void, void> {
    const told = new Set(this.#facts.filter(({ path }) => path === file.path).map(({ offset }) => offset));
    const leave = (reason: string): void => {
      this.#unread ??= { reason, first: file.path, count: 0 };
      this.#unread.count++;
    };
    for (const window of this.#large.windows(file, type, leave)) {
      this.#search(window, undefined, told);
      yield;
    }
  }

  /** @param told places of secrets that were told of, which are those of the overlap, too */
  #search({ path, bytes, start, size }: Content, sourceSize: number | undefined, told: Set<number>): void {
    const beyond = (count: number): void => {
      this.#beyond += count;
    };
    // What a later window begins with was searched with the first.
    const lead = start === 0 ? 0 : LEAD;
    for (const match of findSecrets(bytes.subarray(lead), { path, most: MOST_OF_FILE, beyond })) {
      const offset = start + lead + match.start;
      // The next window has all of it.
      if (lead + match.end === bytes.length && start + bytes.length < size) continue;
      if (match.example !== undefined || told.has(offset)) continue;
      told.add(offset);
      if (this.#facts.length >= MOST) {
        this.#beyond++;
        continue;
      }
      const { rule, line, shown, fingerprint, confidence, validated, encrypted } = match;
      this.#facts.push({
        kind: 'secret',
        path,
        rule,
        offset,
        // Of a later window the lines before it were not counted.
        ...(line !== undefined && start === 0 && { line }),
        shown,
        ...(fingerprint !== undefined && { fingerprint }),
        confidence,
        ...(validated !== undefined && { validated }),
        ...(encrypted !== undefined && { encrypted }),
        ...(sourceSize !== undefined && { sourceSize }),
      });
    }
  }

  close(): readonly (SecretFact | ContentCoverageFact)[] {
    forgetContent();
    forgetKind();
    if (this.#beyond > 0) {
      const message = `${this.#beyond} more secrets are in files of the layer than are told of`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    if (this.#judged + this.#passed === 0) return this.#facts;
    const unjudged = this.#unread === undefined ? [] : [this.#unread];
    const counts = { judged: this.#judged, bytes: this.#bytes, passed: this.#passed };
    return [...this.#facts, { kind: 'content-coverage', path: '', check: 'secrets', ...counts, unjudged }];
  }
}
