/**
 * What a container is made of. There is no word for bind mounts, published ports, privileged containers and devices: a
 * container that Drydock makes has none.
 */
export interface ContainerSettings {
  readonly image: string;
  readonly name?: string;
  /** `linux/arm64`; Docker alone takes it. */
  readonly platform?: string;
  /** Each in place of the image's own; an empty entrypoint takes the image's away. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** `NAME=value`, in addition to the image's. */
  readonly environment?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  /** Its standard input stays open for {@link attachContainer}. */
  readonly openInput?: boolean;
  readonly stopSeconds?: number;
  /** False: the image's HEALTHCHECK does not run. */
  readonly healthcheck?: false;

  /** `none`, the name of a network, `container:ID`. */
  readonly network: string;
  /** `container:ID` for that container's, `host` for the machine's; its own by default. */
  readonly processNamespace?: string;
  readonly dns?: readonly string[];
  /** Lines for /etc/hosts: `name:address`. */
  readonly hosts?: readonly string[];
  /** Host name inside. */
  readonly hostname?: string;

  readonly capabilitiesDropped?: readonly string[];
  readonly capabilitiesAdded?: readonly string[];
  /** `no-new-privileges`, `seccomp=...`, `apparmor=...`. */
  readonly securityOptions?: readonly string[];
  readonly readOnlyRoot?: boolean;

  /** Memory, swap included. */
  readonly memoryBytes?: number;
  /** Processors, as a fraction of one. */
  readonly processors?: number;
  readonly processes?: number;
  /** Of /dev/shm. */
  readonly sharedMemoryBytes?: number;
  /** By name: `nofile`, `core`, `fsize`. Soft and hard limit are the same. */
  readonly ulimits?: Readonly<Record<string, number>>;
  /** How much of its output is kept; `none`: nothing, what is attached to it alone gets it. */
  readonly log?: { readonly maxBytes: number } | 'none';
  /** Name of an OCI runtime that the engine knows: `runsc`. */
  readonly runtime?: string;

  /** Folders in memory by path, with options of mount(8): `size=64m,mode=1777`. */
  readonly memoryFolders?: Readonly<Record<string, string>>;
  /** Named volumes by path. */
  readonly volumes?: Readonly<Record<string, { readonly name: string; readonly readOnly?: boolean }>>;
}

/** The body of the request (Docker Engine API, "ContainerCreate"). */
export function settingsBody(settings: ContainerSettings): object {
  const { tty = false, openInput = false, volumes = {}, ulimits = {}, log } = settings;
  const { network, processNamespace, memoryBytes, processors } = settings;
  return {
    Image: settings.image,
    // An empty list means the image's own to Docker; an empty word takes it away.
    ...(settings.entrypoint && { Entrypoint: settings.entrypoint.length === 0 ? [''] : settings.entrypoint }),
    ...(settings.command && { Cmd: settings.command }),
    ...(settings.environment && { Env: settings.environment }),
    ...(settings.user !== undefined && { User: settings.user }),
    ...(settings.workingDirectory !== undefined && { WorkingDir: settings.workingDirectory }),
    ...(settings.hostname !== undefined && { Hostname: settings.hostname }),
    Labels: settings.labels ?? {},
    Tty: tty,
    OpenStdin: openInput,
    StdinOnce: openInput,
    AttachStdin: openInput,
    AttachStdout: true,
    AttachStderr: true,
    ...(settings.stopSeconds !== undefined && { StopTimeout: settings.stopSeconds }),
    ...(settings.healthcheck === false && { Healthcheck: { Test: ['NONE'] } }),
    HostConfig: {
      NetworkMode: network,
      ...(processNamespace !== undefined && { PidMode: processNamespace }),
      ...(settings.dns && { Dns: settings.dns }),
      ...(settings.hosts && { ExtraHosts: settings.hosts }),
      CapDrop: settings.capabilitiesDropped ?? [],
      CapAdd: settings.capabilitiesAdded ?? [],
      SecurityOpt: settings.securityOptions ?? [],
      ReadonlyRootfs: settings.readOnlyRoot ?? false,
      ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(processors !== undefined && { NanoCpus: Math.round(processors * 1e9) }),
      ...(settings.processes !== undefined && { PidsLimit: settings.processes }),
      ...(settings.sharedMemoryBytes !== undefined && { ShmSize: settings.sharedMemoryBytes }),
      Ulimits: Object.entries(ulimits).map(([Name, limit]) => ({ Name, Soft: limit, Hard: limit })),
      ...(log === 'none' && { LogConfig: { Type: 'none', Config: {} } }),
      ...(typeof log === 'object' && {
        LogConfig: { Type: 'json-file', Config: { 'max-size': String(log.maxBytes), 'max-file': '1' } },
      }),
      ...(settings.runtime !== undefined && { Runtime: settings.runtime }),
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      Init: false,
      Privileged: false,
      PublishAllPorts: false,
      ...(settings.memoryFolders && { Tmpfs: settings.memoryFolders }),
      Mounts: Object.entries(volumes).map(([Target, { name, readOnly = false }]) => ({
        Type: 'volume',
        Source: name,
        Target,
        ReadOnly: readOnly,
        // An engine makes one that is not there any more, which whoever cleans up must know for what it is. What the image
        // has at that place is not wanted in it.
        VolumeOptions: { NoCopy: true, Labels: settings.labels ?? {} },
      })),
    },
  };
}
