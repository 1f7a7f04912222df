import { FormatError } from '../../errors.ts';
import { isBlob, mayHoldBlobs, mayNameBlobs, targetOf } from '../../formats/models/blob-path.ts';
import { type ModelAbout, readGguf } from '../../formats/models/gguf.ts';
import { readOnnx } from '../../formats/models/onnx.ts';
import { readSafetensors } from '../../formats/models/safetensors.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { endings, recordOf } from './record.ts';

/** Links and blobs that are remembered of a layer. */
const MAX_KNOWN = 100_000;

interface Blob {
  readonly file: LayerFile;
  readonly about: ModelAbout;
  readonly ending: (typeof endings)[number];
}

/**
 * Lists models that are called by their digest, by what their first bytes say that they are; the links of the cache of the hub that
 * lead to them tell which commit of which model they belong to.
 */
export const modelBlobs: Analyzer<PackageFact> = {
  name: 'model-blobs',
  version: 1,
  within: (directory) => mayHoldBlobs(directory) || mayNameBlobs(directory),

  wants({ type, path, name, size, linkTarget }: FileHeader): Appetite {
    if (type === 'file') return size >= 10 && isBlob(path, name) ? Appetite.Head : Appetite.None;
    if (type !== 'symlink' || linkTarget === undefined) return Appetite.None;
    return mayNameBlobs(path.slice(0, -name.length - 1)) ? Appetite.Header : Appetite.None;
  },

  open: (layer) => new BlobReader(layer),
};

class BlobReader implements LayerReader<PackageFact> {
  readonly #layer: LayerContext;
  readonly #packages: PackageFacts;
  /** Undefined: what does not begin as a model. */
  readonly #blobs = new Map<string, Blob | undefined>();
  /** Where each link leads to. */
  readonly #links = new Map<string, string>();

  constructor(layer: LayerContext) {
    this.#layer = layer;
    this.#packages = new PackageFacts(layer);
  }

  read(file: LayerFile): void {
    const { path, header, content } = file;
    this.#links.delete(path);
    this.#blobs.delete(path);
    const target = header.type === 'symlink' ? targetOf(path, header.linkTarget ?? '') : undefined;
    const about = target === undefined ? aboutOf(header, content) : undefined;
    if (this.#links.size + this.#blobs.size >= MAX_KNOWN) {
      const message = `only the first ${MAX_KNOWN} blobs of models, and links to them, are told apart`;
      this.#layer.problem({ code: 'layer.limit', message, path });
      return;
    }
    if (target !== undefined) this.#links.set(path, target);
    else this.#blobs.set(path, about && { file: { ...file, content: new Uint8Array() }, ...about });
  }

  close(): readonly PackageFact[] {
    const links = Map.groupBy(this.#links, ([, target]) => target);
    for (const [path, blob] of this.#blobs) {
      const names = (links.get(path) ?? []).map(([link]) => link).sort();
      const named = names.find((name) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
      // Anything may begin as ONNX does.
      const isKnown = blob !== undefined && (blob.ending !== '.onnx' || named !== undefined);
      if (isKnown) this.#add(path, blob, names);
      else if (named !== undefined) {
        const message = `${path}, to which it is a link, does not begin as such files do; which model it is, is not known`;
        this.#layer.problem({ code: 'file.format', message, path: named });
      }
    }
    return this.#packages.close();
  }

  #add(path: string, { file, about }: Blob, names: readonly string[]): void {
    this.#packages.begin(file);
    const records = (names.length > 0 ? names : [path]).map((name) => recordOf(name, about));
    const distinct = new Map(records.map((record) => [`${record.name}@${record.version}`, record]));
    for (const record of distinct.values()) this.#packages.add(path, record);
  }
}

/** What a file says of itself, and what it is, by its first bytes. */
function aboutOf({ size }: FileHeader, content: Uint8Array): Omit<Blob, 'file'> | undefined {
  try {
    if (Buffer.from(content.subarray(0, 4)).toString('latin1') === 'GGUF') {
      return { about: readGguf(content), ending: '.gguf' };
    }
    if (content[8] === 0x7b) return { about: readSafetensors(content, size), ending: '.safetensors' };
    return content[0] === 8 ? { about: readOnnx(content), ending: '.onnx' } : undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
}
