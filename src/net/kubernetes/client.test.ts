import { describe, expect, it } from 'vitest';
import type { Dialer } from '../dial.ts';
import { KubeClient } from './client.ts';
import { listWorkloads } from './workloads.ts';

/** A server whose lists never end, a megabyte a page. */
function endless(asked: string[]): Dialer {
  const padding = 'x'.repeat(1024 * 1024);
  return {
    offline: false,
    hosts: new Set(),
    request: async (url) => {
      asked.push(url.pathname);
      const body = Buffer.from(JSON.stringify({ metadata: { continue: 'more' }, items: [{ padding }] }));
      return {
        status: 200,
        isPublic: false,
        header: () => undefined,
        body: (async function* () {
          yield body;
        })(),
        discard() {},
      };
    },
    contacted() {},
    close: async () => {},
  };
}

describe('lists of a cluster', () => {
  it('end together at a number of bytes, and what is missing is told', async () => {
    const asked: string[] = [];
    const client = new KubeClient(
      new URL('https://cluster.test'),
      undefined,
      endless(asked),
      new AbortController().signal,
      3 * 1024 * 1024,
    );

    const { missing } = await listWorkloads(client, undefined);

    expect(asked).toEqual(Array.from({ length: 3 }, () => '/apis/apps/v1/deployments'));
    expect(missing.map(({ resource }) => resource)).toEqual([
      ...['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'cronjobs', 'jobs', 'pods'],
    ]);
  });
});
