import { MOST_BYTES } from '../../contents/content.ts';
import { fileKind, forgetKind } from '../../contents/file-kind.ts';
import { forgetContent, readContent } from '../../contents/read-content.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { DigestsFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';

/** Characters of digests and paths that are kept of one layer. */
const MOST_TEXT = 64 * 1024 * 1024;

/** Where packages of distributions have their files, save for settings. `/usr/local` and `/opt` are not theirs. */
const ofPackages = /^(?:usr\/(?!local\/)|s?bin\/|lib\w*\/|boot\/)/;

/**
 * Digests of files that stand where packages have theirs. At default depth it is shown what was written over files of packages; at
 * depth `deep` all.
 */
export const packagedFiles: Analyzer<DigestsFact> = {
  name: 'contents-persistence',
  version: 2,
  standings: ['replaced'],
  wants: ({ type, size, archive, path }: FileHeader) =>
    type === 'file' && size > 0 && archive === undefined && ofPackages.test(path) ? Appetite.Whole : Appetite.None,
  open: (layer) => new DigestReader(layer),
};

class DigestReader implements LayerReader<DigestsFact> {
  readonly #layer: LayerContext;
  readonly #scratch: Uint8Array = new Uint8Array(4096);
  /** MD5 and SHA-256 by path: one may come twice. */
  readonly #digests = new Map<string, readonly [md5: string, sha256: string]>();
  #characters = 0;
  #left = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read(file: LayerFile): void {
    const { header, path, body, truncated } = file;
    if (body === undefined) return;
    this.#characters += 2 * path.length + 102;
    // A line break in a name would make two lines of one.
    if (truncated || body.size > MOST_BYTES || this.#characters > MOST_TEXT || path.includes('\n')) {
      this.#left++;
      this.#digests.delete(path);
      return;
    }
    const { type } = fileKind(header, () => this.#scratch.subarray(0, body.read(this.#scratch, 0)));
    const content = readContent(file, type);
    if (content !== undefined) this.#digests.set(path, [content.digest('md5'), content.digest('sha256')]);
  }

  close(): readonly DigestsFact[] {
    forgetContent();
    forgetKind();
    if (this.#left > 0) {
      const message = `${this.#left} files are too large, or too many, to be compared with what packages recorded`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    if (this.#digests.size === 0) return [];
    const lines = (index: 0 | 1): string => [...this.#digests].map(([path, of]) => `${of[index]}  ${path}`).join('\n');
    return [{ kind: 'digests', path: '', md5: lines(0), sha256: lines(1) }];
  }
}
