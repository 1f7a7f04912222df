/** What an image may use while it runs. */
export interface CageLimits {
  /** Memory and swap together, files in memory among them. */
  readonly memoryBytes: number;
  /** Processors, as a fraction of one. */
  readonly processors: number;
  /** Processes and threads. */
  readonly processes: number;
  /** Of /tmp, where that is in memory. */
  readonly temporaryBytes: number;
  /** That it writes to its files and volumes; looked at while it runs, so that a little more is possible. */
  readonly diskBytes: number;
  /** Of one file. */
  readonly fileBytes: number;
  readonly openFiles: number;
  /** Of its output that the engine keeps. */
  readonly logBytes: number;
  /** From its start. */
  readonly seconds: number;
}

const MiB = 1024 * 1024;

export const defaultCageLimits: CageLimits = {
  memoryBytes: 512 * MiB,
  processors: 1,
  processes: 256,
  temporaryBytes: 64 * MiB,
  diskBytes: 1024 * MiB,
  fileBytes: 512 * MiB,
  openFiles: 4096,
  logBytes: 5 * MiB,
  seconds: 300,
};
