import { readJson } from './answers.ts';
import type { Engine } from './engine.ts';
import { booleanField, integerField, recordField, textField, textsField } from './json-fields.ts';

/** What an engine is and can do (Docker Engine API, "SystemInfo"). A limit is false where it does not say that it has it. */
export interface EngineInfo {
  readonly version?: string;
  /** `Debian GNU/Linux 13 (trixie)`, `Docker Desktop`. */
  readonly system?: string;
  readonly kernel?: string;
  /** `linux`, `windows`. */
  readonly os: string;
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly cgroupVersion?: string;
  /** `none`: it has no hold on the processes of containers. */
  readonly cgroupDriver?: string;
  readonly limits: {
    readonly memory: boolean;
    readonly swap: boolean;
    readonly processors: boolean;
    readonly processes: boolean;
  };
  /** `name=seccomp,profile=builtin` is `seccomp`. */
  readonly security: readonly string[];
  readonly rootless: boolean;
  readonly userNamespaces: boolean;
  readonly storageDriver?: string;
  /** Names of the OCI runtimes. */
  readonly runtimes: readonly string[];
  readonly defaultRuntime?: string;
  readonly processors?: number;
  readonly memoryBytes?: number;
  readonly containersRunning?: number;
}

/** Machines as the kernel names them, by what images call them. */
const machines: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i386: '386',
  i686: '386',
  ppc64le: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};

export async function engineInfo(engine: Engine, signal?: AbortSignal): Promise<EngineInfo> {
  const value = await readJson(await engine.request({ path: '/info', ...(signal && { signal }) }), engine.name);
  const options = textsField(value, 'SecurityOptions').map((option) => {
    const name = option.split(',').find((part) => part.startsWith('name='));
    return name === undefined ? option : name.slice('name='.length);
  });
  const machine = textField(value, 'Architecture') ?? 'unknown';
  const has = (key: string): boolean => booleanField(value, key) ?? false;
  const optional = {
    version: textField(value, 'ServerVersion') ?? engine.version,
    system: textField(value, 'OperatingSystem'),
    kernel: textField(value, 'KernelVersion'),
    cgroupVersion: textField(value, 'CgroupVersion'),
    cgroupDriver: textField(value, 'CgroupDriver'),
    storageDriver: textField(value, 'Driver'),
    defaultRuntime: textField(value, 'DefaultRuntime'),
    processors: integerField(value, 'NCPU'),
    memoryBytes: integerField(value, 'MemTotal'),
    containersRunning: integerField(value, 'ContainersRunning'),
  };
  return {
    ...withoutAbsent(optional),
    os: textField(value, 'OSType') ?? 'unknown',
    architecture: machines[machine] ?? machine,
    limits: {
      memory: has('MemoryLimit'),
      swap: has('SwapLimit'),
      processors: has('CpuCfsQuota') || has('CPUCfsQuota'),
      processes: has('PidsLimit'),
    },
    security: options,
    rootless: options.includes('rootless') || has('Rootless'),
    userNamespaces: options.includes('userns'),
    runtimes: Object.keys(recordField(value, 'Runtimes')).toSorted(),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
