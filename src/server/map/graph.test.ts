import { describe, expect, test } from 'vitest';
import { openTestMap, query, type SmallHost, smallReport } from '../../../test/support/small-map.ts';
import { OutsideAddresses } from './graph.ts';

async function edgesOf(...hosts: readonly SmallHost[]): Promise<string[]> {
  const map = openTestMap();
  for (const host of hosts) map.take(smallReport(host), host.id);
  const { nodes, edges } = await map.snapshot(query(), undefined);
  await map.stop();
  const label = new Map(
    nodes.map((node) => [node.id, node.kind === 'group' ? `processes of ${node.detail}` : node.label]),
  );
  return edges
    .map(
      (edge) =>
        `${label.get(edge.source)} > ${label.get(edge.target)} ${edge.ports.map(({ port }) => port).join()}${edge.published ? ' published' : ''}`,
    )
    .sort();
}

const server: SmallHost = {
  id: 'server',
  address: '10.0.0.2',
  containers: [
    {
      name: 'db',
      listens: [5432],
      facts: { ports: [{ protocol: 'tcp', port: 5432, published: { address: '0.0.0.0', port: 15_432 } }] },
    },
  ],
};
const seenByServer = {
  from: '10.0.0.1',
  to: 'db',
  port: 5432,
  facts: { asked: { address: '10.0.0.2', port: 15_432 } },
};

describe('connections from host to host', () => {
  test('end at the container behind the published port, and are told once', async () => {
    const client = {
      id: 'client',
      address: '10.0.0.1',
      containers: [{ name: 'web' }],
      calls: [{ from: 'web', to: '10.0.0.2', port: 15_432 }],
    };
    expect(await edgesOf(client, { ...server, calls: [seenByServer] })).toEqual(['web > db 5432 published']);
  });

  test('are those of the host until its own reporter tells more', async () => {
    expect(await edgesOf({ id: 'client', address: '10.0.0.1' }, { ...server, calls: [seenByServer] })).toEqual([
      'processes of name-of-client > db 5432 published',
    ]);
  });

  test('lead to the outside where nobody tells of the other host', async () => {
    const client = {
      id: 'client',
      address: '10.0.0.1',
      containers: [{ name: 'web' }],
      calls: [{ from: 'web', to: '10.0.0.2', port: 15_432 }],
    };
    expect(await edgesOf(client)).toEqual(['web > 10.0.0.2 15432']);
    expect(await edgesOf({ ...server, calls: [seenByServer] })).toEqual(['10.0.0.1 > db 5432 published']);
  });

  test('end at the host where nobody listens on the port that was called', async () => {
    const client = {
      id: 'client',
      address: '10.0.0.1',
      containers: [{ name: 'web' }],
      calls: [{ from: 'web', to: '10.0.0.2', port: 22 }],
    };
    expect(await edgesOf(client, server)).toEqual(['web > processes of name-of-server 22']);
  });

  test('find a container by an address that only one has', async () => {
    const far: SmallHost = {
      id: 'far',
      address: '10.0.0.3',
      containers: [
        { name: 'cache', listens: [6379], facts: { networks: [{ name: 'overlay', addresses: ['10.5.0.9'] }] } },
      ],
    };
    const client = {
      id: 'client',
      address: '10.0.0.1',
      containers: [{ name: 'web' }],
      calls: [{ from: 'web', to: '10.5.0.9', port: 6379 }],
    };
    expect(await edgesOf(client, far)).toEqual(['web > cache 6379']);
    const twin = { ...far, id: 'twin', address: '10.0.0.4' };
    expect(await edgesOf(client, far, twin)).toEqual(['web > 10.5.0.9 6379']);
  });

  test('of the address of two hosts are believed of neither', async () => {
    const client = {
      id: 'client',
      address: '10.0.0.1',
      containers: [{ name: 'web' }],
      calls: [{ from: 'web', to: '10.0.0.2', port: 15_432 }],
    };
    expect(await edgesOf(client, server, { ...server, id: 'liar' })).toEqual(['web > 10.0.0.2 15432']);
  });

  test('that a host only forwards are told by those who talk', async () => {
    expect(await edgesOf({ id: 'router', calls: [{ from: '203.0.113.1', to: '198.51.100.1', port: 443 }] })).toEqual(
      [],
    );
  });
});

test('the rest of public addresses is the internet, that of private ones no address of its own', () => {
  const outside = new OutsideAddresses();

  expect(outside.of('*public').nodeId).toBe('internet');
  expect(outside.of('*').nodeId).toBe('outside');
  expect(outside.of('10.0.0.9').label).toBe('10.0.0.9');
});
