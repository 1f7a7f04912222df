import type { ContainerEntry, HostState } from './host-state.ts';
import { type ViewQuery, wordsOf } from './map-query.ts';
import { isSystem } from './world.ts';

/** What of all there is a view shows. */
export class ViewFilter {
  readonly #labels: readonly (readonly [name: string, value: string | undefined])[];
  readonly #states: ReadonlySet<string>;
  readonly #networks: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #system: ViewQuery['system'];
  readonly #known = new Map<ContainerEntry, boolean>();

  constructor({ label, state, network, host, system }: ViewQuery) {
    this.#labels = wordsOf(label).map((word) => {
      const at = word.indexOf('=');
      return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
    });
    this.#states = new Set(wordsOf(state));
    this.#networks = new Set(wordsOf(network));
    this.#hosts = new Set(wordsOf(host));
    this.#system = system;
  }

  hasHost({ id, name }: HostState): boolean {
    return this.#hosts.size === 0 || this.#hosts.has(id) || this.#hosts.has(name);
  }

  /** Processes in no container have none of what is filtered by. */
  hasLoose(host: HostState): boolean {
    const isForContainers = this.#labels.length > 0 || this.#states.size > 0 || this.#networks.size > 0;
    return !isForContainers && this.#system !== 'only' && this.hasHost(host);
  }

  has(container: ContainerEntry): boolean {
    let answer = this.#known.get(container);
    if (answer === undefined) {
      answer = this.#decide(container);
      this.#known.set(container, answer);
    }
    return answer;
  }

  #decide(container: ContainerEntry): boolean {
    const { labels, state, networks } = container.facts;
    if (!this.hasHost(container.host)) return false;
    if (this.#system !== 'show' && isSystem(container) !== (this.#system === 'only')) return false;
    if (this.#states.size > 0 && !this.#states.has(state)) return false;
    if (this.#networks.size > 0 && !networks.some(({ name }) => this.#networks.has(name))) return false;
    if (this.#labels.length === 0) return true;
    return this.#labels.some(([name, value]) => {
      const given = Object.hasOwn(labels, name) ? labels[name] : undefined;
      return given !== undefined && (value === undefined || given === value);
    });
  }
}
