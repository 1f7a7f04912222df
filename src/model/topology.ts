/**
 * What runs on hosts and who talks to whom: what a reporter of one host tells (`HostReport`), and what a server makes of
 * the reports of all (`src/server/map/`). Ids are made so that two looks, and two processes that look, give one thing the same id.
 */

/** Milliseconds that something that is gone is still told and drawn, ever fainter. */
export const FADE = 60_000;

/** A host by the id that its system has (`/etc/machine-id`, made unreadable); it stays through restarts and renames. */
export type HostId = string;

/** The id that its engine gave it: 64 hexadecimal digits. */
export type ContainerId = string;

/** `HOST;PID;START`, START being clock ticks since the boot (`/proc/PID/stat`, field 22): numbers come again, these do not. */
export type ProcessId = string;

export interface HostFacts {
  readonly id: HostId;
  readonly name: string;
  readonly kernel?: string;
  readonly system?: string;
  readonly processors?: number;
  readonly memoryBytes?: number;
  /** Addresses of its interfaces without those of loopback: a connection to one of them ends here. */
  readonly addresses: readonly string[];
  /** The engine that was asked; absent: processes alone. */
  readonly engine?: { readonly name: string; readonly version?: string };
}

export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'exited'
  | 'dead'
  | 'removing'
  | 'unknown';

/** How far a port can be reached. `host`: its container has the network of the host. */
export type Exposure = 'published' | 'published-locally' | 'host' | 'internal';

export interface ContainerPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Where the host takes connections for it. */
  readonly published?: { readonly address: string; readonly port: number };
}

/** By what an engine knows the image of a container. */
export interface RunningImage {
  /** Of its configuration; of a manifest or an index with engines that keep images as registries do. */
  readonly id: string;
  /** The name that the container was made from. */
  readonly reference: string;
  /** Digest of the manifest of its platform, where the engine tells it besides. */
  readonly manifest?: string;
}

export interface ContainerFacts {
  readonly id: ContainerId;
  readonly name: string;
  readonly state: ContainerState;
  readonly image: RunningImage;
  /** RFC 3339. */
  readonly created?: string;
  readonly started?: string;
  /** Absent while it runs. */
  readonly exitCode?: number;
  readonly health?: string;
  readonly restarts?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly networks: readonly {
    readonly name: string;
    /** As the engine has it: networks over several hosts have one id on all of them, others one of their own. */
    readonly id?: string;
    readonly addresses: readonly string[];
    readonly aliases?: readonly string[];
  }[];
  readonly ports: readonly ContainerPort[];
  /** Kept out unless the reporter was told to send it: it holds secrets. */
  readonly environment?: readonly string[];
  readonly command?: readonly string[];
  /** It can do more than a container should: `privileged`, `host-network`, `host-pid`, `engine-socket`, `capability:SYS_ADMIN`. */
  readonly powers?: readonly string[];
}

/** How a program differs from what the image brought. `mounted`: it stands in a volume or a folder of the host. */
export type Drift = 'written' | 'deleted' | 'memory' | 'mounted';

export interface ProcessFacts {
  readonly id: ProcessId;
  readonly pid: number;
  /** In its own namespace, where it is another. */
  readonly innerPid?: number;
  readonly parent?: ProcessId;
  readonly container?: ContainerId;
  readonly name: string;
  /** As the process sees it, in the root of its container. */
  readonly executable?: string;
  /** Its program is no file that the image brought: written later, removed, in memory from the start, or of a volume. */
  readonly drift?: Drift;
  /** Absent where the reporter was told to leave arguments out. */
  readonly arguments?: readonly string[];
  readonly uid?: number;
  /** Shared libraries that it has in memory, by path in its container; those of processes of containers alone, bounded. */
  readonly libraries?: readonly string[];
}

/** One side of a connection: as much as is known of it. */
export interface Endpoint {
  readonly process?: ProcessId;
  readonly container?: ContainerId;
  /** The host of the reporter itself, by a process that was not seen. */
  readonly host?: true;
  /** As this side's own network sees it. `*`, `*public`: one of more private, or public, addresses than are told apart. */
  readonly address: string;
}

/**
 * Connections of one client to one port of one server, added up: ten thousand sockets of a pool are one of these.
 * `id` is made of what tells it from others, so that it stays while sockets come and go.
 */
export interface ConnectionFacts {
  readonly id: string;
  readonly protocol: 'tcp' | 'udp';
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** The one that the server listens on, behind what the host translates. */
  readonly port: number;
  /** The address and port that the client asked for, where the host translated them. */
  readonly asked?: { readonly address: string; readonly port: number };
  /** The name that the client's system asked for to get that address, or that the engine has for it. */
  readonly name?: string;
  /** Open at this look. 0: seen between two looks, and gone again. */
  readonly open: number;
  /** Seen since the reporter began. */
  readonly seen: number;
  /** Who told of it: the tables of sockets, or the kernel's table of tracked connections. */
  readonly by: 'sockets' | 'conntrack';
  /** Which side is the client is a guess: nobody was seen to listen on either. */
  readonly guessed?: true;
}

/** One port that somebody listens on. */
export interface ListenerFacts {
  readonly id: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly addresses: readonly string[];
  readonly process?: ProcessId;
  readonly container?: ContainerId;
}

/** Figures of one moment. */
export interface Figures {
  /** Processors: 0.5 is half of one. */
  readonly cpu?: number;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly load?: number;
  readonly threads?: number;
  readonly openFiles?: number;
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
}

/** The kinds of things of which there are many, and how each is named. */
export interface TopologyParts {
  readonly containers: readonly ContainerFacts[];
  readonly processes: readonly ProcessFacts[];
  readonly connections: readonly ConnectionFacts[];
  readonly listeners: readonly ListenerFacts[];
}

/**
 * What a reporter tells of its host. A full report has everything and replaces what was told before; one that is not has
 * what is new or changed since the report `sequence - 1`, and the ids of what is gone.
 */
export interface HostReport {
  readonly schemaVersion: 1;
  readonly host: HostFacts;
  /** Made at the start of the reporter: numbers of two lives of it are never mixed. */
  readonly session: string;
  readonly sequence: number;
  readonly full: boolean;
  /** RFC 3339, by the clock of the host. */
  readonly at: string;
  readonly changed: TopologyParts;
  readonly gone: {
    readonly containers: readonly ContainerId[];
    readonly processes: readonly ProcessId[];
    readonly connections: readonly string[];
    readonly listeners: readonly string[];
  };
  /** By id of host, container or process; of those that moved since the last report. */
  readonly figures: Readonly<Record<string, Figures>>;
  /** Sentences that say what the reporter cannot see: `no leave to read conntrack: connections between two looks are missing`. */
  readonly blindSpots: readonly string[];
}

/** What is known of an image's software, for whoever colours what runs of it. */
export interface ImageKnowledge {
  /** The id of the image in the service, where it has one: its page. */
  readonly page?: string;
  /** The last run of it that was watched: its page, where the service has one, and when it was (RFC 3339). */
  readonly run?: { readonly page?: string; readonly at: string };
  readonly state: 'known' | 'scanning' | 'unknown' | 'failed';
  /** Why it is not known. */
  readonly reason?: string;
  /** Packages with findings alone. */
  readonly packages: readonly KnownPackage[];
  /** The packages with findings that a file belongs to, as indices into `packages`: several where they are linked into it. */
  packagesOf(path: string): readonly number[];
  /** Nobody told which files belong to which package: `packagesOf` knows none, and only `observed` tells what is in use. */
  readonly withoutFiles?: true;
  /** What of it was not read or not judged: that something was not found says nothing. */
  readonly incomplete?: string;
  /** The file is one of the image's own. */
  hasFile(path: string): boolean;
}

/** How a run that was watched used a package, at the most. */
export interface ObservedUse {
  readonly use: import('./package-use.ts').PackageUse;
  /** Some of its files that were touched. */
  readonly files: readonly string[];
}

export interface KnownPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /**
   * A run of the image that was watched used it (`drydock observe`). Modules of interpreters are no files that a process has
   * in memory, so that this is the only way to know of them.
   */
  readonly observed?: ObservedUse;
  /** The gravest first. */
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly severity: import('./severity.ts').Severity;
    readonly fixedVersion?: string;
    readonly knownExploited?: boolean;
    readonly epss?: number;
  }[];
}

/** Finds what is known of an image by its id or digest; asks for nothing more than once. */
export interface KnowledgeSource {
  /** Grows when it may answer otherwise than before; absent: it does not tell. */
  readonly revision?: number;
  of(image: RunningImage): Promise<ImageKnowledge>;
}
