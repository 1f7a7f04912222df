import type { LayerContext } from '../model/analyzer.ts';
import type { UnidentifiedFact } from '../model/fact.ts';

/** Files that one analyzer keeps of one layer. */
const MAX_FILES = 10_000;

/** What tells nothing, and its digest where an index may know it. */
export interface UnidentifiedPlace {
  readonly location: string;
  readonly sha1?: string;
}

/** Collects programs and archives of a layer that do not tell what they were made of. A path that comes twice counts once. */
export class UnidentifiedFacts {
  readonly #layer: LayerContext;
  readonly #byPath = new Map<string, readonly UnidentifiedFact[]>();
  #count = 0;
  #beyond = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  /**
   * Says of a file of the layer what in it tells nothing: what an earlier one of the same path had is forgotten.
   * @param reason the rest of a sentence that begins with `it`, the same for all of a kind
   * @param places where in the file, if that is an archive; absent: the file itself
   */
  set(path: string, reason: string, places: readonly UnidentifiedPlace[] = [{ location: path }]): void {
    this.forget(path);
    const kept = places.slice(0, MAX_FILES - this.#count);
    this.#beyond += places.length - kept.length;
    if (kept.length === 0) return;
    this.#count += kept.length;
    this.#byPath.set(
      path,
      kept.map(({ location, sha1 }) => ({
        kind: 'unidentified',
        path,
        ...(location !== path && { location }),
        ...(sha1 !== undefined && { sha1 }),
        reason,
      })),
    );
  }

  /** A file of this path comes anew: what an earlier one had counts no longer. */
  forget(path: string): void {
    this.#count -= this.#byPath.get(path)?.length ?? 0;
    this.#byPath.delete(path);
  }

  close(): readonly UnidentifiedFact[] {
    if (this.#beyond > 0) {
      const message = `${this.#beyond} more programs and archives do not tell what they were made of`;
      this.#layer.problem({ code: 'packages.unidentified', message });
    }
    return [...this.#byPath.values()].flat();
  }
}
