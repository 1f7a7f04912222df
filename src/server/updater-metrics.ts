import { Gauge, type Registry } from 'prom-client';
import type { ValueShelf } from '../store/value-shelf.ts';
import type { Clock } from './clock.ts';
import { LAST_KEY, readUpdaterState, type UpdatedFeed } from './updater-state.ts';

/** Seconds that clocks of processes may differ; a time that is further in the future is wrong. */
const MOST_SKEW = 3600;

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
    'drydock_feed_unkept',
    'Whether a feed is still used though the service does not bring it up to date any more.',
    ({ status }) => (status === 'unkept' ? 1 : 0),
  );
  addFeedGauge(
    'drydock_feed_age_seconds',
    'Seconds since a feed was last known to be up to date; absent where it never was, +Inf where a wrong clock said when.',
    ({ updatedAt }) => {
      if (updatedAt === undefined) return undefined;
      const age = (clock.now() - Date.parse(updatedAt)) / 1000;
      return age < -MOST_SKEW ? Number.POSITIVE_INFINITY : Math.max(0, age);
    },
  );
  new Gauge({
    name: 'drydock_updater_last_success_timestamp_seconds',
    help: 'When all feeds were last read without an error (Unix seconds); 0: never, or a wrong clock said when.',
    registers,
    async collect() {
      const text = await values.get(LAST_KEY).catch(() => undefined);
      const last = Number(text ?? 0) || 0;
      this.set(last > clock.now() / 1000 + MOST_SKEW ? 0 : last);
    },
  });
}
