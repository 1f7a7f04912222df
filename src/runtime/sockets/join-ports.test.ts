import { describe, expect, it } from 'vitest';
import { makePackage, makeView } from '../../../test/support/view.ts';
import type { CallDetail, CallEvent, CallProcess } from '../../model/call.ts';
import { PackagePlaces } from '../package-places.ts';
import { joinPorts } from './join-ports.ts';
import type { ListeningSocket } from './listening.ts';
import { TracedListeners } from './traced-listeners.ts';

const goodd: ListeningSocket = {
  ...{ protocol: 'tcp', family: 4, address: '0.0.0.0', port: 81, inode: 5, localOnly: false, holders: 1 },
  owner: { pid: 7, name: 'goodd', executable: '/usr/sbin/goodd', arguments: [] },
} as const;
const exposed = [{ protocol: 'tcp', port: 80 }] as const;

function places(): PackagePlaces {
  return new PackagePlaces(
    makeView({
      packages: [makePackage('goodd', '9.9-1')],
      ownerOf: (path) => (path === 'usr/sbin/goodd' ? 'goodd' : undefined),
    }),
  );
}

describe('a declared port on which nobody was seen', () => {
  it.each([
    [true, 'dead'],
    [false, 'unknown'],
  ] as const)('where somebody could look (%s) is %s', (looked, state) => {
    expect(joinPorts([], exposed, { places: places(), looked })).toMatchObject([{ port: 80, state }]);
  });
});

describe('a port', () => {
  it('has the package of the program that listens, unless the run wrote that program', () => {
    const [brought, overwritten] = [places(), places()];
    overwritten.replace({ files: new Set(['/usr/sbin/goodd']), trees: new Set() });
    const owner = (from: PackagePlaces) => joinPorts([goodd], [], { places: from })[0]?.package?.name;
    expect([owner(brought), owner(overwritten)]).toEqual(['goodd', undefined]);
  });

  it('that no look found, and calls tell of, is marked', () => {
    const told = joinPorts([{ ...goodd, seenBy: 'trace' }], [], { places: places() });
    expect(told).toMatchObject([{ state: 'listening', seenBy: 'trace' }]);
    expect(joinPorts([goodd, { ...goodd, seenBy: 'trace' }], [], { places: places() })[0]?.seenBy).toBeUndefined();
  });
});

describe('listeners of a trace', () => {
  const call = (detail: CallDetail, more: Partial<CallEvent> = {}): CallEvent =>
    ({ at: 1, pid: 7, tid: 7, call: detail.kind, ...detail, ...more }) as CallEvent;
  const nc: CallProcess = { pid: 7, name: 'nc', path: '/proc/self/exe', arguments: ['nc', '-l'], uid: 0, startedAt: 1 };
  const at = (port: number, address = '0.0.0.0') =>
    ({ family: address.includes(':') ? 'inet6' : 'inet', address, port }) as const;

  it('are sockets of TCP from listen(2) on, and of UDP from bind(2) on', () => {
    const listeners = new TracedListeners();
    const take = (event: CallEvent) => listeners.take(event, nc, '/bin/busybox');
    take(call({ kind: 'bind', address: at(7000), protocol: 'tcp' }));
    take(call({ kind: 'listen', address: at(7001), protocol: 'TCP' }));
    take(call({ kind: 'listen', address: at(7002, '::1'), protocol: 'TCPv6' }));
    take(call({ kind: 'listen', address: at(7003), protocol: 'tcp' }, { error: 'EADDRINUSE' }));
    take(call({ kind: 'listen', address: { family: 'unix', path: '/run/x' }, protocol: 'unix' }));
    take(call({ kind: 'bind', address: at(7004), protocol: 'udp' }));
    take(call({ kind: 'bind', address: at(0), protocol: 'udp' }));
    expect(
      listeners.sockets.map(({ protocol, port, family, localOnly, owner }) => [
        ...[protocol, port, family, localOnly, owner?.executable],
      ]),
    ).toEqual([
      ['tcp', 7001, 4, false, '/bin/busybox'],
      ['tcp', 7002, 6, true, '/bin/busybox'],
      ['udp', 7004, 4, false, '/bin/busybox'],
    ]);
  });

  it('are bounded', () => {
    const listeners = new TracedListeners();
    for (let port = 1; port <= 1010; port++)
      listeners.take(call({ kind: 'listen', address: at(port), protocol: 'tcp' }), nc, undefined);
    expect([listeners.sockets.length, listeners.missed]).toEqual([1000, 10]);
  });
});
