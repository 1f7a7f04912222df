/** Budgets of one download. */
export interface DownloadLimits {
  /** Bytes of a body as it is sent, and after its content encoding was undone. */
  readonly wireBytes: number;
  readonly bodyBytes: number;
  /** Requests that may fail in a row without bringing a single byte. */
  readonly attempts: number;
  /** Requests for one body, however much each of them brings. */
  readonly requests: number;
  readonly redirects: number;
  /** Milliseconds until the headers come, between two pieces of the body, and for everything together. */
  readonly headersMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
  /** Milliseconds before the second attempt; doubled for each further one up to the maximum. */
  readonly backOffMs: number;
  readonly backOffMaximumMs: number;
  /** The longest wait that a server may ask for; a longer one ends the download. */
  readonly retryAfterMs: number;
}

const MiB = 1024 * 1024;

export const defaultDownloadLimits: DownloadLimits = {
  wireBytes: 512 * MiB,
  bodyBytes: 1024 * MiB,
  attempts: 4,
  requests: 50,
  redirects: 5,
  headersMs: 30_000,
  idleMs: 30_000,
  totalMs: 30 * 60_000,
  backOffMs: 500,
  backOffMaximumMs: 15_000,
  retryAfterMs: 60_000,
};
