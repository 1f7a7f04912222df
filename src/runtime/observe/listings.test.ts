import { expect, it } from 'vitest';
import type { Inside } from '../inside/open-inside.ts';
import type { ListeningSocket } from '../sockets/listening.ts';
import { Listings } from './listings.ts';

const signal = new AbortController().signal;

function socket(protocol: 'tcp' | 'udp', port: number): ListeningSocket {
  return {
    protocol,
    address: '0.0.0.0',
    port,
    inode: port,
    localOnly: false,
    family: 'v4',
    holders: [],
  } as unknown as ListeningSocket;
}

/** Answers each look with the next list. */
function inside(...looks: readonly (readonly ListeningSocket[])[]): Inside {
  const left = [...looks];
  return {
    way: 'host',
    reasons: [],
    sockets: async () => ({ sockets: left.shift() ?? [], gaps: [] }),
    close: async () => {},
  };
}

it('keeps what listened at any time, but for sockets of those who asked over UDP', async () => {
  const [web, dns, caller, lasting] = [
    socket('tcp', 8080),
    socket('udp', 53),
    socket('udp', 51_281),
    socket('udp', 40_000),
  ];
  const listings = new Listings(new Set());
  const from = inside([web, dns, caller, lasting], [lasting]);
  await listings.add(from, signal);
  await listings.add(from, signal);
  expect(listings.sockets).toEqual([web, dns, lasting]);
});
