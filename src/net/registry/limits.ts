/** Budgets for talking to one registry. */
export interface RegistryLimits {
  /** Requests that may fail in a row without bringing a single byte, and the same for a mirror. */
  readonly attempts: number;
  readonly mirrorAttempts: number;
  /** Requests for one blob, however much each of them brings. */
  readonly requests: number;
  readonly redirects: number;
  /** Milliseconds until the headers come, between two pieces of a body, and for a whole manifest or token. */
  readonly headersMs: number;
  readonly idleMs: number;
  readonly documentMs: number;
  /** Bytes of an answer with a token. */
  readonly tokenBytes: number;
  /** Milliseconds before the second attempt; doubled for each further one up to the maximum. */
  readonly backOffMs: number;
  readonly backOffMaximumMs: number;
  /** The longest wait that a registry may ask for; a longer one ends the scan. */
  readonly retryAfterMs: number;
}

export const defaultRegistryLimits: RegistryLimits = {
  attempts: 4,
  mirrorAttempts: 2,
  requests: 100,
  redirects: 5,
  headersMs: 30_000,
  idleMs: 30_000,
  documentMs: 120_000,
  tokenBytes: 1024 * 1024,
  backOffMs: 500,
  backOffMaximumMs: 15_000,
  retryAfterMs: 60_000,
};
