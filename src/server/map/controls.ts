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

/** Who asks for what, of which node. */
export type Asked = Pick<AuditEntry, 'client' | 'control' | 'node' | 'label'>;

/** Does things to containers where that is allowed, and keeps who asked for what. */
export class Controls {
  readonly #options: ControlsOptions | undefined;
  readonly #clock: Clock;
  readonly #log: ServiceLog;
  readonly #keep: (entry: AuditEntry) => void;
  readonly #recent: AuditEntry[] = [];
  readonly #busy = new Set<string>();

  /** @param keep writes an entry down; where it throws nothing is done that has not been done yet */
  constructor(
    options: ControlsOptions | undefined,
    { clock, log, keep }: { readonly clock: Clock; readonly log: ServiceLog; keep(entry: AuditEntry): void },
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

  /**
   * @throws DrydockError `map.control` where it is not offered; `service.busy` where another one goes on; `map.audit` where it
   * cannot be written down who asked
   */
  async act(control: MapControl, container: ContainerEntry, client: Client): Promise<ControlResult> {
    const { nodeId, facts } = container;
    const asked = { control, node: nodeId, label: shorten(facts.name), client: client.name };
    if (!this.of(container, client).includes(control)) {
      const why = `${control} is not offered for this container: it is ${facts.state}, of another host, or not in map-controls.`;
      throw this.refuse(asked, new DrydockError('map.control', why));
    }
    if (this.#busy.has(nodeId)) {
      throw this.refuse(asked, new DrydockError('service.busy', 'Something is being done to this container.'));
    }
    this.#tellFirst(asked);
    this.#busy.add(nodeId);
    try {
      const done = await this.#options!.engine.act(control, facts.id);
      this.#tellAfter(asked, 'done', done.message);
      return { control, done: true, ...done };
    } catch (error) {
      const message = error instanceof Error ? error.message.slice(0, 1000) : 'It failed.';
      this.#tellAfter(asked, 'failed', message);
      return { control, done: false, message };
    } finally {
      this.#busy.delete(nodeId);
    }
  }

  /** Writes down what is not done. @returns the error, for whoever throws it */
  refuse(asked: Asked, error: DrydockError): DrydockError {
    this.#tellAfter(asked, 'refused', error.message);
    return error;
  }

  /** The newest first. */
  recent(): readonly AuditEntry[] {
    return this.#recent;
  }

  /** @throws DrydockError `map.audit` */
  #tellFirst(asked: Asked): void {
    const entry = this.#entryOf(asked, 'asked', '');
    try {
      this.#keep(entry);
    } catch (error) {
      this.#log.error({ ...entry, error }, 'who asks what of a container cannot be written down: it is not done');
      const why = 'It cannot be written down who asks for this, so that it is not done.';
      this.#remember({ ...entry, outcome: 'refused', message: why });
      throw new DrydockError('map.audit', why);
    }
    this.#remember(entry);
  }

  /** What has happened, or was refused, cannot be taken back: the log has it at least. */
  #tellAfter(asked: Asked, outcome: AuditEntry['outcome'], message: string): void {
    const entry = this.#entryOf(asked, outcome, message);
    try {
      this.#keep(entry);
    } catch (error) {
      this.#log.error({ ...entry, error }, 'what came of a request to a container cannot be written down');
    }
    this.#remember(entry);
  }

  #entryOf(asked: Asked, outcome: AuditEntry['outcome'], message: string): AuditEntry {
    return { at: new Date(this.#clock.now()).toISOString(), ...asked, outcome, message };
  }

  #remember(entry: AuditEntry): void {
    this.#log.info({ ...entry }, 'a container was asked to do something by the map');
    this.#recent.unshift(entry);
    if (this.#recent.length > MOST_KEPT) this.#recent.pop();
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
