import { describe, expect, it } from 'vitest';
import type { Dialer } from '../dial.ts';
import { KubeClient } from './client.ts';
import { listWorkloads, type WorkloadContainer } from './workloads.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** A server that has lists by their last word. */
function serving(lists: Readonly<Record<string, readonly object[]>>): KubeClient {
  const dialer: Dialer = {
    offline: false,
    hosts: new Set(),
    request: async (url) => ({
      status: 200,
      isPublic: false,
      header: () => undefined,
      body: (async function* () {
        const items = lists[url.pathname.split('/').at(-1) ?? ''] ?? [];
        yield Buffer.from(JSON.stringify({ metadata: {}, items }));
      })(),
      discard() {},
    }),
    contacted() {},
    close: async () => {},
  };
  return new KubeClient(new URL('https://cluster.test'), undefined, dialer, new AbortController().signal);
}

const owner = (kind: string, name: string): object => ({ ownerReferences: [{ kind, name, controller: true }] });
const web = { containers: [{ name: 'web', image: 'shop/web:latest' }] };
const deployment = { metadata: { namespace: 'shop', name: 'web' }, spec: { template: { spec: web } } };
const replicas = {
  metadata: { namespace: 'shop', name: 'web-1', ...owner('Deployment', 'web') },
  spec: { replicas: 2, template: { spec: web } },
};

function pod(name: string, imageID: string | undefined, spec: object = web): object {
  return {
    metadata: { namespace: 'shop', name, ...owner('ReplicaSet', 'web-1') },
    spec,
    ...(imageID !== undefined && { status: { containerStatuses: [{ name: 'web', imageID }] } }),
  };
}

async function containersOf(pods: readonly object[]): Promise<readonly WorkloadContainer[]> {
  const client = serving({ deployments: [deployment], replicasets: [replicas], pods });
  const { workloads, missing } = await listWorkloads(client, 'shop');
  expect(missing).toEqual([]);
  expect(workloads.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['Deployment/web']);
  return workloads[0]?.containers ?? [];
}

describe('what a workload runs', () => {
  it.each<[string, readonly (string | undefined)[], readonly (string | undefined)[]]>([
    ['no pod is there', [], [undefined]],
    ['all pods run one image', [digest('a'), digest('a')], [digest('a')]],
    ['pods run different images under one tag', [digest('b'), digest('a'), digest('b')], [digest('a'), digest('b')]],
    // It waits, or its node tells an id that no registry knows: what it runs is what its tag says, if anything is known.
    ['of one pod it is not told', [digest('a'), undefined], [undefined, digest('a')]],
    ['of no pod it is told', [undefined, undefined], [undefined]],
  ])('is each image once where %s', async (_, running, expected) => {
    const pods = running.map((one, i) => pod(`web-1-${i}`, one && `docker.io/shop/web@${one}`));

    const containers = await containersOf(pods);

    expect(containers.map((container) => container.running?.split('@')[1])).toEqual(expected);
    expect(new Set(containers.map(({ image }) => image))).toEqual(new Set(['shop/web:latest']));
  });

  it('has the images that are mounted as volumes', async () => {
    const volumes = [
      { name: 'model', image: { reference: 'registry.test/models/small:1', pullPolicy: 'IfNotPresent' } },
      { name: 'later', image: {} },
      { name: 'data', emptyDir: {} },
    ];

    const containers = await containersOf([pod('web-1-0', `shop/web@${digest('a')}`, { ...web, volumes })]);

    expect(containers.map(({ kind, name, image }) => [kind, name, image])).toEqual([
      ['container', 'web', 'shop/web:latest'],
      ['volume', 'model', 'registry.test/models/small:1'],
    ]);
  });
});
