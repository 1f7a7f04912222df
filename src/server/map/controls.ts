import { DrydockError } from '../../errors.ts';
import type { Client } from '../access.ts';
import { allows } from '../access.ts';
import type { Clock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';
import type { MapControl } from './details-schema.ts';
import type { EngineControls } from './engine-controls.ts';
import type { ContainerEntry } from './host-state.ts';
import { shorten } from './nodes.ts';
import type { AuditEntry, ControlResult } from './question-schema.ts';

const MOST_KEPT = 500;

export interface ControlsOptions {
  readonly allowed: ReadonlySet<MapControl>;
  readonly engine: EngineControls;
}

/** Does things to containers where that is allowed, and keeps who asked for what. */
export class Controls {
  readonly #options: ControlsOptions | undefined;
  readonly #clock: Clock;
  readonly #log: ServiceLog;
  readonly #keep: ((entry: AuditEntry) => void) | undefined;
  readonly #recent: AuditEntry[] = [];
  readonly #busy = new Set<string>();

  /** @param keep writes an entry down; absent: they are kept as long as the process lives */
  constructor(
    options: ControlsOptions | undefined,
    {
      clock,
      log,
      keep,
    }: { readonly clock: Clock; readonly log: ServiceLog; readonly keep?: (entry: AuditEntry) => void },
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#keep = keep;
  }

  /** What somebody may do to a container now. */
  of({ facts, host, gone }: ContainerEntry, client: Client): readonly MapControl[] {
    const { allowed, engine } = this.#options ?? {};
    if (allowed === undefined || gone !== undefined || !allows(client.scope, 'admin') || engine?.host !== host.id)
      return [];
    return possible(facts.state).filter((control) => allowed.has(control));
  }

  /** @throws DrydockError `map.control` where it is not offered; `service.busy` where another one goes on */
  async act(control: MapControl, container: ContainerEntry, client: Client): Promise<ControlResult> {
    const { nodeId, facts } = container;
    const label = shorten(facts.name);
    const tell = (outcome: AuditEntry['outcome'], message: string): void =>
      this.#tell({
        at: new Date(this.#clock.now()).toISOString(),
        client: client.name,
        control,
        node: nodeId,
        label,
        outcome,
        message,
      });
    if (!this.of(container, client).includes(control)) {
      const why = `${control} is not offered for this container: it is ${facts.state}, of another host, or not in map-controls.`;
      tell('refused', why);
      throw new DrydockError('map.control', why);
    }
    if (this.#busy.has(nodeId)) throw new DrydockError('service.busy', 'Something is being done to this container.');
    this.#busy.add(nodeId);
    tell('asked', '');
    try {
      const done = await this.#options!.engine.act(control, facts.id);
      tell('done', done.message);
      return { control, done: true, ...done };
    } catch (error) {
      const message = error instanceof Error ? error.message.slice(0, 1000) : 'It failed.';
      tell('failed', message);
      return { control, done: false, message };
    } finally {
      this.#busy.delete(nodeId);
    }
  }

  /** The newest first. */
  recent(): readonly AuditEntry[] {
    return this.#recent;
  }

  #tell(entry: AuditEntry): void {
    this.#log.info({ ...entry }, 'a container was asked to do something by the map');
    this.#recent.unshift(entry);
    if (this.#recent.length > MOST_KEPT) this.#recent.pop();
    this.#keep?.(entry);
  }
}

function possible(state: ContainerEntry['facts']['state']): readonly MapControl[] {
  switch (state) {
    case 'running':
      return ['logs', 'stop', 'pause', 'restart'];
    case 'paused':
      return ['logs', 'unpause'];
    case 'restarting':
      return ['logs', 'stop'];
    case 'created':
    case 'exited':
    case 'dead':
      return ['logs', 'start'];
    default:
      return ['logs'];
  }
}
