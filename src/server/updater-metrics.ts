import { Gauge, type Registry } from 'prom-client';
import type { ValueShelf } from '../store/value-shelf.ts';
import type { Clock } from './clock.ts';
import { LAST_KEY, readUpdaterState } from './updater-state.ts';

/**
 * Adds what every process of the service can say of the last update, whichever did it: how old the data of each feed is
 * is what to alert on.
 */
export function addUpdaterMetrics(registry: Registry, values: ValueShelf, clock: Clock): void {
  const registers = [registry];
  const records = new Gauge({
    name: 'drydock_feed_records',
    help: 'Records of a feed that are current.',
    labelNames: ['feed'],
    registers,
  });
  const failed = new Gauge({
    name: 'drydock_feed_failed',
    help: 'Whether the last update of a feed failed.',
    labelNames: ['feed'],
    registers,
  });
  new Gauge({
    name: 'drydock_feed_age_seconds',
    help: 'Seconds since a feed was last known to be up to date; absent where it never was.',
    labelNames: ['feed'],
    registers,
    async collect() {
      const state = await readUpdaterState(values).catch(() => undefined);
      for (const gauge of [this, records, failed]) gauge.reset();
      for (const feed of state?.feeds ?? []) {
        records.set({ feed: feed.name }, feed.records);
        failed.set({ feed: feed.name }, feed.status === 'failed' ? 1 : 0);
        if (feed.updatedAt === undefined) continue;
        this.set({ feed: feed.name }, Math.max(0, (clock.now() - Date.parse(feed.updatedAt)) / 1000));
      }
    },
  });
  new Gauge({
    name: 'drydock_updater_last_success_timestamp_seconds',
    help: 'When all feeds were last read without an error (Unix seconds); 0: never.',
    registers,
    async collect() {
      const text = await values.get(LAST_KEY).catch(() => undefined);
      this.set(Number(text ?? 0) || 0);
    },
  });
}
