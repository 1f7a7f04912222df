import type { Distribution } from './distribution.ts';
import type { ImageInfo } from './image.ts';
import type { Package } from './package.ts';
import type { Problem } from './problem.ts';
import type { LayerTraces } from './report.ts';

/**
 * What a bill of materials says of an image: enough to judge it as if its layers had been read. Writers make documents of
 * reports, readers make this of documents, our own and those of others.
 */
export interface Sbom {
  readonly image: ImageInfo;
  readonly distribution?: Distribution;
  readonly packages: readonly Package[];
  readonly traces?: LayerTraces;
  /** Those of the scan that it was made by, as far as the document tells them, and what is odd about the document. */
  readonly problems: readonly Problem[];
  /** Whether whoever made it says that all of the image was looked at; absent where the document does not say. */
  readonly complete?: boolean;
}
