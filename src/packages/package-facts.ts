import type { LayerContext } from '../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../model/fact.ts';

/** Packages that one analyzer keeps of one layer: a folder of node_modules has thousands, and an image may invent millions. */
const MAX_PACKAGES = 300_000;
/** Characters of a name, a version or a licence; those of a longer one name no package that anybody could publish. */
const MAX_TEXT = 1000;
/** Packages that one package may say it needs; real ones name a few dozen. */
const MAX_REQUIRES = 5000;

/** Collects the packages that files of a layer stand for, within bounds, each with where it was found. */
export class PackageFacts {
  readonly #layer: LayerContext;
  readonly #facts: PackageFact[] = [];
  #beyond = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
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
    if (this.#facts.length >= MAX_PACKAGES) {
      this.#beyond++;
      return;
    }
    const requires = record.requires?.slice(0, MAX_REQUIRES);
    this.#facts.push({
      kind: 'package',
      path,
      ...(location !== undefined && location !== path && { location }),
      package: requires === undefined ? record : { ...record, requires },
    });
  }

  /** All that was kept; says once how many were not. */
  close(): readonly PackageFact[] {
    if (this.#beyond > 0) {
      const message = `${this.#beyond} packages beyond the first ${MAX_PACKAGES} of the layer were left out`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    return this.#facts;
  }
}
