import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { Progress } from '../../context.ts';
import type { Observation, Observed } from '../../model/observation.ts';
import type { ServiceScanner } from '../../model/service-scanner.ts';
import type { ImageView } from '../../model/view.ts';
import { containerChanges } from '../../net/container-engine/container-state.ts';
import type { ContainerDescription } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { eitherSignal, timeLimit } from '../../signals.ts';
import { newRunId, objectName } from '../cage/labels.ts';
import { Ftrace, whyNoFtrace } from '../calls/ftrace/ftrace.ts';
import type { Inside } from '../inside/open-inside.ts';
import { openInside } from '../inside/open-inside.ts';
import { PackagePlaces } from '../package-places.ts';
import { pause } from '../pause.ts';
import { driftOf } from '../products/drift.ts';
import { packagesInUse } from '../products/packages-in-use.ts';
import { replacedFiles } from '../products/replaced-files.ts';
import { readExposedPorts } from '../sockets/exposed-ports.ts';
import { joinPorts } from '../sockets/join-ports.ts';
import { EngineLooks, lookedProcesses } from './engine-looks.ts';
import { namesById } from './image-users.ts';
import { Listings } from './listings.ts';
import { type RunningProcesses, runningProcesses } from './running-processes.ts';
import { withServices } from './scan-services.ts';
import { ServiceAsker } from './service-asker.ts';

export interface WatchContainerOptions {
  readonly engine: Engine;
  readonly container: ContainerDescription;
  readonly image: EngineImageDescription;
  /** Milliseconds. */
  readonly duration: number;
  /** Whoever watches a container of others asks it nothing, unless that is wanted. */
  readonly scanners: readonly ServiceScanner[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** How often it is looked what runs and listens. */
const LOOK_MS = 1000;

/**
 * Watches a container that runs already, without touching it: nothing is started in it, attached to it or made for it.
 * @throws EngineError; the reason of the signal
 */
export async function observeContainer(view: ImageView, options: WatchContainerOptions): Promise<Observed> {
  const { engine, container, image, signal, environment, duration } = options;
  const startedAt = new Date().toISOString();
  // The clock of the day may be set while it is watched.
  const began = performance.now();
  const id = newRunId();
  // Nothing is made for it but a relay in its network namespace, which is a process of ours.
  const run = { engine, labels: {}, name: (what: string) => objectName(id, what), nextNumber: () => 1 };
  const inside = await openInside(run, { container: container.id, environment, signal, ways: ['host'] });
  try {
    const users = await namesById(engine, container.id, '/etc/passwd', signal);
    const processes = await runningProcesses(container.pid, container.id);
    const trace = await startTrace(processes, image, signal);
    const looks = new EngineLooks(engine, container.id, {
      fromStart: false,
      processes: processes === undefined,
      signal,
    });
    const gaps = new Set<string>(inside.reasons);
    const listings = new Listings(gaps);
    options.progress.report('watching a container that runs');
    const exposed = readExposedPorts(image.config['ExposedPorts']);
    const places = new PackagePlaces(view);
    const userName = (uid: number): string | undefined => users.get(uid);
    const join = () => joinPorts(listings.sockets, exposed, { places, userName, looked: listings.hasLooked });
    const written = await containerChanges(engine, container.id, signal);
    places.replace(replacedFiles(written.changes));
    const asker = serviceAsker(inside, view, options);
    try {
      do {
        signal.throwIfAborted();
        await listings.add(inside, signal);
        await processes?.look(signal);
        await asker?.ask(join());
        await pause(Math.min(LOOK_MS, Math.max(1, duration - (performance.now() - began))), signal);
      } while (performance.now() - began < duration);
    } finally {
      await trace.stop();
    }
    const sight = await looks.stop();
    for (const gap of sight.gaps) gaps.add(gap);
    const changes = await containerChanges(engine, container.id, signal);
    places.replace(replacedFiles(changes.changes));
    const ports = withServices(join(), asker?.names ?? []);
    const executed = new Set(
      [...(processes?.used ?? [])].filter(([, use]) => use === 'executed').map(([path]) => path),
    );
    const drift = driftOf(changes, executed, () => false);
    for (const gap of [...(processes?.gaps ?? []), ...drift.gaps]) gaps.add(gap);
    const observation: Observation = {
      engine: { name: engine.name, ...(engine.version !== undefined && { version: engine.version }) },
      cage: { profile: 'none', allows: ['It is a container of others, which was only watched.'] },
      attempts: [],
      startedAt,
      milliseconds: Math.round(performance.now() - began),
      ports,
      processes: processes?.list(places, userName) ?? lookedProcesses(sight.processes),
      packagesInUse: packagesInUse(processes?.used ?? new Map(), ports, places),
      untouched: [],
      calls: trace.counts,
      ...(sight.resources && { resources: sight.resources }),
      engineEvents: sight.events,
      contacts: [],
      drift: drift.entries,
      coverage: {
        ...trace.coverage,
        blindSpots: [
          'What it did before was not seen, and of its calls neither files nor addresses.',
          `What ran for less than ${LOOK_MS / 1000} s between two looks was not seen.`,
          ...(processes === undefined
            ? ['Its processes are not of this machine, or not for us to see: the engine told command lines alone.']
            : []),
          ...gaps,
        ],
        sockets: inside.way,
      },
    };
    const problems = [...(asker?.problems ?? []), ...(asker?.left(ports) ?? [])];
    return { observation, findings: asker?.findings ?? [], problems };
  } finally {
    await inside.close();
  }
}

/** Undefined where nobody is to ask, or nobody can. */
function serviceAsker(
  inside: Inside,
  view: ImageView,
  { scanners, signal, duration }: WatchContainerOptions,
): ServiceAsker | undefined {
  if (scanners.length === 0 || inside.dial === undefined) return undefined;
  return new ServiceAsker({
    scanners,
    target: { view, dial: inside.dial, ...(inside.enter && { enter: inside.enter }) },
    signal: eitherSignal([signal, timeLimit(duration + 60_000)]),
  });
}

interface CountedCalls {
  counts: Observation['calls'];
  coverage: Omit<Observation['coverage'], 'sockets' | 'blindSpots'>;
  stop(): Promise<void>;
}

/** The kernel's own tracer, where it can be had: what it costs is not felt, and it tells no arguments. */
async function startTrace(
  processes: RunningProcesses | undefined,
  image: EngineImageDescription,
  signal: AbortSignal,
): Promise<CountedCalls> {
  const none = (reason: string): CountedCalls => ({
    counts: {},
    coverage: { tracer: 'none', reason, calls: 0, lost: 0, undecoded: 0 },
    stop: async () => {},
  });
  const why = processes === undefined ? 'its processes cannot be seen here' : whyNoFtrace();
  if (why !== undefined || processes === undefined) return none(why ?? '');
  try {
    const threads = await threadsOf(await processes.pids(signal));
    const name = `drydock-${randomBytes(4).toString('hex')}`;
    const ftrace = new Ftrace({ name, threads, architecture: image.architecture ?? 'amd64' });
    const counted: CountedCalls = {
      counts: {},
      coverage: { tracer: 'ftrace', calls: 0, lost: 0, undecoded: 0 },
      async stop() {
        const { counts, calls, lost } = await ftrace.stop();
        counted.counts = counts;
        counted.coverage = { tracer: 'ftrace', calls, lost, undecoded: 0 };
      },
    };
    return counted;
  } catch (error) {
    signal.throwIfAborted();
    return none(error instanceof EngineError ? error.message : (error as Error).message);
  }
}

/** Numbers of the threads of processes of this machine. */
async function threadsOf(pids: readonly number[]): Promise<readonly number[]> {
  const threads = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/task`).catch(() => [])));
  return threads.flat().map(Number);
}
