import type { Finding } from './finding.ts';
import type { LayerRef } from './package.ts';
import type { PackageUse } from './package-use.ts';
import type { Problem } from './problem.ts';
import type { ImageView } from './view.ts';

/**
 * How tight a cage is. `strict`: no network but loopback, read-only root, no capability. `default`: no network but loopback,
 * the few capabilities that servers need to drop their privileges. `compatible`: those that the engine grants by itself.
 * Every profile takes away the way to the host, to other containers and out.
 */
export const cageProfiles = ['strict', 'default', 'compatible'] as const;

export type CageProfile = (typeof cageProfiles)[number];

/** How a run ended or went on; with `healthy` the image's own HEALTHCHECK said so. */
export type RunOutcome = 'listening' | 'healthy' | 'running' | 'exited' | 'failed';

/** One try to bring the image up. */
export interface RunAttempt {
  readonly outcome: RunOutcome;
  /** What was different from the image's own configuration, in words: `POSTGRES_PASSWORD is set (an assumption)`. */
  readonly changes: readonly string[];
  /** Until it was ready or ended, milliseconds since the start. */
  readonly milliseconds: number;
  readonly exitCode?: number;
  readonly killedBy?: 'memory' | 'time' | 'disk' | 'signal';
  /** Why it counts as that: `the set of listening sockets did not change for 600 ms`. */
  readonly reason: string;
  /** Last lines of its output, escaped. */
  readonly log: readonly string[];
}

/** The package that owns a file of the running container. */
export interface ObservedPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

export interface ObservedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Addresses that it listens on, sorted: `0.0.0.0`, `::`; empty for one that nobody listens on. */
  readonly addresses: readonly string[];
  /** The image declares it (EXPOSE). */
  readonly declared: boolean;
  /** `dead`: declared, and nobody listens. `unknown`: declared, and nobody could look who listens. */
  readonly state: 'listening' | 'dead' | 'unknown';
  /** Only processes of the container itself can reach it. */
  readonly localOnly: boolean;
  readonly pid?: number;
  /** Short name of the process, its program and the user it runs as. */
  readonly process?: string;
  readonly executable?: string;
  /** Its program is no file of the container: it was removed, or was in memory from the start. */
  readonly gone?: 'deleted' | 'memory';
  /** What an interpreter runs: a path, or the name of a module or class. The process itself says so. */
  readonly script?: string;
  readonly uid?: number;
  readonly user?: string;
  readonly package?: ObservedPackage;
  /** No look found it: the trace of the calls tells that it was opened, for a moment at least. */
  readonly seenBy?: 'trace';
  /** What it speaks, as the service scan found out; the version is that of the package that owns its program, if any. */
  readonly service?: {
    readonly name: string;
    readonly product?: string;
    readonly version?: string;
    readonly encrypted?: boolean;
  };
}

export interface ObservedProcess {
  readonly pid: number;
  readonly parent?: number;
  readonly name: string;
  readonly executable?: string;
  readonly arguments: readonly string[];
  readonly uid?: number;
  readonly user?: string;
  readonly package?: ObservedPackage;
  /** Where its program comes from: a layer of the image, or it was written or made in memory while running. */
  readonly from?: { readonly layer: LayerRef } | 'dropped' | 'memory';
  /** It was still there when the observation ended. */
  readonly running: boolean;
  /**
   * Who told of it, where that was no tracer: /proc of this machine, or the engine. Others that lived shortly may be missing;
   * numbers of the engine are those of its machine.
   */
  readonly seenBy?: 'proc' | 'engine';
}

/** The most that a container was seen to use. */
export interface ObservedResources {
  readonly memoryPeakBytes?: number;
  readonly memoryLimitBytes?: number;
  /** Processes and threads at a time. */
  readonly processesPeak?: number;
  /** Processor time since its start. */
  readonly cpuSeconds?: number;
  /** Processors at a time, between two looks: 0.5 is half of one. */
  readonly cpuPeak?: number;
  /** How often it was looked: what came and went between two looks is not in it, but where the kernel keeps the peak. */
  readonly looks: number;
}

/**
 * What happened to the container as the engine told it: a program that was started in it from outside, an end, a lack of memory
 * (which the kernel tells, too, where it is this machine's), its health.
 */
export interface ObservedEngineEvent {
  readonly kind: 'exec' | 'end' | 'memory' | 'health';
  /** RFC 3339: when it happened for the first time, by the clock of the engine. */
  readonly at: string;
  /** The command, the exit status or the health, as the engine says it. */
  readonly text?: string;
  readonly count: number;
}

export interface PackageInUse extends ObservedPackage {
  readonly use: PackageUse;
  /** Files of it that were touched, the first ten by path, and how many there are. */
  readonly files: readonly string[];
  readonly count: number;
}

/** How often calls were made, by name, and how often they failed. */
export type CallCounts = Readonly<Record<string, { readonly count: number; readonly failed: number }>>;

/** What watched, and what it cannot have seen. */
export interface ObservationCoverage {
  readonly tracer: 'strace' | 'ftrace' | 'none';
  /** Version of the tracer, as it says. */
  readonly version?: string;
  /** Why it is `none`. */
  readonly reason?: string;
  readonly calls: number;
  /** Calls that are known to be lost. */
  readonly lost: number;
  /** Calls of which an argument could not be read. */
  readonly undecoded: number;
  /** Sentences that say what nobody saw. */
  readonly blindSpots: readonly string[];
  /** Who read the sockets: this machine's /proc, a container beside it, a program of ours or of its own in it, or nobody. */
  readonly sockets: 'host' | 'sidecar' | 'injected' | 'exec' | 'none';
}

/** What a run of an image told that its files do not. */
export interface Observation {
  readonly engine: { readonly name: string; readonly version?: string };
  readonly cage: {
    readonly profile: CageProfile | 'none';
    /** Sentences that say what it allowed. */
    readonly allows: readonly string[];
  };
  /** In their order; the last one is what the rest of this describes. */
  readonly attempts: readonly RunAttempt[];
  /** RFC 3339. */
  readonly startedAt: string;
  /** How long it was watched, from its start. */
  readonly milliseconds: number;
  readonly ports: readonly ObservedPort[];
  readonly processes: readonly ObservedProcess[];
  readonly packagesInUse: readonly PackageInUse[];
  /** Packages of the distribution of which it touched nothing, the heaviest fifty, with the bytes of their files. */
  readonly untouched: readonly {
    readonly name: string;
    readonly version: string;
    readonly layer: number;
    readonly bytes: number;
  }[];
  readonly calls: CallCounts;
  /** Absent where the engine does not tell, or nobody asked it. */
  readonly resources?: ObservedResources;
  readonly engineEvents?: readonly ObservedEngineEvent[];
  /** Names that were asked for, and addresses that were called, each once. */
  readonly contacts: readonly {
    readonly name?: string;
    readonly address?: string;
    readonly port?: number;
    readonly count: number;
  }[];
  /** Files that the run changed against the image. */
  readonly drift: readonly {
    readonly path: string;
    readonly change: 'added' | 'changed' | 'removed';
    readonly executable?: boolean;
  }[];
  /** What further runs proved; absent where none were made. */
  readonly proofs?: ObservationProofs;
  readonly coverage: ObservationCoverage;
}

/** What the image was seen to come up with (`--prove`): of one workload, so that another one may need more. */
export interface ObservationProofs {
  readonly seccomp: {
    /** Calls that the profile allows. */
    readonly calls: readonly string[];
    readonly proven: boolean;
    /** Those of them that no run was seen to make. */
    readonly added: readonly string[];
    readonly reason: string;
  };
  readonly advice: readonly {
    readonly id: 'capabilities' | 'read-only' | 'user';
    readonly text: string;
    readonly proof: 'run' | 'refuted' | 'trace';
    /** Flags of `docker run`. */
    readonly flags: readonly string[];
  }[];
  /** What `apparmor_parser` of this machine says of the profile of AppArmor; it is never loaded. */
  readonly appArmor?: { readonly parser: 'accepted' | 'refused' | 'unasked'; readonly reason: string };
  /** Runs that it took. */
  readonly runs: number;
}

/** An observation with what is wrong in it. */
export interface Observed {
  readonly observation: Observation;
  /** Of the kinds `service` and `call`. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** Runs an image that was read, and watches it. */
export interface Observer {
  /**
   * @param view what its layers hold: names the packages of the files that are used
   * @throws DrydockError when the image could not be run at all
   */
  observe(view: ImageView): Promise<Observed>;
}
