/** What a report may have, whoever sends it. */
export const MOST_REPORT_BYTES = 24 * 1024 * 1024;

/** Of one host. */
export const mostOfHost = { containers: 5000, processes: 50_000, connections: 100_000, listeners: 20_000 } as const;

/** Of all hosts together. */
export const mostOfAll = {
  hosts: 500,
  containers: 50_000,
  processes: 300_000,
  connections: 500_000,
  listeners: 200_000,
} as const;

/** Bytes in memory, as `weighFacts` has them: of one host, and of all. */
export const mostBytes = { host: 128 * 1024 * 1024, all: 768 * 1024 * 1024 } as const;
