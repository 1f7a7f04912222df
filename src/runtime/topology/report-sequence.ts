import { isDeepStrictEqual } from 'node:util';
import type { Figures, HostFacts, HostReport, TopologyParts } from '../../model/topology.ts';

/** What one look at a host found. */
export interface HostLook extends TopologyParts {
  readonly host: HostFacts;
  /** RFC 3339. */
  readonly at: string;
  /** Of those that were measured at this look. */
  readonly figures: Readonly<Record<string, Figures>>;
  readonly blindSpots: readonly string[];
}

export const partNames = ['containers', 'processes', 'connections', 'listeners'] as const;

type PartName = (typeof partNames)[number];
interface Named {
  readonly id: string;
}

/**
 * Makes reports of looks: the first has everything, those after it what changed. A look that was never delivered is asked
 * for anew by `restart`.
 */
export class ReportSequence {
  readonly #session: string;
  #sequence = 0;
  #told: Record<PartName, Map<string, Named>> | undefined;
  #figures = new Map<string, Figures>();

  /** @param session tells the reports of this life of the reporter from those of others */
  constructor(session: string) {
    this.#session = session;
  }

  /** The next report has everything: the receiver lost what it was told, or never got it. */
  restart(): void {
    this.#told = undefined;
  }

  next(look: HostLook): HostReport {
    const before = this.#told;
    const now = { containers: byId(look.containers), processes: byId(look.processes) } as Record<
      PartName,
      Map<string, Named>
    >;
    now.connections = byId(look.connections);
    now.listeners = byId(look.listeners);
    this.#told = now;
    const full = before === undefined;
    if (full) this.#figures.clear();
    const changed = Object.fromEntries(partNames.map((name) => [name, changedOf(now[name], before?.[name])]));
    const gone = Object.fromEntries(partNames.map((name) => [name, goneOf(now[name], before?.[name])]));
    return {
      schemaVersion: 1,
      host: look.host,
      session: this.#session,
      sequence: this.#sequence++,
      full,
      at: look.at,
      changed: changed as unknown as TopologyParts,
      gone: gone as unknown as HostReport['gone'],
      figures: this.#moved(look, now),
      blindSpots: look.blindSpots,
    };
  }

  #moved({ host, figures }: HostLook, now: Record<PartName, Map<string, Named>>): Record<string, Figures> {
    const moved: Record<string, Figures> = {};
    for (const [id, one] of Object.entries(figures)) {
      const told = this.#figures.get(id);
      if (told === one || isDeepStrictEqual(told, one)) continue;
      moved[id] = one;
      this.#figures.set(id, one);
    }
    for (const id of this.#figures.keys()) {
      if (id !== host.id && !now.containers.has(id) && !now.processes.has(id)) this.#figures.delete(id);
    }
    return moved;
  }
}

function byId(parts: readonly Named[]): Map<string, Named> {
  return new Map(parts.map((part) => [part.id, part]));
}

/** Whoever looks keeps what did not change, so that most are the same object as before. */
function changedOf(now: ReadonlyMap<string, Named>, before: ReadonlyMap<string, Named> | undefined): Named[] {
  const changed: Named[] = [];
  for (const [id, part] of now) {
    const told = before?.get(id);
    if (told !== part && !isDeepStrictEqual(told, part)) changed.push(part);
  }
  return changed;
}

function goneOf(now: ReadonlyMap<string, Named>, before: ReadonlyMap<string, Named> | undefined): string[] {
  const gone: string[] = [];
  for (const id of before?.keys() ?? []) if (!now.has(id)) gone.push(id);
  return gone;
}
