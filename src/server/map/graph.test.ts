import { describe, expect, test } from 'vitest';
import { openTestMap, query, type SmallHost, smallReport } from '../../../test/support/small-map.ts';
import type { MapOptions } from './open-map.ts';
import { OutsideAddresses } from './outside-addresses.ts';

async function edgesOf(...hosts: readonly (SmallHost & { readonly peer?: string })[]): Promise<string[]> {
  return (await lookAt({}, ...hosts)).edges;
}

async function lookAt(
  options: Partial<MapOptions>,
  ...hosts: readonly (SmallHost & { readonly peer?: string })[]
): Promise<{ readonly edges: string[]; readonly notes: Readonly<Record<string, readonly string[]>> }> {
  const map = openTestMap(options);
  for (const host of hosts) map.takeUnknown(smallReport(host), host.id, host.peer);
  const { nodes, edges: found, reporters } = await map.snapshot(query(), undefined);
  await map.stop();
  const label = new Map(
    nodes.map((node) => [node.id, node.kind === 'group' ? `processes of ${node.detail}` : node.label]),
  );
  const edges = found
    .map(
      (edge) =>
        `${label.get(edge.source)} > ${label.get(edge.target)} ${edge.ports.map(({ port }) => port).join()}${edge.published ? ' published' : ''}${edge.oneSided ? ' one-sided' : ''}`,
    )
    .sort();
  return { edges, notes: Object.fromEntries(reporters.map(({ host, blindSpots }) => [host, blindSpots])) };
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
      'processes of name-of-client > db 5432 published one-sided',
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
    expect(await edgesOf(client, server)).toEqual(['web > processes of name-of-server 22 one-sided']);
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
    expect(await edgesOf(client, far)).toEqual(['web > cache 6379 one-sided']);
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

describe('a host that claims what is not its own', () => {
  const web = (to: string, port: number): SmallHost => ({
    id: 'client',
    address: '10.0.0.1',
    containers: [{ name: 'web' }],
    calls: [{ from: 'web', to, port }],
  });
  const claiming = (addresses: readonly string[], more: Partial<SmallHost> = {}): SmallHost => ({
    ...{ id: 'liar', address: addresses[0]!, ...more },
    containers: [
      { name: 'trap', listens: [443], facts: { networks: [{ name: 'trap', addresses }] } },
      ...(more.containers ?? []),
    ],
  });
  const inContainer = (address: string) => claiming([address], { address: '10.0.0.66' });
  const own = { host: 'service', reporter: 'service' };

  test.each<readonly [what: string, liar: SmallHost, to: string, edge: string]>([
    ['a public address', claiming(['8.8.8.8']), '8.8.8.8', 'web > the internet 443'],
    ['a public address for its container', inContainer('8.8.8.8'), '8.8.8.8', 'web > the internet 443'],
    ['the address of another host', claiming(['10.0.0.2']), '10.0.0.2', 'web > 10.0.0.2 443'],
    ['the address of another host for its container', inContainer('10.0.0.2'), '10.0.0.2', 'web > 10.0.0.2 443'],
    ['one written in another way', claiming(['::ffff:10.0.0.2']), '10.0.0.2', 'web > 10.0.0.2 443'],
    ['loopback', claiming(['127.0.0.1']), '127.0.0.1', 'web > processes of name-of-client 443'],
    ['a link-local address', inContainer('169.254.169.254'), '169.254.169.254', 'web > 169.254.169.254 443'],
    ['one of the bridge of Docker', inContainer('172.17.0.9'), '172.17.0.9', 'web > 172.17.0.9 443'],
    ['one in the networks of the caller', inContainer('10.1.0.9'), '10.1.0.9', 'web > 10.1.0.9 443'],
    ['a private one of nobody else', inContainer('10.9.0.9'), '10.9.0.9', 'web > trap 443 one-sided'],
  ])('%s: what others call there is not drawn to it as if it was known', async (_, liar, to, edge) => {
    const { edges } = await lookAt({}, web(to, 443), { id: 'server', address: '10.0.0.2' }, liar);
    expect(edges).toContain(edge);
    expect(edges.filter((one) => one.includes('trap') && !one.includes('one-sided'))).toEqual([]);
  });

  test('an address of two hosts is said of both', async () => {
    const { notes } = await lookAt({}, server, claiming(['10.0.0.2']));
    expect(notes['server']).toEqual([
      '10.0.0.2 is claimed by name-of-liar too: connections to it are drawn to none of them',
    ]);
    expect(notes['liar']).toEqual([
      '10.0.0.2 is claimed by name-of-server too: connections to it are drawn to none of them',
    ]);
  });

  test('the host of the service has its addresses whatever others claim', async () => {
    const { edges, notes } = await lookAt(
      { own },
      web('10.0.0.3', 443),
      { id: 'service', address: '10.0.0.3', containers: [{ name: 'front', listens: [443] }] },
      claiming(['10.0.0.3']),
    );
    expect(edges).toEqual(['web > processes of name-of-service 443 one-sided']);
    expect(notes['liar']).toEqual(['It claims 10.0.0.3 of the host of the service: that is not believed']);
    expect(notes['service']).toEqual(['10.0.0.3 is claimed by name-of-liar too: it is believed here alone']);
  });

  test('public addresses are believed of who reports from them, and of nobody else', async () => {
    const far: SmallHost = { id: 'far', address: '8.8.4.4', containers: [] };
    expect(await edgesOf(web('8.8.4.4', 443), far)).toEqual(['web > the internet 443']);
    expect(await edgesOf(web('8.8.4.4', 443), { ...far, peer: '8.8.4.4' })).toEqual([
      'web > processes of name-of-far 443 one-sided',
    ]);
    const seen = { from: '10.0.0.1', to: '8.8.4.4', port: 443 };
    expect(await edgesOf(web('8.8.4.4', 443), { ...far, peer: '8.8.4.4', calls: [seen] })).toEqual([
      'web > processes of name-of-far 443',
    ]);
    // Whoever takes an address out of the air takes a caller from there as well.
    expect(await edgesOf(web('8.8.4.4', 443), { ...far, calls: [seen] })).toEqual([
      'processes of name-of-client > processes of name-of-far 443 one-sided',
      'web > the internet 443',
    ]);
  });

  test('connections that only the server tells of say so', async () => {
    const lying = {
      ...claiming(['10.9.0.9'], { address: '10.0.0.66' }),
      calls: [{ from: '10.0.0.1', to: 'trap', port: 443 }],
    };
    expect(await edgesOf({ id: 'client', address: '10.0.0.1' }, lying)).toEqual([
      'processes of name-of-client > trap 443 one-sided',
    ]);
  });

  test('UDP and TCP of one port are two things', async () => {
    const answers = {
      ...server,
      containers: [
        {
          name: 'db',
          listens: [53],
          facts: { ports: [{ protocol: 'tcp' as const, port: 53, published: { address: '0.0.0.0', port: 53 } }] },
        },
      ],
    };
    const asking = web('10.0.0.2', 53);
    const udp = { ...asking, calls: [{ ...asking.calls![0]!, facts: { protocol: 'udp' as const } }] };
    expect(await edgesOf(asking, answers)).toEqual(['web > db 53 published one-sided']);
    expect(await edgesOf(udp, answers)).toEqual(['web > processes of name-of-server 53 one-sided']);
  });
});

describe('networks of hosts', () => {
  const bridge = (id: string, name: string, address: string, calls: SmallHost['calls'] = []): SmallHost => ({
    id,
    address: `10.0.0.${id === 'one' ? 1 : 2}`,
    containers: [
      { name, listens: [80], facts: { networks: [{ name: 'shop', id: `of-${id}`, addresses: [address] }] } },
    ],
    calls,
  });

  test('that each has for itself never join, though both ends would fit', async () => {
    // On each of them a neighbour is gone whose address the other one still has.
    const one = bridge('one', 'web', '172.18.0.2', [{ from: 'web', to: '172.18.0.3', port: 80 }]);
    const two = bridge('two', 'api', '172.18.0.3', [{ from: '172.18.0.2', to: 'api', port: 80 }]);
    expect(await edgesOf(one, two)).toEqual(['172.18.0.2 > api 80', 'web > 172.18.0.3 80']);
  });

  test('over several of them do, by the id that they have on all', async () => {
    const over = (host: SmallHost): SmallHost => ({
      ...host,
      containers: host.containers!.map((one) => ({
        ...one,
        facts: { networks: one.facts!.networks!.map((network) => ({ ...network, id: 'overlay' })) },
      })),
    });
    const one = bridge('one', 'web', '172.18.0.2', [{ from: 'web', to: '172.18.0.3', port: 80 }]);
    const two = bridge('two', 'api', '172.18.0.3', [{ from: '172.18.0.2', to: 'api', port: 80 }]);
    expect(await edgesOf(over(one), over(two))).toEqual(['web > api 80']);
    expect(await edgesOf(over(one), over({ ...two, calls: [] }))).toEqual(['web > api 80 one-sided']);
  });
});

test('the rest of public addresses is the internet, that of private ones no address of its own', () => {
  const outside = new OutsideAddresses();

  expect(outside.of('*public').nodeId).toBe('internet');
  expect(outside.of('*').nodeId).toBe('outside');
  expect(outside.of('10.0.0.9').label).toBe('10.0.0.9');
});
