/** What `POST /v1/layers` asks for, after it was decoded and found to have a name, a path and a format. */
export interface LayerRequest {
  readonly name: string;
  /** A URL that begins with exactly `http://` or `https://`, else a file of this machine. */
  readonly path: string;
  /** Sent with the request for the layer; may hold credentials. */
  readonly headers: ReadonlyMap<string, string>;
  /** Absent: it stands on nothing. */
  readonly parent?: string;
  /** As sent. */
  readonly format: string;
}

/** Why a layer was not indexed, in the order in which Clair finds it out. */
export type IndexFailure =
  | 'unknown-parent'
  | 'source-not-found'
  | 'unsupported-format'
  | 'unreadable'
  | 'file-too-large'
  | 'unsupported-system'
  | 'bad-version';

/** A layer was not indexed; the answer to the client says why. */
export class IndexError extends Error {
  override readonly name = 'IndexError';
  readonly failure: IndexFailure;

  constructor(failure: IndexFailure, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.failure = failure;
  }
}

/** Reads layers for the v1 API and keeps what is in them. */
export interface LayerIndexer {
  /** Which rules it indexes by: the `IndexedByVersion` of the v1 API. */
  readonly engineVersion: number;
  /**
   * Indexes a layer, unless it is known and was indexed by these rules or later ones: then nothing is read.
   * @throws IndexError why not
   * @throws StoreError what the store says
   */
  index(request: LayerRequest, signal: AbortSignal): Promise<void>;
}
