import { Gauge, type Registry } from 'prom-client';
import type { ValueShelf } from '../store/value-shelf.ts';
import type { Clock } from './clock.ts';
import { LAST_KEY, readUpdaterState, type UpdatedFeed } from './updater-state.ts';

/**
 * Adds what every process of the service can say of the last update, whichever did it: how old the data of each feed is
 * is what to alert on.
 */
export function addUpdaterMetrics(registry: Registry, values: ValueShelf, clock: Clock): void {
  const registers = [registry];
  const addFeedGauge = (name: string, help: string, measure: (feed: UpdatedFeed) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: ['feed'],
      registers,
      async collect() {
        const state = await readUpdaterState(values).catch(() => undefined);
        this.reset();
        for (const feed of state?.feeds ?? []) {
          const value = measure(feed);
          if (value !== undefined) this.set({ feed: feed.name }, value);
        }
      },
    });
  };
  addFeedGauge('drydock_feed_records', 'Records of a feed that are current.', ({ records }) => records);
  addFeedGauge('drydock_feed_failed', 'Whether the last update of a feed failed.', ({ status }) =>
    status === 'failed' ? 1 : 0,
  );
  addFeedGauge(
    'drydock_feed_age_seconds',
    'Seconds since a feed was last known to be up to date; absent where it never was.',
    ({ updatedAt }) =>
      updatedAt === undefined ? undefined : Math.max(0, (clock.now() - Date.parse(updatedAt)) / 1000),
  );
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
