import { DrydockError, UsageError } from '../../errors.ts';
import type { CageProfile } from '../../model/observation.ts';
import { putArchive } from '../../net/container-engine/archives.ts';
import type { ContainerSettings } from '../../net/container-engine/container-settings.ts';
import {
  type ContainerDescription,
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
} from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { type EngineInfo, engineInfo } from '../../net/container-engine/engine-info.ts';
import { createNetwork, removeNetwork } from '../../net/container-engine/networks.ts';
import { toolsSentence } from './allowed.ts';
import { unheldSettings } from './cage-check.ts';
import { type CageLimits, defaultCageLimits } from './cage-limits.ts';
import type { ContainerStart } from './container-start.ts';
import { demandFitness, demandRuntime, engineWeaknesses } from './engine-fitness.ts';
import { logTail } from './log-tail.ts';
import { type CageRules, cageRules } from './profiles.ts';
import { beginRun, type Run } from './run.ts';
import { type CageEnd, type TraceVolume, Watch } from './watch.ts';

export interface CageOptions {
  /** Name or id of an image that the engine has. */
  readonly image: string;
  readonly profile: CageProfile;
  readonly start: ContainerStart;
  /** What it is a part of, and closes it; a cage of its own run closes that. */
  readonly run?: Run;
  readonly limits?: Partial<CageLimits>;
  /**
   * `none` by default: loopback alone. `internal`: a network of its own that leads nowhere, for images that want an
   * address; Docker alone can keep this machine out of it.
   */
  readonly network?: 'none' | 'internal' | SharedNetwork;
  /** Unpacked at the root before it starts; not under `strict`, whose root is read-only. */
  readonly files?: Uint8Array | AsyncIterable<Uint8Array>;
  /** What Drydock's own tools need in it: a tracer its capability, its program and a place for what it writes. */
  readonly tools?: CageTools;
  /** What differs from the profile, to find out whether the image comes up that way. */
  readonly rules?: Partial<Pick<CageRules, 'capabilities' | 'readOnlyRoot' | 'temporaryInMemory'>>;
  /** Runs it although the engine cannot hold it. */
  readonly acceptWeak?: boolean;
  /** OCI runtime of the engine: `runsc`. */
  readonly runtime?: string;
  readonly platform?: string;
  /** What the engine said of itself, where it was asked already. */
  readonly info?: EngineInfo;
  readonly signal?: AbortSignal;
}

/** The network of a container that Drydock made: that one decides where it leads. */
export interface SharedNetwork {
  /** `container:ID` */
  readonly mode: string;
  /** What it allows, for people. */
  readonly sentence: string;
}

/** What Drydock itself adds to a cage. */
export interface CageTools {
  readonly capabilities?: readonly string[];
  readonly volumes?: ContainerSettings['volumes'];
  readonly memoryFolders?: ContainerSettings['memoryFolders'];
  readonly trace?: TraceVolume;
  readonly securityOptions?: readonly string[];
}

/** A container that holds an image; made, and started by {@link Cage.start}. */
export interface Cage {
  readonly engine: Engine;
  readonly run: Run;
  /** Id of its container. */
  readonly container: string;
  readonly profile: CageProfile;
  /** Sentences that say what it allows and what the engine cannot hold. */
  readonly allows: readonly string[];
  readonly limits: CageLimits;
  /** @throws DrydockError `observe.failed` with the words of the engine where the program cannot be started */
  start(): Promise<void>;
  /** How it ended, whoever ended it. Never rejects; waits for a start. */
  readonly ended: Promise<CageEnd>;
  describe(signal?: AbortSignal): Promise<ContainerDescription>;
  /** The last lines of its output, escaped. */
  log(signal?: AbortSignal): Promise<readonly string[]>;
  /** Ends and removes it. Never throws: what is left is removed with its run. */
  close(): Promise<void>;
}

/**
 * Makes a cage with an image in it that does not run yet.
 * @throws UsageError `observe.weak-cage` for an engine that cannot hold it; DrydockError `observe.failed` when the engine
 * made something else than it was asked for; EngineError
 */
export async function openCage(engine: Engine, options: CageOptions): Promise<Cage> {
  const { signal, acceptWeak = false, network = 'none' } = options;
  const info = options.info ?? (await engineInfo(engine, signal));
  demandRuntime(engine.name, info, options.runtime);
  const weaknesses = demandFitness(engine.name, engineWeaknesses(info, engine.kind, options.runtime), acceptWeak);
  if (network === 'internal' && engine.kind !== 'docker') {
    throw new UsageError(
      'observe.weak-cage',
      `${engine.name} gives this machine an address in every network of containers, so that the image could reach it. Run it without a network, or with Docker.`,
    );
  }
  const limits: CageLimits = { ...defaultCageLimits, ...options.limits };
  const run = options.run ?? beginRun(engine, limits.seconds);
  const number = run.nextNumber();
  let networkId: string | undefined;
  let container: string | undefined;
  const close = async (isWhole: boolean): Promise<void> => {
    try {
      if (container !== undefined) await removeContainer(engine, container);
      if (networkId !== undefined) await removeNetwork(engine, networkId);
    } catch {
      // The run goes on trying, and says what is left.
    }
    if (options.run === undefined) await run.close(isWhole);
  };
  try {
    const networkName = run.name(`net-${number}`);
    if (network === 'internal') networkId = await innerNetwork(engine, networkName, run, signal);
    const settings = cageSettings(
      options,
      limits,
      run.name(`cage-${number}`),
      run,
      network === 'internal' ? networkName : typeof network === 'string' ? network : network.mode,
    );
    const made = await createContainer(engine, settings, signal);
    container = made.id;
    const described = await inspectContainer(engine, container, signal && { signal });
    const unheld = unheldSettings(described, settings, info);
    if (unheld.length > 0 && !acceptWeak) {
      throw new DrydockError(
        'observe.failed',
        `${engine.name} made another cage than it was asked for: ${unheld.join(' ')} Nothing was run.`,
      );
    }
    if (options.files !== undefined) await putArchive(engine, container, '/', options.files, signal);
    const watch = new Watch(
      engine,
      container,
      limits,
      described.mounts.some(({ type }) => type === 'volume'),
      options.tools?.trace,
    );
    const id = container;
    return {
      engine,
      run,
      container: id,
      profile: options.profile,
      allows: [
        ...cageRules[options.profile].allows.slice(network === 'none' ? 0 : 1),
        ...toolsSentence(
          options.tools?.capabilities ?? [],
          options.rules?.capabilities ?? cageRules[options.profile].capabilities,
        ),
        ...networkSentence(network),
        ...weaknesses.map(({ sentence }) => sentence),
        ...unheld,
      ],
      limits,
      start: async () => {
        await startProgram(engine, id, signal);
        watch.begin();
      },
      ended: watch.ended,
      describe: (during) => inspectContainer(engine, id, during && { signal: during }),
      log: (during) => logTail(engine, id, during && { signal: during }),
      close: async () => {
        watch.stop();
        await close(true);
      },
    };
  } catch (error) {
    await close(false);
    throw error;
  }
}

function networkSentence(network: NonNullable<CageOptions['network']>): readonly string[] {
  if (typeof network !== 'string') return [network.sentence];
  return network === 'none' ? [] : ['It has a network of its own that leads nowhere: neither to this machine nor out.'];
}

/** Nobody else is in it, and this machine has no address there (bridge option `inhibit_ipv4`, Docker's documentation). */
async function innerNetwork(engine: Engine, name: string, run: Run, signal?: AbortSignal): Promise<string> {
  return await createNetwork(
    engine,
    {
      name,
      internal: true,
      labels: run.labels,
      options: {
        'com.docker.network.bridge.inhibit_ipv4': 'true',
        'com.docker.network.bridge.enable_icc': 'false',
        'com.docker.network.bridge.enable_ip_masquerade': 'false',
      },
    },
    signal,
  );
}

/** Inside, the machine has this name: some programs want to know the address of their own. */
const HOSTNAME = 'caged';

/** What the container of a cage is asked to be. */
export function cageSettings(
  { image, profile, start, tools = {}, rules: own, runtime, platform }: CageOptions,
  limits: CageLimits,
  name: string,
  run: Pick<Run, 'labels'>,
  network: string,
): ContainerSettings {
  const rules = { ...cageRules[profile], ...own };
  const temporary = `rw,exec,nosuid,nodev,mode=1777,size=${limits.temporaryBytes}`;
  const capabilities = [...new Set([...rules.capabilities, ...(tools.capabilities ?? [])])];
  return {
    image,
    name,
    ...(platform !== undefined && { platform }),
    ...(runtime !== undefined && { runtime }),
    entrypoint: start.entrypoint,
    command: start.command,
    environment: start.environment,
    ...(start.user !== undefined && { user: start.user }),
    ...(start.workingDirectory !== undefined && { workingDirectory: start.workingDirectory }),
    labels: run.labels,
    stopSeconds: 1,
    network,
    ...(network === 'none' && { hosts: [`${HOSTNAME}:127.0.0.1`] }),
    // Who shares the network of another container has its names, too.
    ...(!network.startsWith('container:') && { hostname: HOSTNAME, dns: ['127.0.0.1'] }),
    capabilitiesDropped: ['ALL'],
    capabilitiesAdded: capabilities,
    securityOptions: ['no-new-privileges', ...(tools.securityOptions ?? [])],
    readOnlyRoot: rules.readOnlyRoot,
    memoryBytes: limits.memoryBytes,
    processors: limits.processors,
    processes: limits.processes,
    ulimits: { nofile: limits.openFiles, core: 0, fsize: limits.fileBytes },
    log: { maxBytes: limits.logBytes },
    memoryFolders: { ...(rules.temporaryInMemory && { '/tmp': temporary }), ...tools.memoryFolders },
    ...(tools.volumes && { volumes: tools.volumes }),
  };
}

async function startProgram(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
  try {
    await startContainer(engine, id, signal);
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure === 'broken') throw error;
    throw new DrydockError(
      'observe.failed',
      `the program of the image could not be started: ${error.words ?? error.message}`,
      {
        cause: error,
      },
    );
  }
}
