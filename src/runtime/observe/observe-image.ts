import type { Progress } from '../../context.ts';
import type { Logger } from '../../log.ts';
import type { CageProfile, Observation, Observed, ObservedPort } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import type { RunListener } from '../../model/run-event.ts';
import type { ServiceScanner } from '../../model/service-scanner.ts';
import type { ImageView } from '../../model/view.ts';
import { containerChanges } from '../../net/container-engine/container-state.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { engineInfo } from '../../net/container-engine/engine-info.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { eitherSignal, timeLimit } from '../../signals.ts';
import { type Attempts, tryToRun } from '../cage/attempts.ts';
import type { ContainerStart } from '../cage/container-start.ts';
import { endCage, endOf } from '../cage/end-cage.ts';
import type { Cage } from '../cage/open-cage.ts';
import { reap } from '../cage/reaper.ts';
import { type Run, withRun } from '../cage/run.ts';
import type { CageEnd } from '../cage/watch.ts';
import type { RuleText } from '../call-rules/read-falco-rules.ts';
import { OUTPUT } from '../calls/tracer-command.ts';
import { TOOLS } from '../calls/tracer-tools.ts';
import { isGvisor } from '../gvisor.ts';
import { INJECTED, relayToInject } from '../inside/injected-relay.ts';
import type { Sinkhole } from '../inside/open-sinkhole.ts';
import { PackagePlaces } from '../package-places.ts';
import { pause } from '../pause.ts';
import { driftOf } from '../products/drift.ts';
import { packagesInUse } from '../products/packages-in-use.ts';
import { replacedFiles, writtenFiles } from '../products/replaced-files.ts';
import { untouchedPackages } from '../products/slimming.ts';
import type { RunPreset, RunProfile } from '../run-profiles/run-profile.ts';
import { readExposedPorts } from '../sockets/exposed-ports.ts';
import { joinPorts } from '../sockets/join-ports.ts';
import type { ListeningSocket } from '../sockets/listening.ts';
import { addInterpreters } from './add-interpreters.ts';
import { readContainerFile } from './container-file.ts';
import { lookedProcesses } from './engine-looks.ts';
import { imageKeys } from './image-keys.ts';
import { namesById } from './image-users.ts';
import { imageWishes } from './image-wishes.ts';
import { Insides } from './insides.ts';
import { Listings } from './listings.ts';
import { lookLive } from './live-looks.ts';
import { LooksAtCages } from './looks-at-cages.ts';
import { RunTelling } from './run-telling.ts';
import { withoutPort, withServices } from './scan-services.ts';
import { ServiceAsker } from './service-asker.ts';
import { openSinkNetwork } from './sink-network.ts';
import { openStrace, type Tracing } from './tracing.ts';
import { hasHealthcheck, untracedListeners, untracedProcesses } from './untraced-listeners.ts';
import { WatchedCalls } from './watched-calls.ts';
import { doWorkload } from './workload.ts';

export interface ObserveOptions {
  readonly engine: Engine;
  /** What the engine has of it: the very image of the view. */
  readonly image: EngineImageDescription;
  readonly profile: CageProfile;
  readonly network: 'none' | 'sinkhole';
  /** Milliseconds that it is watched once it is ready. */
  readonly duration: number;
  readonly readyTimeout: number;
  readonly acceptWeak: boolean;
  /** OCI runtime of the engine. */
  readonly runtime?: string;
  readonly presets: readonly RunPreset[];
  readonly runProfile?: RunProfile;
  readonly tracer: 'strace' | 'none';
  readonly tracerFolder?: string;
  readonly rules: readonly RuleText[];
  readonly scanners: readonly ServiceScanner[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For unlinked files. */
  readonly temporary: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly progress: Progress;
  /** Told of what the run shows while it goes on; whoever listens has the image looked at more often. */
  readonly events?: RunListener;
}

/** A run that was watched, with what products are made from. */
export interface ObservedRun extends Observed {
  /** What the calls told; absent where nobody watched. */
  readonly calls?: WatchedCalls;
  /** What it was started with in the end; absent where it was not. */
  readonly start?: ContainerStart;
  /** What was assumed of it. */
  readonly preset?: RunPreset;
}

/** Beyond readiness and watching: making, asking, reading, removing. */
const OVERHEAD_SECONDS = 180;

/** Milliseconds between two looks for ports that nobody has asked yet. */
const LATE_EVERY = 500;

/** Of a trace that is looked at while it is written: all of it is read each time. */
const PEEK_BYTES = 64 * 1024 * 1024;

/**
 * Runs an image in a cage, watches it, asks its services, and removes all of it again, whatever happens.
 * @throws UsageError `observe.weak-cage`; EngineError; the reason of the signal
 */
export async function observeImage(view: ImageView, options: ObserveOptions): Promise<ObservedRun> {
  const { engine, log, signal } = options;
  const left = await reap(engine, { signal });
  if (left.containers + left.networks + left.volumes + left.images > 0)
    log.info({ left }, 'removed what an earlier run left');
  const seconds = Math.ceil((options.readyTimeout + options.duration) / 1000) * 4 + OVERHEAD_SECONDS;
  return await withRun(engine, seconds, options, (run) => observeIn(run, view, options));
}

async function observeIn(run: Run, view: ImageView, options: ObserveOptions): Promise<ObservedRun> {
  const { engine, signal, progress, environment } = options;
  const problems: Problem[] = [];
  await tellPlatform(options);
  const tracing = openTracing(run, view, options);
  const relay = await relayToInject(run, options);
  const sinkhole = options.network === 'sinkhole' ? await openSinkNetwork(run, signal) : undefined;
  const insides = new Insides(run, environment, signal, relay?.command);
  const looks = new LooksAtCages(tracing, signal);
  try {
    progress.report('waiting until the image is ready');
    const tried = await tryToRun(engine, {
      ...imageWishes(run, options, sinkhole, relay),
      profile: options.profile,
      presets: options.presets,
      readiness: { timeoutMs: options.readyTimeout },
      ...('instrument' in tracing && {
        instrument: tracing.instrument,
        hasTraced: tracing.hasTraced,
      }),
      limits: { seconds: OVERHEAD_SECONDS + Math.ceil((options.readyTimeout + options.duration) / 1000) },
      sockets: async (cage, during) => {
        await looks.at(cage);
        return await insides.listening(cage, during);
      },
      ...(options.events && { events: options.events }),
    });
    try {
      return await watch(view, tried, tracing, sinkhole, insides, looks, problems, options);
    } finally {
      await tried.cage?.close();
    }
  } finally {
    await looks.stop();
    await insides.close();
    await sinkhole?.close();
  }
}

/** Whoever waits for an image that cannot run here knows why. */
async function tellPlatform({ engine, image, log, signal }: ObserveOptions): Promise<void> {
  const { architecture } = await engineInfo(engine, signal);
  if (image.architecture === undefined || image.architecture === architecture) return;
  log.warn({}, `the image is for ${image.architecture}, and the engine runs on ${architecture}: it may not start`);
}

type MaybeTracing = Tracing | { readonly reason: string };

function openTracing(run: Run, view: ImageView, options: ObserveOptions): MaybeTracing {
  if (options.tracer === 'none') return { reason: 'nobody was to watch (--tracer none)' };
  const realFolder = (folder: string): string => {
    const found = view.resolve(folder.slice(1));
    return found.found ? `/${found.file.path}` : folder;
  };
  return openStrace(run, { ...options, realFolder, purpose: 'behaviour' });
}

async function watch(
  view: ImageView,
  { attempts, cage, start, preset }: Attempts,
  tracing: MaybeTracing,
  sinkhole: Sinkhole | undefined,
  insides: Insides,
  looks: LooksAtCages,
  problems: Problem[],
  options: ObserveOptions,
): Promise<ObservedRun> {
  const { engine, image, signal, progress } = options;
  const telling = new RunTelling(options.events);
  const last = attempts.at(-1);
  const before = last?.milliseconds ?? 0;
  const startedAt = new Date(Date.now() - before).toISOString();
  // The clock of the day may be set while it runs.
  const began = performance.now();
  const isUp = cage !== undefined && last !== undefined && last.outcome !== 'exited' && last.outcome !== 'failed';
  if (!isUp) {
    problems.push({
      code: 'run.not-up',
      message: `the image did not stay up (${last?.reason ?? 'it was not started'}): what it does when it runs was not seen`,
    });
  }
  const inside = cage === undefined ? undefined : await insides.of(cage);
  const users =
    cage === undefined ? new Map<number, string>() : await namesById(engine, cage.container, '/etc/passwd', signal);
  const places = new PackagePlaces(view);
  const gaps = new Set<string>();
  const listings = new Listings(gaps);
  const exposed = readExposedPorts(image.config['ExposedPorts']);
  const join = (more: readonly ListeningSocket[] = []): readonly ObservedPort[] =>
    joinPorts([...listings.sockets, ...more], exposed, {
      places,
      userName: (uid) => users.get(uid),
      looked: !isUp || listings.hasLooked,
    });
  let asker: ServiceAsker | undefined;
  if (isUp) {
    await listings.add(inside, signal);
    telling.ports(join());
    const peek = 'instrument' in tracing && tracing.refusal === undefined ? tracing.peek : undefined;
    const live = lookLive(telling, {
      ports: async (during) => {
        await listings.add(inside, during);
        return join();
      },
      // A program of the image would be one more thing that it is seen to do.
      looksAtPorts: inside !== undefined && inside.way !== 'exec' && inside.way !== 'none',
      ...(!telling.isIdle &&
        peek !== undefined && {
          calls: async (during: AbortSignal) => {
            const watched = await watchCalls(cage, view, places, users, options);
            const isWhole = await peek(cage, watched, PEEK_BYTES, during);
            return { findings: watched.findings(), isWhole };
          },
        }),
      signal: eitherSignal([signal, endOf(cage)]),
    });
    const until = eitherSignal([signal, timeLimit(options.duration + 60_000)]);
    const over = eitherSignal([signal, endOf(cage), timeLimit(options.duration)]);
    progress.report('watching, and asking its services');
    problems.push(...(await doWorkload(options.runProfile?.workload ?? [], cage, inside, signal)));
    if (inside?.dial !== undefined && options.scanners.length > 0) {
      // A program that the run has written by now is not the package's, whatever its name is.
      places.replace({ files: writtenFiles((await changesOf(engine, cage, signal)).changes), trees: new Set() });
      const keys = await imageKeys(engine, cage.container, view, signal);
      asker = new ServiceAsker({
        scanners: options.scanners,
        target: {
          ...{ view, keys, dial: inside.dial },
          ...(inside.dialFromElsewhere && { dialFromElsewhere: inside.dialFromElsewhere }),
          ...(inside.enter && { enter: inside.enter }),
        },
        signal: until,
        onFinding: (finding) => telling.serviceFinding(withoutPort(finding), finding.port),
      });
    }
    const ask = async (): Promise<void> => {
      const found = join();
      if (asker === undefined || asker.unasked(found).length === 0) return;
      await asker.ask(found);
      telling.ports(withServices(found, asker.names));
    };
    await ask();
    while (!over.aborted) {
      await pause(LATE_EVERY, over);
      await ask();
    }
    await Promise.all(live.map((one) => one.stop()));
    await listings.add(inside, signal);
    await ask();
    if (inside !== undefined && inside.dial === undefined && listings.sockets.length > 0)
      problems.push({ code: 'service.unprobed', message: 'its ports cannot be reached here: no service was asked' });
    const early = await Promise.race([cage.ended, undefined]);
    if (early !== undefined) {
      problems.push({ code: 'run.ended', message: `the image ended while it was watched: ${early.reason}` });
    }
  }
  signal.throwIfAborted();
  const sight = await looks.stop();
  for (const gap of sight?.gaps ?? []) gaps.add(gap);
  const ended = cage === undefined ? undefined : await endedBefore(cage);
  // Nobody can say any more what the image did, and what is told of it would look whole.
  if (ended?.lost) throw new EngineError('broken', `${ended.reason}. The next start removes what is left there.`);
  problems.push(...endOfTrace(ended, tracing));
  const changes = cage === undefined ? noChanges : await changesOf(engine, cage, signal);
  if (cage !== undefined && (await endCage(cage, signal))) {
    problems.push(incompleteTrace('the tracer did not go on, as if the image had stopped it'));
  }
  progress.report('reading what was traced');
  const calls = cage === undefined ? undefined : await readCalls(cage, tracing, view, places, users, options);
  if (calls !== undefined) problems.push(...calls.problems);
  else if (cage !== undefined && options.tracer !== 'none') {
    problems.push(incompleteTrace(`nobody watched them: ${refusalOf(tracing)}`));
  }
  const watched = calls?.watched;
  for (const contact of sinkhole?.log.contacts() ?? []) watched?.contacts.add(contact);
  places.replace(replacedFiles(changes.changes, watched?.files));
  const seen = new Set(listings.sockets.map(({ protocol, port }) => `${protocol}/${port}`));
  const ports = join(watched?.listeners.sockets.filter(({ protocol, port }) => !seen.has(`${protocol}/${port}`)));
  if (watched !== undefined && watched.listeners.missed > 0)
    gaps.add(`Of the sockets that its calls opened, ${watched.listeners.missed} are not told.`);
  problems.push(...(asker?.left(ports) ?? []));
  if (inside === undefined && insides.failure !== undefined) gaps.add(`Nobody could look inside: ${insides.failure}.`);
  for (const event of sinkhole?.log.events ?? []) if (event.event === 'dns') watched?.asked(event);
  const beside = calls?.coverage.tracer === 'strace' ? untracedListeners(listings.sockets, calls.watched.pids) : [];
  for (const { name, pid } of beside)
    gaps.add(
      `Process ${pid} (${name}), which listens, was not started by the traced program: its calls were not seen.`,
    );
  if (calls?.coverage.tracer === 'strace' && hasHealthcheck(image.config))
    gaps.add('Its HEALTHCHECK is started by the engine: what it does was not seen.');
  const executed = new Set(
    watched === undefined ? [] : [...watched.files.used].filter(([, use]) => use === 'executed').map(([path]) => path),
  );
  if (isGvisor(options.runtime))
    gaps.add(
      'gVisor keeps the files that it changes out of the sight of the engine: what it changed is told by its calls.',
    );
  const drift = driftOf(changes, executed, isGvisor(options.runtime) ? isOursInGvisor : isOurs);
  for (const gap of watched?.gaps ?? sight?.running?.gaps ?? []) gaps.add(gap);
  for (const gap of [...(sinkhole?.log.gaps ?? []), ...drift.gaps]) gaps.add(gap);
  const served = withServices(ports, asker?.names ?? []);
  telling.ports(served);
  for (const finding of watched?.findings() ?? []) telling.finding(finding);
  const userName = (uid: number): string | undefined => users.get(uid);
  const inUse = packagesInUse(watched?.files.used ?? sight?.running?.used ?? new Map(), served, places);
  const observation: Observation = {
    engine: { name: engine.name, ...(engine.version !== undefined && { version: engine.version }) },
    cage: { profile: cage?.profile ?? options.profile, allows: cage?.allows ?? [] },
    attempts,
    startedAt,
    milliseconds: Math.round(performance.now() - began + before),
    ports: served,
    processes: [
      ...(watched?.programs.list(places, userName) ??
        sight?.running?.list(places, userName) ??
        lookedProcesses(sight?.processes ?? [])),
      ...untracedProcesses(beside, places, userName),
    ],
    packagesInUse: inUse,
    untouched: watched === undefined ? [] : untouchedPackages(view, inUse),
    calls: calls?.counts ?? {},
    ...(sight?.resources && { resources: sight.resources }),
    ...(sight && { engineEvents: sight.events }),
    contacts: watched?.contacts.list() ?? sinkhole?.log.contacts() ?? [],
    drift: drift.entries,
    coverage: {
      ...(calls?.coverage ?? notWatched(tracing)),
      blindSpots: [...(calls?.coverage.blindSpots ?? []), ...gaps, ...(inside?.reasons ?? [])],
      sockets: inside?.way ?? 'none',
    },
  };
  return {
    observation,
    findings: [...(asker?.findings ?? []), ...(watched?.findings() ?? [])],
    problems: [...problems, ...(asker?.problems ?? [])],
    ...(watched && { calls: watched }),
    ...(start && { start }),
    ...(preset && { preset }),
  };
}

interface ReadCalls {
  readonly watched: WatchedCalls;
  readonly counts: Observation['calls'];
  readonly coverage: Omit<Observation['coverage'], 'sockets'>;
  readonly problems: readonly Problem[];
}

async function readCalls(
  cage: Cage,
  tracing: MaybeTracing,
  view: ImageView,
  places: PackagePlaces,
  users: ReadonlyMap<number, string>,
  options: ObserveOptions,
): Promise<ReadCalls | undefined> {
  const { signal } = options;
  if ('reason' in tracing || tracing.refusal !== undefined) return undefined;
  const watched = await watchCalls(cage, view, places, users, options);
  try {
    const { reading, coverage, problems } = await tracing.read(cage, watched, signal);
    await addInterpreters(watched.files, async (path, bytes) => {
      const resolved = view.resolve(path.replace(/^\/+/, ''));
      // Engines give a link as such, and not what it leads to.
      const place = resolved.found ? `/${resolved.file.path}` : path;
      return await readContainerFile(cage.engine, cage.container, place, bytes, signal);
    });
    const lost = [
      ...(reading.incomplete ? [incompleteTrace('it was not read to its end')] : []),
      ...(reading.lost > 0 ? [incompleteTrace(`of ${reading.lost} threads nothing is there any more`)] : []),
    ];
    return { watched, counts: reading.counts, coverage, problems: [...problems, ...watched.problems(), ...lost] };
  } catch (error) {
    signal.throwIfAborted();
    // A disk that is full costs the trace, and not what else was found out.
    const isFile = error instanceof Error && 'syscall' in error;
    if (!(error instanceof EngineError) && !isFile) throw error;
    const reason = isFile
      ? `${error.message}, in ${options.temporary} (TMPDIR names another folder for temporary files)`
      : error.message;
    return {
      watched,
      counts: {},
      coverage: { tracer: 'none', reason, calls: 0, lost: 0, undecoded: 0, blindSpots: [] },
      problems: [incompleteTrace(reason)],
    };
  }
}

/** Where a program comes from: its package and its layer. */
function originOf(path: string, places: PackagePlaces): string {
  const owner = places.owner(path);
  const layer = places.layer(path);
  if (layer === undefined) return 'that is not in the image';
  return `${owner === undefined ? '' : `of ${owner.name} ${owner.version} `}in layer ${layer.index}`;
}

async function watchCalls(
  cage: Cage,
  view: ImageView,
  places: PackagePlaces,
  users: ReadonlyMap<number, string>,
  { engine, image, rules, signal }: ObserveOptions,
): Promise<WatchedCalls> {
  const groups = await namesById(engine, cage.container, '/etc/group', signal);
  return await WatchedCalls.create(rules, {
    container: { id: cage.container, imageId: image.id },
    users,
    groups,
    image: {
      has: (path) => view.resolve(path.replace(/^\/+/, '')).found,
      origin: (path) => originOf(path, places),
    },
  });
}

function incompleteTrace(why: string): Problem {
  return { code: 'run.trace-incomplete', message: `the trace of the calls is not whole: ${why}` };
}

function refusalOf(tracing: MaybeTracing): string {
  return 'reason' in tracing ? tracing.reason : (tracing.refusal ?? 'it was not started');
}

function notWatched(tracing: MaybeTracing): Omit<Observation['coverage'], 'sockets'> {
  const reason = refusalOf(tracing);
  const blindSpots = [
    'Nobody watched its calls: it was looked once a second who runs, and what lived shorter may be missing.',
  ];
  return { tracer: 'none', reason, calls: 0, lost: 0, undecoded: 0, blindSpots };
}

const noChanges: Awaited<ReturnType<typeof containerChanges>> = { changes: [], cut: false };

async function changesOf(engine: Engine, cage: Cage, signal: AbortSignal): Promise<typeof noChanges> {
  try {
    return await containerChanges(engine, cage.container, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EngineError) return noChanges;
    throw error;
  }
}

/** How it has ended by now; undefined while it runs. */
async function endedBefore(cage: Cage): Promise<CageEnd | undefined> {
  const later = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 0));
  return await Promise.race([cage.ended, later]);
}

/** SIGKILL of its first process ends the tracer, and that of the tracer the image: one cannot be told from the other. */
function endOfTrace(ended: CageEnd | undefined, tracing: MaybeTracing): readonly Problem[] {
  if (ended === undefined || 'reason' in tracing || tracing.refusal !== undefined) return [];
  if (ended.killedBy === 'signal') {
    return [incompleteTrace(`${ended.reason}, and the tracer with it; an image that ends the tracer looks the same`)];
  }
  return ended.killedBy === undefined ? [] : [incompleteTrace(ended.reason)];
}

function isOurs(path: string): boolean {
  return [TOOLS, OUTPUT].some((own) => path === own || path.startsWith(`${own}/`));
}

/** Anywhere else what has such a name is the image's. */
function isOursInGvisor(path: string): boolean {
  return isOurs(path) || path === INJECTED || /^\/\.gvisor\.filestore\.[0-9a-f]{64}$/.test(path);
}
