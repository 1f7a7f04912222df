import { describe, expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

describe('createMetrics', () => {
  it('counts and measures', async () => {
    const metrics = createMetrics();
    metrics.observeResponse('v1/getLayer', '200', 10);
    metrics.observeQuery('FindLayer', 'all', 0.3);
    metrics.countStoreError('InsertLayer');
    metrics.observeNotification(2);
    metrics.countNotifierError('webhook');
    metrics.observeUpdate({ seconds: 5, notes: 2 });
    metrics.countUpdaterError();
    const lines = (await metrics.render()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'clair_api_response_duration_milliseconds_bucket{le="9.375",route="v1/getLayer",code="200"} 0',
        'clair_api_response_duration_milliseconds_bucket{le="18.75",route="v1/getLayer",code="200"} 1',
        'clair_pgsql_query_duration_milliseconds_bucket{le="0.25",query="FindLayer",subquery="all"} 0',
        'clair_pgsql_query_duration_milliseconds_bucket{le="0.5",query="FindLayer",subquery="all"} 1',
        'clair_pgsql_errors_total{request="InsertLayer"} 1',
        'clair_notifier_latency_milliseconds_count 1',
        'clair_notifier_backend_errors_total{backend="webhook"} 1',
        'clair_updater_duration_seconds 5',
        'clair_updater_notes_total 2',
        'clair_updater_errors_total 1',
      ]),
    );
  });

  it('has the families of what only the database of Clair has, with nothing in them', async () => {
    const text = await createMetrics().render();
    for (const object of ['namespace', 'feature', 'featureversion']) {
      expect(text).toContain(`clair_pgsql_cache_hits_total{object="${object}"} 0`);
      expect(text).toContain(`clair_pgsql_cache_queries_total{object="${object}"} 0`);
    }
    expect(text).toContain('clair_pgsql_concurrent_lock_vafv_total 0');
  });

  it('says of its own requests what Prometheus would', async () => {
    const metrics = createMetrics();
    const { length } = await metrics.render();
    const text = await metrics.render();
    expect(text).toContain(`http_response_size_bytes{quantile="0.5",handler="prometheus"} ${length}`);
    expect(text).toContain('http_request_duration_microseconds_count{handler="prometheus"} 1');
  });

  it('keeps instances apart', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.countUpdaterError();
    expect(await other.render()).toContain('clair_updater_errors_total 0');
  });
});
