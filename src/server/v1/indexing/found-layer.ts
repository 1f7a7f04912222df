import type { LayerContent } from '../../../image/content.ts';

/** A layer that was found and can be read, once. */
export interface FoundLayer {
  readonly content: LayerContent;
  /** Gives up what it holds; also after it was read. */
  close(): void;
}
