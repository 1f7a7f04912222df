import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry, Summary } from 'prom-client';

/** What a service counts and measures. Each instance stands for itself; families are named as Clair names its own. */
export interface Metrics {
  /** Where other families may be added. */
  readonly registry: Registry;
  /** A request of the v1 API: `v1/getLayer`, `200`. */
  observeResponse(route: string, code: string, milliseconds: number): void;
  /** A method of the store, in Clair's words. */
  observeQuery(query: string, subquery: string, milliseconds: number): void;
  countStoreError(request: string): void;
  /** From a notification's creation until it was delivered. */
  observeNotification(milliseconds: number): void;
  countNotifierError(backend: string): void;
  /** @param notes what the feeds had to say */
  observeUpdate(update: { readonly seconds: number; readonly notes: number }): void;
  countUpdaterError(): void;
  /** All of it in the text format of Prometheus. */
  render(): Promise<string>;
}

/** Upper bounds of Prometheus' own choice. */
const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const responseBuckets = Array.from({ length: 10 }, (_, power) => 9.375 * 2 ** power);
const percentiles = [0.5, 0.9, 0.99];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const responses = new Histogram({
    name: 'clair_api_response_duration_milliseconds',
    help: 'The duration of time it takes to receieve and write a response to an API request',
    labelNames: ['route', 'code'],
    buckets: responseBuckets,
    registers,
  });
  const latency = new Histogram({
    name: 'clair_notifier_latency_milliseconds',
    help: "Time it takes to send a notification after it's been created.",
    buckets: defaultBuckets,
    registers,
  });
  const notifierErrors = new Counter({
    name: 'clair_notifier_backend_errors_total',
    help: 'Number of errors that notifier backends generated.',
    labelNames: ['backend'],
    registers,
  });
  addEmptyFamilies(registers);
  const storeErrors = new Counter({
    name: 'clair_pgsql_errors_total',
    help: 'Number of errors that PostgreSQL requests generated.',
    labelNames: ['request'],
    registers,
  });
  const queries = new Histogram({
    name: 'clair_pgsql_query_duration_milliseconds',
    help: 'Time it takes to execute the database query.',
    labelNames: ['query', 'subquery'],
    buckets: defaultBuckets,
    registers,
  });
  const updateSeconds = new Gauge({
    name: 'clair_updater_duration_seconds',
    help: 'Time it takes to update the vulnerability database.',
    registers,
  });
  const updateErrors = new Counter({
    name: 'clair_updater_errors_total',
    help: 'Numbers of errors that the updater generated.',
    registers,
  });
  const updateNotes = new Gauge({
    name: 'clair_updater_notes_total',
    help: 'Number of notes that the vulnerability fetchers generated.',
    registers,
  });
  const scrapes = scrapeSummaries(registry);

  return {
    registry,
    observeResponse: (route, code, milliseconds) => responses.observe({ route, code }, milliseconds),
    observeQuery: (query, subquery, milliseconds) => queries.observe({ query, subquery }, milliseconds),
    countStoreError: (request) => storeErrors.inc({ request }),
    observeNotification: (milliseconds) => latency.observe(milliseconds),
    countNotifierError: (backend) => notifierErrors.inc({ backend }),
    observeUpdate({ seconds, notes }) {
      updateSeconds.set(seconds);
      updateNotes.set(notes);
    },
    countUpdaterError: () => updateErrors.inc(),
    async render() {
      const started = performance.now();
      const text = await registry.metrics();
      scrapes.observe((performance.now() - started) * 1000, text.length);
      return text;
    },
  };
}

/** What only Clair's database has, a cache of ids and a lock of the whole table: dashboards find zeros, not gaps. */
function addEmptyFamilies(registers: Registry[]): void {
  const labelNames = ['object'];
  const families = [
    ['clair_pgsql_cache_hits_total', 'Number of cache hits that the PostgreSQL backend did.'],
    ['clair_pgsql_cache_queries_total', 'Number of cache queries that the PostgreSQL backend did.'],
  ] as const;
  for (const [name, help] of families) {
    const counter = new Counter({ name, help, labelNames, registers });
    for (const object of ['namespace', 'feature', 'featureversion']) counter.inc({ object }, 0);
  }
  new Gauge({
    name: 'clair_pgsql_concurrent_lock_vafv_total',
    help: 'Number of transactions trying to hold the exclusive Vulnerability_Affects_FeatureVersion lock.',
    registers,
  });
}

/** What Prometheus' own handler of Go says of the requests for metrics. */
function scrapeSummaries(registry: Registry): { observe(microseconds: number, bytes: number): void } {
  const [durations, requests, responses] = [
    ['http_request_duration_microseconds', 'The HTTP request latencies in microseconds.'],
    ['http_request_size_bytes', 'The HTTP request sizes in bytes.'],
    ['http_response_size_bytes', 'The HTTP response sizes in bytes.'],
  ].map(
    ([name, help]) =>
      new Summary({
        name: name!,
        help: help!,
        labelNames: ['handler'],
        percentiles,
        maxAgeSeconds: 600,
        ageBuckets: 5,
        registers: [registry],
      }),
  ) as [Summary<'handler'>, Summary<'handler'>, Summary<'handler'>];
  const labels = { handler: 'prometheus' };
  return {
    observe(microseconds, bytes) {
      durations.observe(labels, microseconds);
      requests.observe(labels, 0);
      responses.observe(labels, bytes);
    },
  };
}
