import type { ReadyWhen } from '../cage/readiness.ts';

/** A file that is put into the container before it starts. */
export interface RunFile {
  /** Absolute, in the container. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Something that is done once the image is ready, so that it shows what it does. */
export type WorkloadStep =
  | { readonly kind: 'exec'; readonly command: readonly string[]; readonly user?: string }
  | {
      readonly kind: 'http';
      readonly port: number;
      readonly path: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly times: number;
    }
  | { readonly kind: 'tcp'; readonly port: number; readonly send: string; readonly times: number }
  | { readonly kind: 'wait'; readonly seconds: number };

/** What a user adds to an image so that it runs as it does where it is used. */
export interface RunProfile {
  /** Where it comes from, for messages. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly files: readonly RunFile[];
  readonly ready?: ReadyWhen & { readonly log?: string };
  readonly workload: readonly WorkloadStep[];
}

/** What Drydock assumes of a well-known image so that it runs at all. */
export interface RunPreset {
  /** `postgres`. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** A sentence that says what is assumed. */
  readonly assumption: string;
  /** Memory that it needs at least, where that is more than a cage has by itself. */
  readonly memoryBytes?: number;
}
