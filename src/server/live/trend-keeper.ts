import type { FleetShelf } from '../../store/fleet-shelf.ts';
import type { Clock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';

/** How often the sums of the day are kept, in milliseconds: a day that ends has those of its last hour at least. */
const KEEP_EVERY = 3_600_000;

/** Keeps what is found in all images, day by day. Several processes may: the last one of a day counts. */
export class TrendKeeper {
  readonly #fleet: Pick<FleetShelf, 'keepDay'>;
  readonly #clock: Clock;
  readonly #log: ServiceLog;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(fleet: Pick<FleetShelf, 'keepDay'>, clock: Clock, log: ServiceLog) {
    this.#fleet = fleet;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#running ??= this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#fleet.keepDay(new Date(this.#clock.now()).toISOString().slice(0, 10));
      } catch (error) {
        this.#log.warn({ error }, 'the sums of the day could not be kept; they are tried again within the hour');
      }
      await this.#clock.sleep(KEEP_EVERY, this.#stopping.signal);
    }
  }
}
