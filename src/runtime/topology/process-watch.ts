import type { Drift, Figures, HostId, ProcessFacts, ProcessId } from '../../model/topology.ts';
import { isEngineProxy } from './engine-proxy.ts';
import type { ProcFolder } from './proc-folder.ts';
import { processName } from './process-name.ts';
import { type ProcessReading, readExecutableLink, readLibraries, readProcessOf, readStat } from './process-reading.ts';
import { isWritten, upperFolder } from './upper-folder.ts';

/** Processes that are told; beyond them nothing is read. */
const MOST = 20_000;
/** A young process is looked at again: it may still become the program that was meant (fork, then exec). */
const YOUNG_MS = 5000;
/** Each other one is measured once in so many looks. */
const TURNS = 10;
/** Libraries are read again after so long: plug-ins are loaded late. */
const LIBRARIES_AGAIN_MS = 5 * 60_000;
/** Milliseconds of a look that go into libraries, and into processes that nobody knew. */
const LIBRARIES_MS = 10;
const TICKS_PER_SECOND = 100;
const PAGE = 4096;

/** A process as one look found it. */
export interface WatchedProcess {
  readonly pid: number;
  readonly id: ProcessId;
  readonly start: number;
  readonly container?: string;
  readonly network?: string;
  /** Its program is the proxy of an engine. */
  readonly isProxy: boolean;
  facts: ProcessFacts;
}

interface Known extends WatchedProcess {
  parentPid: number;
  container?: string;
  network?: string;
  isProxy: boolean;
  reading: ProcessReading;
  /** As the kernel keeps it, and as it is told. */
  name: string;
  shownName: string;
  ticks: number;
  readonly firstSeen: number;
  measuredAt: number;
  librariesAt: number;
  libraries?: readonly string[];
  /** The file that this program stands for was looked up. */
  drift?: Drift;
}

export interface ProcessWatchOptions {
  readonly proc: ProcFolder;
  readonly host: HostId;
  readonly arguments: boolean;
  /** A container that the engine knows, by the id in the name of a control group. */
  isContainer(id: string): boolean;
  /** The container whose first process this is. */
  containerOfPid(pid: number): string | undefined;
  /** A path of a container that stands in a volume or a folder of the host. */
  isMounted(container: string, path: string): boolean;
  /** Milliseconds, of a clock that only goes forward. */
  now(): number;
}

export interface ProcessLook {
  readonly processes: ReadonlyMap<number, WatchedProcess>;
  readonly facts: readonly ProcessFacts[];
  /** Of those that were measured at this look. */
  readonly figures: Readonly<Record<ProcessId, Figures>>;
  readonly blindSpots: readonly string[];
}

/**
 * The processes of a host, look by look. Each is read when it is new, while it is young, and from time to time after that:
 * reading them all at each look would take more than everything else together.
 */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  readonly #known = new Map<number, Known>();
  /** They are many, and never become anything else. */
  readonly #kernel = new Set<number>();
  readonly #uppers = new Map<string, string | undefined>();
  readonly #lists = new Map<string, readonly string[]>();
  #turn = 0;

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
  }

  /** @returns undefined where /proc cannot be read */
  look(): ProcessLook | undefined {
    const { proc, now, isContainer } = this.#options;
    const names = proc.names('.');
    if (names === undefined) return undefined;
    const moment = now();
    const turn = this.#turn++ % TURNS;
    const pids = new Set<number>();
    const figures: Record<ProcessId, Figures> = {};
    let left = 0;
    for (const name of names) {
      const first = name.charCodeAt(0);
      if (first < 0x30 || first > 0x39 || name.length > 10) continue;
      const pid = Number(name);
      if (!Number.isSafeInteger(pid)) continue;
      if (pids.size >= MOST) {
        left++;
        continue;
      }
      pids.add(pid);
      const known = this.#known.get(pid);
      if (known === undefined) {
        if (!this.#kernel.has(pid) || pid % TURNS === turn) this.#meet(pid, moment);
      } else if (moment - known.firstSeen < YOUNG_MS || pid % TURNS === turn) this.#measure(known, moment, figures);
    }
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#known.delete(pid);
    for (const pid of this.#kernel) if (!pids.has(pid)) this.#kernel.delete(pid);
    // A container that is gone leaves nothing here.
    for (const container of this.#uppers.keys()) if (!isContainer(container)) this.#uppers.delete(container);
    this.#place();
    this.#readLibraries(moment);
    const blindSpots = left > 0 ? [`only ${MOST} of ${MOST + left} processes are told`] : [];
    if (this.#known.size > 1 && [...this.#known.values()].every(({ reading }) => reading.network === undefined)) {
      blindSpots.push('programs and networks of processes of others are not told: that takes root');
    }
    return {
      processes: this.#known,
      facts: [...this.#known.values()].map(({ facts }) => facts),
      figures,
      blindSpots,
    };
  }

  #meet(pid: number, moment: number): void {
    const { proc, host } = this.#options;
    const stat = readStat(proc, pid);
    if (stat === undefined) return;
    if (stat.isKernel) {
      this.#kernel.add(pid);
      return;
    }
    this.#kernel.delete(pid);
    const reading = readProcessOf(proc, pid, this.#options.arguments);
    if (reading === undefined) return;
    const id = `${host};${pid};${stat.start}`;
    const shownName = this.#nameOf(stat.name, reading);
    this.#known.set(pid, {
      ...{ pid, id, start: stat.start, parentPid: stat.parent, reading, name: stat.name, shownName, ticks: stat.ticks },
      ...(reading.network !== undefined && { network: reading.network }),
      isProxy: isEngineProxy(proc, pid, reading),
      ...{ firstSeen: moment, measuredAt: moment, librariesAt: Number.NEGATIVE_INFINITY },
      facts: { id, pid, name: shownName },
    });
  }

  #measure(known: Known, moment: number, figures: Record<ProcessId, Figures>): void {
    const { proc } = this.#options;
    const stat = readStat(proc, known.pid);
    if (stat === undefined) return;
    if (stat.start !== known.start) {
      // The number came again.
      this.#known.delete(known.pid);
      this.#meet(known.pid, moment);
      return;
    }
    const seconds = (moment - known.measuredAt) / 1000;
    const openFiles = proc.size(`${known.pid}/fd`) ?? 0;
    if (seconds > 0.5) {
      figures[known.id] = {
        cpu: rounded((stat.ticks - known.ticks) / TICKS_PER_SECOND / seconds),
        memoryBytes: stat.residentPages * PAGE,
        threads: stat.threads,
        ...(openFiles > 0 && { openFiles }),
      };
      known.ticks = stat.ticks;
      known.measuredAt = moment;
    }
    const link = proc.link(`${known.pid}/exe`);
    const { executable, gone } = readExecutableLink(link);
    const told = known.reading;
    const isSame =
      known.name === stat.name && (link === undefined || (executable === told.executable && gone === told.gone));
    if (isSame && known.parentPid === stat.parent) return;
    const reading = isSame ? known.reading : readProcessOf(proc, known.pid, this.#options.arguments);
    if (reading === undefined) return;
    known.reading = reading;
    known.isProxy = isEngineProxy(proc, known.pid, reading);
    known.name = stat.name;
    known.shownName = this.#nameOf(stat.name, reading);
    known.parentPid = stat.parent;
    known.librariesAt = Number.NEGATIVE_INFINITY;
    delete known.libraries;
    delete known.drift;
    if (reading.network === undefined) delete known.network;
    else known.network = reading.network;
    this.#place(known);
  }

  /** Says whose process each is, once it is known, and makes anew what is told of those of which something changed. */
  #place(only?: Known): void {
    const { isContainer } = this.#options;
    for (const known of only === undefined ? this.#known.values() : [only]) {
      const { group } = known.reading;
      const container = group !== undefined && isContainer(group) ? group : this.#byAncestors(known);
      if (container === undefined) delete known.container;
      else known.container = container;
      const parent = this.#known.get(known.parentPid)?.id;
      const { facts } = known;
      const drift = container === undefined ? undefined : this.#driftOf(known, container);
      if (
        facts.container === container &&
        facts.parent === parent &&
        facts.drift === drift &&
        facts.name === known.shownName &&
        facts.libraries === known.libraries &&
        facts.executable === known.reading.executable &&
        facts.arguments === (this.#options.arguments ? known.reading.arguments : undefined)
      )
        continue;
      known.facts = this.#factsOf(known, parent, drift);
    }
  }

  #factsOf(known: Known, parent: ProcessId | undefined, drift: Drift | undefined): ProcessFacts {
    const { id, pid, container, reading, shownName: name, libraries } = known;
    const { innerPid, executable, uid } = reading;
    return {
      id,
      pid,
      ...(innerPid !== undefined && { innerPid }),
      ...(parent !== undefined && { parent }),
      ...(container !== undefined && { container }),
      name,
      ...(executable !== undefined && { executable }),
      ...(drift !== undefined && { drift }),
      ...(this.#options.arguments && { arguments: reading.arguments }),
      ...(uid !== undefined && { uid }),
      ...(libraries !== undefined && { libraries }),
    };
  }

  #nameOf(comm: string, { executable, arguments: words }: ProcessReading): string {
    return processName(comm, executable, this.#options.arguments ? words : []);
  }

  /** Where control groups have other names: the first process of a container is its engine's, all others come from it. */
  #byAncestors(known: Known): string | undefined {
    const { containerOfPid } = this.#options;
    let one: Known | undefined = known;
    for (let depth = 0; one !== undefined && depth < 64; depth++) {
      const found = containerOfPid(one.pid);
      if (found !== undefined) return found;
      // One that has lost its parent belongs to whoever has its network, unless that is the host's.
      one = one.parentPid > 1 ? this.#known.get(one.parentPid) : undefined;
    }
    return undefined;
  }

  #driftOf(known: Known, container: string): Drift | undefined {
    if (known.drift !== undefined) return known.drift;
    const { executable, gone } = known.reading;
    const drift = gone ?? (executable === undefined ? undefined : this.#fileDrift(known, container, executable));
    if (drift !== undefined) known.drift = drift;
    return drift;
  }

  #fileDrift({ pid, facts }: Known, container: string, path: string): Drift | undefined {
    // Looked up once for each program that a process runs.
    if (facts.executable === path && facts.container === container) return facts.drift;
    if (this.#options.isMounted(container, path)) return 'mounted';
    if (!this.#uppers.has(container)) this.#uppers.set(container, upperFolder(this.#options.proc, pid));
    const upper = this.#uppers.get(container);
    return upper !== undefined && isWritten(upper, path) ? 'written' : undefined;
  }

  #readLibraries(moment: number): void {
    const { proc } = this.#options;
    const until = performance.now() + LIBRARIES_MS;
    for (const known of this.#known.values()) {
      if (known.container === undefined) continue;
      // One that just began has not loaded them yet.
      const isDue = moment - known.librariesAt > LIBRARIES_AGAIN_MS && moment - known.firstSeen >= 800;
      if (!isDue) continue;
      if (performance.now() > until) return;
      known.librariesAt = moment;
      const libraries = this.#shared(readLibraries(proc, known.pid, known.reading.executable));
      if (libraries === undefined || libraries === known.libraries) continue;
      known.libraries = libraries;
      known.facts = { ...known.facts, libraries };
    }
  }

  /** Most processes of an image have the same ones: one list does. */
  #shared(libraries: readonly string[] | undefined): readonly string[] | undefined {
    if (libraries === undefined) return undefined;
    if (this.#lists.size > 5000) this.#lists.clear();
    const key = libraries.join('\n');
    const known = this.#lists.get(key);
    if (known === undefined) this.#lists.set(key, libraries);
    return known ?? libraries;
  }
}

function rounded(value: number): number {
  return Math.max(0, Math.round(value * 1000) / 1000);
}
