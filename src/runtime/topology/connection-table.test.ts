import { expect, test } from 'vitest';
import type { Endpoint } from '../../model/topology.ts';
import { ConnectionTable, type JoinedConnection } from './connection-table.ts';

const client: Endpoint = { process: 'h;100;1', address: '10.1.0.2' };
const server: Endpoint = { process: 'h;200;1', address: '10.1.0.3' };
const tcp = { tuple: 'a', protocol: 'tcp', port: 80, isOpen: true, by: 'sockets', guessed: false } as const;

test('a connection that was seen before its containers were known is told with them, once they are', () => {
  const table = new ConnectionTable();
  const look = (more: Partial<JoinedConnection>) => table.look([{ ...tcp, client, server, ...more }], 0);
  const [first] = look({});

  const known = { client: { ...client, container: 'web' }, server: { ...server, container: 'db' } };
  const [second, ...more] = look({ ...known, name: 'db' });

  expect(first).toMatchObject({ client, server, open: 1, seen: 1 });
  expect(more).toEqual([]);
  expect(second).toEqual({ ...first, ...known, name: 'db' });
  // Closed, nobody tells whose it was: what was known holds.
  expect(look({ client: { address: client.address }, isOpen: false })).toEqual([{ ...second, open: 0 }]);
});

test('a connection that was closed before its client was known is told with the client for as long as any other', () => {
  const table = new ConnectionTable();
  const look = (more: Partial<JoinedConnection>, now: number) =>
    table.look([{ ...tcp, client: { address: client.address }, server, isOpen: false, ...more }], now);
  const known = { container: 'job', address: client.address };
  look({}, 0);

  const told = [1000, 9000, 11_000].map((now) => look({ client: known }, now));

  expect(told.map((all) => all.map((one) => one.client))).toEqual([[known], [known], []]);
});
