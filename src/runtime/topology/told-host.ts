import type {
  ConnectionFacts,
  ContainerFacts,
  Figures,
  HostFacts,
  HostReport,
  ListenerFacts,
  ProcessFacts,
} from '../../model/topology.ts';

/** What became of a report: taken; old or told twice; or one before it is missing, so that a full one is needed. */
export type Taken = 'taken' | 'old' | 'gap';

/** A host as its reports tell of it: each on top of the one before. */
export class ToldHost {
  readonly containers = new Map<string, ContainerFacts>();
  readonly processes = new Map<string, ProcessFacts>();
  readonly connections = new Map<string, ConnectionFacts>();
  readonly listeners = new Map<string, ListenerFacts>();
  /** The latest of each host, container and process. */
  readonly figures = new Map<string, Figures>();
  host: HostFacts | undefined;
  at: string | undefined;
  blindSpots: readonly string[] = [];
  #session: string | undefined;
  #sequence = -1;

  /** A report of another life of the reporter has to be a full one. */
  take(report: HostReport): Taken {
    const isSame = report.session === this.#session;
    if (isSame && report.sequence <= this.#sequence) return 'old';
    if (!report.full && (!isSame || report.sequence !== this.#sequence + 1)) return 'gap';
    if (report.full) this.#clear();
    this.#session = report.session;
    this.#sequence = report.sequence;
    this.host = report.host;
    this.at = report.at;
    this.blindSpots = report.blindSpots;
    change(this.containers, report.changed.containers, report.gone.containers);
    change(this.processes, report.changed.processes, report.gone.processes);
    change(this.connections, report.changed.connections, report.gone.connections);
    change(this.listeners, report.changed.listeners, report.gone.listeners);
    for (const id of report.gone.containers) this.figures.delete(id);
    for (const id of report.gone.processes) this.figures.delete(id);
    for (const [id, figures] of Object.entries(report.figures)) {
      // Those of what nobody told of would be kept for ever.
      const isTold = id === report.host.id || this.containers.has(id) || this.processes.has(id);
      if (isTold) this.figures.set(id, figures);
    }
    return 'taken';
  }

  #clear(): void {
    for (const part of [this.containers, this.processes, this.connections, this.listeners, this.figures]) part.clear();
  }
}

function change<T extends { readonly id: string }>(
  parts: Map<string, T>,
  changed: readonly T[],
  gone: readonly string[],
): void {
  for (const id of gone) parts.delete(id);
  for (const part of changed) parts.set(part.id, part);
}
