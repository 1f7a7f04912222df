/** CVSS as a source gave it. */
export interface CvssScore {
  /** `2.0`, `3.0`, `3.1`, `4.0`. */
  readonly version: string;
  readonly vector: string;
  readonly score?: number;
  /** Who computed it: the name of the feed for its publisher, else `cna:NAME`, `adp:NAME`, `nvd`. */
  readonly source: string;
}
