import type { CallProcess } from '../../model/call.ts';

/** The processes of a container as they are when a call is looked at. */
export interface ProcessTable {
  get(pid: number): CallProcess | undefined;
}

/** What the image has at a path, links followed. */
export interface ImageFiles {
  has(path: string): boolean;
  /** Where a program of the container comes from, for people: `of nginx 1.26 in layer 2`. */
  origin?(program: string): string;
}

/** What a tracer tells only if it can; rules that need it are not evaluable without. */
export const tellableDetails = ['environment', 'mode', 'given-path', 'dns'] as const;

export type TellableDetail = (typeof tellableDetails)[number];

/** Where calls come from: what is known of the container, and what its tracer sees. Absent is unknown. */
export interface CallSource {
  readonly container: {
    readonly id: string;
    readonly name?: string;
    readonly image?: {
      readonly id?: string;
      /** `docker.io/library/nginx` */
      readonly repository?: string;
      readonly tag?: string;
      readonly digest?: string;
    };
    readonly privileged?: boolean;
    /** Capabilities that the engine granted to root of the container: `CAP_CHOWN`. */
    readonly capabilities?: readonly string[];
    readonly mounts?: readonly {
      readonly source: string;
      readonly destination: string;
      readonly mode: string;
      readonly writable: boolean;
    }[];
  };
  /** Of the image's /etc/passwd and /etc/group, by number. */
  readonly users?: ReadonlyMap<number, string>;
  readonly groups?: ReadonlyMap<number, string>;
  readonly image?: ImageFiles;
  /** Names of the calls that the tracer watches; absent: every call. */
  readonly watched?: ReadonlySet<string>;
  /** Absent: all of them. */
  readonly tells?: ReadonlySet<TellableDetail>;
}
