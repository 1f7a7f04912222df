import type { LayerContext } from '../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../model/fact.ts';
import type { LayerFile } from '../model/file.ts';
import { tellable } from './tellable.ts';

/** Packages that one analyzer keeps of one layer: a folder of node_modules has thousands, and an image may invent millions. */
const MAX_PACKAGES = 300_000;
/** Characters of a name, a version or a licence; those of a longer one name no package that anybody could publish. */
const MAX_TEXT = 1000;
/** Packages that one package may say it needs; real ones name a few dozen. */
const MAX_REQUIRES = 5000;

/**
 * Collects the packages that files of a layer stand for, within bounds, each with where it was found. Whoever adds while it
 * reads says of every file that it begins, since a path may come twice and the last one counts.
 */
export class PackageFacts {
  readonly #layer: LayerContext;
  readonly #byPath = new Map<string, PackageFact[]>();
  #count = 0;
  #beyond = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  /** A file is shown: what an earlier one of the same path had is forgotten. Members of archives go with the archive. */
  begin({ path, header }: Pick<LayerFile, 'path' | 'header'>): void {
    const before = header.archive === undefined ? this.#byPath.get(path) : undefined;
    if (before === undefined) return;
    this.#count -= before.length;
    this.#byPath.delete(path);
  }

  /**
   * Keeps a package. One without a name is none.
   * @param path of the file in the layer: with it the package goes
   * @param location where in the file, if that is an archive: `app.jar!/lib/inner.jar`
   */
  add(path: string, record: PackageRecord, location?: string): void {
    const { name, version } = record;
    if (name === '') return;
    if (name.length > MAX_TEXT || version.length > MAX_TEXT) {
      const message = `a package has a name or version of more than ${MAX_TEXT} characters and was left out`;
      this.#layer.problem({ code: 'file.format', message, path });
      return;
    }
    if (this.#count >= MAX_PACKAGES) {
      this.#beyond++;
      return;
    }
    this.#count++;
    const requires = record.requires?.slice(0, MAX_REQUIRES);
    this.#factsOf(path).push({
      kind: 'package',
      path,
      ...(location !== undefined && location !== path && { location }),
      package: tellable(requires === undefined ? record : { ...record, requires }),
    });
  }

  /** All that was kept; says once how many were not. */
  close(): readonly PackageFact[] {
    if (this.#beyond > 0) {
      const message = `${this.#beyond} packages beyond the first ${MAX_PACKAGES} of the layer were left out`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    return [...this.#byPath.values()].flat();
  }

  #factsOf(path: string): PackageFact[] {
    let facts = this.#byPath.get(path);
    if (facts === undefined) {
      facts = [];
      this.#byPath.set(path, facts);
    }
    return facts;
  }
}
