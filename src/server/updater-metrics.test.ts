import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { ValueShelf } from '../store/value-shelf.ts';
import { addUpdaterMetrics } from './updater-metrics.ts';
import { LAST_KEY, writeUpdaterState } from './updater-state.ts';

const NOW = Date.parse('2026-11-25T10:00:00Z');

async function metricsOf(updatedAt: string | undefined, last: number): Promise<string> {
  const kept = new Map<string, string>([[LAST_KEY, String(last)]]);
  const values: ValueShelf = {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
  };
  const feed = { name: 'one', status: 'failed', records: 1, notes: { count: 0, first: [] } } as const;
  const feeds = [{ ...feed, ...(updatedAt !== undefined && { updatedAt }) }];
  await writeUpdaterState(values, { started: '', seconds: 1, complete: false, feeds, problems: [] });
  const registry = new Registry();
  addUpdaterMetrics(registry, values, { now: () => NOW, sleep: async () => {} });
  return (await registry.metrics()).replaceAll(/^#.*\n/gm, '');
}

describe('addUpdaterMetrics', () => {
  it.each([
    ['how old a feed is', '2026-11-25T08:00:00Z', NOW / 1000 - 7200, '7200', String(NOW / 1000 - 7200)],
    ['nothing for a feed that never was read', undefined, 0, undefined, '0'],
    ['no age below nothing, where clocks differ a little', '2026-11-25T10:10:00Z', NOW / 1000, '0', String(NOW / 1000)],
    ['what alerts where a clock was ahead for years', '2100-01-01T00:00:00Z', 4_102_444_800, '+Inf', '0'],
  ])('tells %s', async (_, updatedAt, last, age, success) => {
    const text = await metricsOf(updatedAt, last);
    expect(/^drydock_feed_age_seconds\{feed="one"\} (.*)$/m.exec(text)?.[1]).toBe(age);
    expect(text).toContain('drydock_feed_unkept{feed="one"} 0\n');
    expect(/^drydock_updater_last_success_timestamp_seconds (.*)$/m.exec(text)?.[1]).toBe(success);
  });
});
