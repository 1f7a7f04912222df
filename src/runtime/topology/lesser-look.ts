import type { ContainerFacts, Figures, ProcessFacts } from '../../model/topology.ts';
import type { HostLook } from './report-sequence.ts';

/** How much is left out of a look; 0: nothing. */
export type Lessening = 0 | 1 | 2 | 3;

const PROCESSES = 3000;
const CONNECTIONS = 5000;
const LISTENERS = 3000;
/** Where nothing but them is told. */
const CONTAINERS = 1000;

const sentences = {
  1: 'commands, arguments and libraries in memory are not told',
  2: `only ${PROCESSES} processes, ${CONNECTIONS} connections and ${LISTENERS} ports are told, without arguments, libraries and labels`,
  3: `only containers are told, ${CONTAINERS} at the most`,
} as const;

/** What is missing in a lesser look, as a sentence of it says; empty: nothing. */
export function lessenedWords(lessening: Lessening): string {
  return lessening === 0 ? '' : `${sentences[lessening]}: all of it is too large for one report`;
}

/** Makes looks that fit into the reports that a receiver takes. What stays the same is the same object at each look. */
export class LesserLooks {
  #processes = new WeakMap<ProcessFacts, ProcessFacts>();
  #containers = new WeakMap<ContainerFacts, ContainerFacts>();
  #lessening: Lessening = 0;

  of(look: HostLook, lessening: Lessening): HostLook {
    if (lessening !== this.#lessening) {
      this.#processes = new WeakMap();
      this.#containers = new WeakMap();
      this.#lessening = lessening;
    }
    if (lessening === 0) return look;
    const containers = look.containers.map((one) =>
      kept(this.#containers, one, ({ command: _command, environment: _environment, ...rest }) =>
        lessening === 1 ? rest : { ...rest, labels: {} },
      ),
    );
    const processes = look.processes.map((one) =>
      kept(this.#processes, one, ({ arguments: _arguments, libraries: _libraries, ...rest }) => rest),
    );
    const blindSpots = [lessenedWords(lessening), ...look.blindSpots];
    if (lessening === 1) return { ...look, containers, processes, blindSpots };
    const isLeast = lessening === 3;
    const told = {
      containers: isLeast ? containers.slice(0, CONTAINERS) : containers,
      processes: isLeast ? [] : processes.slice(0, PROCESSES),
      connections: isLeast ? [] : look.connections.slice(0, CONNECTIONS),
      listeners: isLeast ? [] : look.listeners.slice(0, LISTENERS),
    };
    return { ...look, ...told, figures: figuresOf(look, [...told.containers, ...told.processes]), blindSpots };
  }
}

function kept<T extends object>(known: WeakMap<T, T>, one: T, make: (one: T) => T): T {
  const made = known.get(one) ?? make(one);
  known.set(one, made);
  return made;
}

function figuresOf({ host, figures }: HostLook, of: readonly { readonly id: string }[]): Record<string, Figures> {
  const told: Record<string, Figures> = {};
  for (const { id } of [host, ...of]) if (Object.hasOwn(figures, id)) told[id] = figures[id]!;
  return told;
}
