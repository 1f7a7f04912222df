/** What was seen in a file, before the image is known: `SightingFact` without the path. */
export interface PlaceSighting {
  /** A rule of this check. */
  readonly rule: string;
  /** From 1. */
  readonly line?: number;
  /** The rest of a sentence that begins with the path. */
  readonly detail: string;
}

/** Name of the check in facts. */
export const PERSISTENCE = 'persistence';
