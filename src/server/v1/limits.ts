/** Limits besides Clair's, which no client of the v1 API meets. */
export interface V1Limits {
  /** Arrays and objects in each other in a request. */
  readonly jsonDepth: number;
  /** Milliseconds for the body of a request. */
  readonly bodyTime: number;
  /** Requests of one client that are worked on at a time; those that were answered with a timeout count until they end. */
  readonly requestsPerClient: number;
  /** Requests that are worked on at a time. */
  readonly requests: number;
  /** Milliseconds after which work is given up that nobody waits for any more. */
  readonly workTime: number;
  /** Entries of one page, whatever a client asks for: a next page follows. */
  readonly pageEntries: number;
}

export const defaultV1Limits: V1Limits = {
  jsonDepth: 1000,
  bodyTime: 60_000,
  requestsPerClient: 256,
  requests: 512,
  workTime: 60 * 60 * 1000,
  pageEntries: 5000,
};

/** What a listener of `node:http` must be made with so that a client that sends its header slowly, or for ever, gets nowhere. */
export const listenerLimits = {
  /** Bytes of all headers; page tokens stand in the target. */
  maxHeaderSize: 64 * 1024,
  /** Milliseconds for the headers of a request. */
  headersTimeout: 20_000,
  /** Milliseconds for a request with its body. */
  requestTimeout: 120_000,
  /** Milliseconds for which an idle connection is kept. */
  keepAliveTimeout: 75_000,
  /** Milliseconds between two looks for connections that are too slow. */
  connectionsCheckingInterval: 5000,
} as const;
