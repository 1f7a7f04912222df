import { expectDone, readJson, refusal } from './answers.ts';
import type { ContainerSettings } from './container-settings.ts';
import { settingsBody } from './container-settings.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import {
  booleanField,
  field,
  integerField,
  listField,
  recordField,
  textField,
  textRecordField,
  textsField,
} from './json-fields.ts';
import { encodeId, jsonBody, type LabelFilter, labelFilters, query } from './requests.ts';

/** Objects of one kind that are read from a list. */
const LISTED = 10_000;
/** Names of one container in one network. */
const ALIASES = 32;

export type ContainerStatus =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead'
  | 'unknown';

/** What an engine says of a container (Docker Engine API, "ContainerInspect"). */
export interface ContainerDescription {
  readonly id: string;
  readonly name: string;
  /** Id of its image. */
  readonly image: string;
  /**
   * Digest of the manifest of its platform; engines that keep images of several platforms say it (API 1.48,
   * "ImageManifestDescriptor").
   */
  readonly manifest?: string;
  readonly status: ContainerStatus;
  readonly running: boolean;
  /** Its first process as this machine counts it; absent where it does not run. */
  readonly pid?: number;
  readonly exitCode?: number;
  /** The kernel ended a process of it because it had no memory left. */
  readonly outOfMemory: boolean;
  /** Why it did not start, in the words of the engine. */
  readonly error?: string;
  /** RFC 3339; absent where it never happened. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** State of its HEALTHCHECK; absent where there is none. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  readonly tty: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: readonly string[];
  readonly path?: string;
  readonly arguments: readonly string[];
  readonly networkMode?: string;
  /** Addresses by the name of the network, and the names that others in it have for the container. */
  readonly networks: Readonly<Record<string, ContainerNetwork>>;
  /** Ports that it says it serves, and where the host takes connections for them. */
  readonly ports: readonly PublishedPort[];
  /** RFC 3339. */
  readonly createdAt?: string;
  /** How often the engine started it again. */
  readonly restarts?: number;
  readonly mounts: readonly ContainerMount[];
  /** Bytes that its files take beyond those of the image; where it was asked for. */
  readonly writtenBytes?: number;
  /** As the engine wrote it; for what is not read here. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly hostConfig: Readonly<Record<string, unknown>>;
}

export interface ContainerNetwork {
  readonly id?: string;
  readonly address?: string;
  readonly address6?: string;
  readonly aliases?: readonly string[];
}

export interface PublishedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly host?: { readonly address: string; readonly port: number };
}

export interface ContainerMount {
  /** `bind`, `volume`, `tmpfs`, or what else the engine calls it. */
  readonly type: string;
  readonly name?: string;
  readonly source?: string;
  readonly destination: string;
  readonly writable: boolean;
}

/** A container of a list. */
export interface ContainerSummary {
  readonly id: string;
  readonly names: readonly string[];
  readonly image: string;
  readonly imageId?: string;
  readonly status: ContainerStatus;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes a container that does not run yet. @returns its id and what the engine warns of
 * @throws EngineError `absent` when it does not have the image; `refused` with its words
 */
export async function createContainer(
  engine: Engine,
  settings: ContainerSettings,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const { name, platform } = settings;
  const response = await engine.request({
    method: 'POST',
    path: `/containers/create${query({ name, platform: engine.kind === 'docker' ? platform : undefined })}`,
    ...jsonBody(settingsBody(settings)),
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  const id = textField(value, 'Id');
  if (id === undefined) throw new EngineError('broken', `${engine.name} made a container without saying which`);
  return { id, warnings: textsField(value, 'Warnings') };
}

/** Starts a container; one that runs stays as it is. @throws EngineError `refused` with the words of the engine */
export async function startContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
  await post(engine, id, 'start', [204, 304], signal);
}

/** Has a container end, by force after some seconds, and start again; one that is removed at its end stays. */
export async function restartContainer(
  engine: Engine,
  id: string,
  seconds: number,
  signal?: AbortSignal,
): Promise<void> {
  await post(engine, id, `restart${query({ t: seconds })}`, [204], signal, seconds * 1000);
}

/** Asks a container to end and ends it after some seconds. One that has ended stays as it is. */
export async function stopContainer(engine: Engine, id: string, seconds: number, signal?: AbortSignal): Promise<void> {
  await post(engine, id, `stop${query({ t: seconds })}`, [204, 304], signal, seconds * 1000);
}

/** Sends a signal (`SIGKILL` by default). @returns whether it ran */
export async function killContainer(
  engine: Engine,
  id: string,
  name = 'SIGKILL',
  signal?: AbortSignal,
): Promise<boolean> {
  // Docker answers 409 for one that does not run, Podman 409 or 500 with these words.
  try {
    await post(engine, id, `kill${query({ signal: name })}`, [204], signal);
    return true;
  } catch (error) {
    if (error instanceof EngineError && (error.status === 409 || /not running|state improper/i.test(error.message))) {
      return false;
    }
    throw error;
  }
}

export async function pauseContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
  await post(engine, id, 'pause', [204], signal);
}

export async function unpauseContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
  await post(engine, id, 'unpause', [204], signal);
}

/**
 * Waits until a container does not run any more. One that was never started counts as such.
 * @returns its exit code
 */
export async function waitForExit(engine: Engine, id: string, signal?: AbortSignal): Promise<number> {
  const response = await engine.request({
    method: 'POST',
    path: `/containers/${encodeId(engine, id)}/wait${query({ condition: 'not-running' })}`,
    headersMs: Infinity,
    idleMs: Infinity,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  const code = integerField(value, 'StatusCode');
  const words = textField(field(value, 'Error'), 'Message');
  if (words !== undefined) throw new EngineError('refused', `${engine.name} stopped waiting: ${words}`, { words });
  if (code === undefined) throw new EngineError('broken', `${engine.name} did not say how the container ended`);
  return code;
}

/**
 * Ends and removes a container with the volumes that have no name (`v=1`).
 * @returns whether there was one
 */
export async function removeContainer(engine: Engine, id: string, signal?: AbortSignal): Promise<boolean> {
  // Podman asks it to end first, and gives it ten seconds for that.
  if (engine.kind === 'podman') await killContainer(engine, id, 'SIGKILL', signal).catch(() => false);
  const response = await engine.request({
    method: 'DELETE',
    path: `/containers/${encodeId(engine, id)}${query({ v: true, force: true })}`,
    ...(signal && { signal }),
  });
  // 409: somebody else is removing it just now.
  return (await expectDone(response, engine.name, [200, 204, 404, 409])) < 400;
}

/** @param size count what it wrote, which takes the engine a while for containers of many files */
export async function inspectContainer(
  engine: Engine,
  id: string,
  { size = false, signal }: { readonly size?: boolean; readonly signal?: AbortSignal } = {},
): Promise<ContainerDescription> {
  const response = await engine.request({
    path: `/containers/${encodeId(engine, id)}/json${query({ size })}`,
    ...(signal && { signal }),
  });
  if (response.status === 404) {
    const { words = '' } = await refusal(response, engine.name);
    throw new EngineError(
      'absent',
      `${engine.name} has no container ${id}. "${engine.kind} ps" lists those that run.`,
      {
        words,
        status: 404,
      },
    );
  }
  const value = await readJson(response, engine.name);
  const found = textField(value, 'Id');
  if (found === undefined) throw new EngineError('broken', `${engine.name} described ${id} without saying what it is`);
  return description(found, value);
}

function description(id: string, value: unknown): ContainerDescription {
  const state = field(value, 'State');
  const config = recordField(value, 'Config');
  const hostConfig = recordField(value, 'HostConfig');
  const running = booleanField(state, 'Running') ?? false;
  const pid = integerField(state, 'Pid');
  const manifest = textField(field(value, 'ImageManifestDescriptor'), 'digest');
  const exitCode = integerField(state, 'ExitCode');
  const startedAt = moment(state, 'StartedAt');
  const finishedAt = moment(state, 'FinishedAt');
  const error = textField(state, 'Error');
  const health = textField(field(state, 'Health'), 'Status');
  const path = textField(value, 'Path');
  const networkMode = textField(hostConfig, 'NetworkMode');
  const writtenBytes = integerField(value, 'SizeRw');
  const createdAt = moment(value, 'Created');
  const restarts = integerField(value, 'RestartCount');
  return {
    id,
    name: (textField(value, 'Name') ?? '').replace(/^\//, ''),
    image: textField(value, 'Image') ?? '',
    ...(manifest !== undefined && { manifest }),
    status: statusOf(textField(state, 'Status')),
    running,
    ...(running && pid !== undefined && pid > 0 && { pid }),
    ...(!running && exitCode !== undefined && { exitCode }),
    outOfMemory: booleanField(state, 'OOMKilled') ?? false,
    ...(error !== undefined && { error }),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...((health === 'starting' || health === 'healthy' || health === 'unhealthy') && { health }),
    tty: booleanField(config, 'Tty') ?? false,
    labels: textRecordField(config, 'Labels'),
    environment: textsField(config, 'Env'),
    ...(path !== undefined && { path }),
    arguments: textsField(value, 'Args'),
    ...(networkMode !== undefined && { networkMode }),
    networks: networksOf(field(value, 'NetworkSettings')),
    ports: portsOf(field(value, 'NetworkSettings')),
    ...(createdAt !== undefined && { createdAt }),
    ...(restarts !== undefined && { restarts }),
    mounts: listField(value, 'Mounts').slice(0, LISTED).flatMap(mount),
    ...(writtenBytes !== undefined && { writtenBytes }),
    config,
    hostConfig,
  };
}

/** The year 1 stands for never. */
function moment(state: unknown, key: string): string | undefined {
  const value = textField(state, key);
  return value === undefined || value.startsWith('0001-') ? undefined : value;
}

const statuses: ReadonlySet<string> = new Set([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]);

function statusOf(text: string | undefined): ContainerStatus {
  if (text !== undefined && statuses.has(text)) return text as ContainerStatus;
  // Podman's own words.
  if (text === 'configured' || text === 'initialized') return 'created';
  return text === 'stopped' ? 'exited' : 'unknown';
}

function networksOf(settings: unknown): ContainerDescription['networks'] {
  const entries = Object.entries(recordField(settings, 'Networks')).slice(0, LISTED);
  return Object.fromEntries(
    entries.map(([name, network]) => {
      const address = textField(network, 'IPAddress');
      const address6 = textField(network, 'GlobalIPv6Address');
      const id = textField(network, 'NetworkID');
      // Docker tells all names that its name server answers to under DNSNames, since version 25.
      const aliases = [...new Set([...textsField(network, 'Aliases'), ...textsField(network, 'DNSNames')])];
      return [
        name,
        {
          ...(id !== undefined && { id }),
          ...(address !== undefined && { address }),
          ...(address6 !== undefined && { address6 }),
          ...(aliases.length > 0 && { aliases: aliases.slice(0, ALIASES) }),
        },
      ];
    }),
  );
}

/** `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "443/tcp": null}` */
function portsOf(settings: unknown): PublishedPort[] {
  return Object.entries(recordField(settings, 'Ports'))
    .slice(0, LISTED)
    .flatMap(([key, bindings]): PublishedPort[] => {
      const [, port, protocol] = /^(\d{1,5})\/(tcp|udp)$/.exec(key) ?? [];
      if (port === undefined || (protocol !== 'tcp' && protocol !== 'udp')) return [];
      const own = { protocol, port: Number(port) } as const;
      const hosts = (Array.isArray(bindings) ? bindings.slice(0, LISTED) : []).flatMap((binding: unknown) => {
        const hostPort = textField(binding, 'HostPort');
        if (hostPort === undefined || !/^\d{1,5}$/.test(hostPort)) return [];
        return [{ address: textField(binding, 'HostIp') ?? '0.0.0.0', port: Number(hostPort) }];
      });
      return hosts.length === 0 ? [own] : hosts.map((host) => ({ ...own, host }));
    });
}

function mount(value: unknown): ContainerMount[] {
  const destination = textField(value, 'Destination');
  if (destination === undefined) return [];
  const [name, source] = [textField(value, 'Name'), textField(value, 'Source')];
  return [
    {
      type: textField(value, 'Type') ?? 'unknown',
      ...(name !== undefined && { name }),
      ...(source !== undefined && { source }),
      destination,
      writable: booleanField(value, 'RW') ?? true,
    },
  ];
}

/** Containers that have all of some labels, those that do not run too unless only running ones are asked for. */
export async function listContainers(
  engine: Engine,
  labels: LabelFilter,
  { runningOnly = false, signal }: { readonly runningOnly?: boolean; readonly signal?: AbortSignal } = {},
): Promise<readonly ContainerSummary[]> {
  const response = await engine.request({
    path: `/containers/json${query({ all: !runningOnly, filters: labelFilters(labels) })}`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  return (Array.isArray(value) ? value : []).slice(0, LISTED).flatMap((item: unknown) => {
    const id = textField(item, 'Id');
    if (id === undefined) return [];
    const imageId = textField(item, 'ImageID');
    return [
      {
        id,
        names: textsField(item, 'Names').map((name) => name.replace(/^\//, '')),
        image: textField(item, 'Image') ?? '',
        ...(imageId !== undefined && { imageId }),
        status: statusOf(textField(item, 'State')),
        labels: textRecordField(item, 'Labels'),
      },
    ];
  });
}

async function post(
  engine: Engine,
  id: string,
  action: string,
  expected: readonly number[],
  signal?: AbortSignal,
  extraMs = 0,
): Promise<void> {
  const response = await engine.request({
    method: 'POST',
    path: `/containers/${encodeId(engine, id)}/${action}`,
    headersMs: engine.timeouts.headersMs + extraMs,
    ...(signal && { signal }),
  });
  await expectDone(response, engine.name, expected);
}
