import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressScope, addressScope } from './address.ts';

describe('addressScope', () => {
  it.each<[string, AddressScope]>([
    ['8.8.8.8', 'public'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'public'],
    ['10.1.2.3', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['0.0.0.0', 'special'],
    ['192.0.0.192', 'special'],
    ['224.0.0.1', 'special'],
    ['255.255.255.255', 'special'],
    ['::', 'special'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['fd00:ec2::254', 'private'],
    ['2606:4700::1111', 'public'],
    ['2001:db8::1', 'special'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a00:1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['::169.254.169.254', 'link-local'],
    ['64:ff9b::a9fe:a9fe', 'link-local'],
    ['64:ff9b::808:808', 'public'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:808:808::', 'public'],
    ['', 'special'],
    ['localhost', 'special'],
    ['2130706433', 'special'],
  ])('%s is %s', (address, scope) => {
    expect(addressScope(address)).toBe(scope);
  });

  const v4 = fc.oneof(
    fc.ipV4(),
    fc
      .tuple(fc.constantFrom(['10'], ['172'], ['192', '168'], ['100']), fc.ipV4())
      .map(([start, rest]) => [...start, ...rest.split('.').slice(start.length)].join('.')),
  );

  it('agrees with the block list of Node on private addresses', () => {
    const list = new BlockList();
    list.addSubnet('10.0.0.0', 8);
    list.addSubnet('172.16.0.0', 12);
    list.addSubnet('192.168.0.0', 16);
    list.addSubnet('100.64.0.0', 10);
    fc.assert(
      fc.property(v4, (address) => {
        expect(addressScope(address) === 'private').toBe(list.check(address));
      }),
    );
  });

  it('looks through every form of IPv6 that carries an IPv4 address', () => {
    const hex = (address: string): string =>
      Buffer.from(address.split('.').map(Number))
        .toString('hex')
        .replace(/^(....)/, '$1:');
    fc.assert(
      fc.property(v4, (address) => {
        const forms = [`::ffff:${address}`, `::ffff:${hex(address)}`, `64:ff9b::${address}`, `2002:${hex(address)}::1`];
        expect(new Set(forms.map(addressScope))).toEqual(new Set([addressScope(address)]));
      }),
    );
  });
});
