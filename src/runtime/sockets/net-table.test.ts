import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNetTable } from './net-table.ts';

const tcpHeading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ';
const udpHeading =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             ';

/** As tcp_v4 and udp_v6 of the kernel print an address: words of 32 bits, each as the machine has it in memory. */
function hexOf(bytes: readonly number[], littleEndian: boolean): string {
  const words = Buffer.from(bytes);
  if (littleEndian) words.swap32();
  return words.toString('hex').toUpperCase();
}

const port = (number: number): string => number.toString(16).toUpperCase().padStart(4, '0');

/** Any bytes, as far as UTF-8 goes. */
const hostileText = fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes).toString());

describe('tables of sockets', () => {
  it('are read as Linux writes them', () => {
    const tcp = `${tcpHeading}
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 24 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 12399 1 0000000000000000 20 4 30 10 -1
`;

    const { entries, broken, cut } = readNetTable('tcp', tcp);

    expect(entries).toEqual([
      { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 8080, uid: 1000, inode: 12345 },
      { protocol: 'tcp', family: 4, address: '0.0.0.0', port: 22, uid: 0, inode: 24 },
    ]);
    expect([broken, cut]).toEqual([0, false]);
  });

  it('have UDP sockets that are connected to nobody', () => {
    const udp6 = `${udpHeading}
  111: 00000000000000000000000001000000:14E9 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000   102        0 4294967290 2 0000000000000000 0
  112: 0000000000000000FFFF00000100007F:0035 0000000000000000FFFF00000100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 7 2 0000000000000000 0
`;

    expect(readNetTable('udp6', udp6).entries).toEqual([
      { protocol: 'udp', family: 6, address: '::1', port: 5353, uid: 102, inode: 4294967290 },
    ]);
  });

  it.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['::ffff:10.0.0.1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1]],
    ['fe80::1:0:0:2', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2]],
    ['2001:db8:0:1:1:1:1:1', [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]],
    ['1::', [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('have addresses as RFC 5952 writes them: %s', (address, bytes) => {
    const line = `   0: ${hexOf(bytes, true)}:0050 ${'0'.repeat(32)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0 100 0 0 10 0\n`;

    expect(readNetTable('tcp6', `${tcpHeading}\n${line}`).entries[0]?.address).toBe(address);
  });

  it('say the same of every address in both byte orders', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const bytes = fc.oneof(
      fc.array(byte, { minLength: 4, maxLength: 4 }),
      fc.array(byte, { minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(
        bytes,
        fc.integer({ min: 0, max: 65_535 }),
        fc.nat(),
        fc.boolean(),
        (address, number, inode, little) => {
          const zero = '0'.repeat(address.length * 2);
          const name = address.length === 4 ? 'tcp' : 'tcp6';
          const text = `${tcpHeading}\n   0: ${hexOf(address, little)}:${port(number)} ${zero}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`;

          const [entry] = readNetTable(name, text, { littleEndian: little }).entries;

          expect(entry).toMatchObject({ port: number, inode });
          expect(isIP(entry!.address)).toBe(address.length === 4 ? 4 : 6);
          expect(bytesOf(entry!.address)).toEqual(address);
        },
      ),
    );
  });

  it('never throw, and count what they do not understand', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { entries, broken } = readNetTable('tcp', `heading\n${text}\n`);

        expect(entries.length + broken).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
    expect(readNetTable('tcp', `heading\n${'0'.repeat(1_000_000)}\n`)).toEqual({ entries: [], broken: 1, cut: false });
  });

  it('are cut at a number of sockets', () => {
    const line = `   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0 100 0 0 10 0\n`;

    const { entries, cut } = readNetTable('tcp', `${tcpHeading}\n${line.repeat(20)}`, { most: 10 });

    expect([entries.length, cut]).toEqual([10, true]);
  });

  it('do not take a line that was cut for a whole one', () => {
    const line = `   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 123`;

    expect(readNetTable('tcp', `${tcpHeading}\n${line}`).entries).toEqual([]);
  });
});

/** The bytes of an address, by another way than the one that is tested: URL canonicalises, and inet_pton is not there. */
function bytesOf(address: string): number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = '', after] = host.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const tail = groups(after ?? '');
  const middle = after === undefined ? [] : Array<string>(8 - groups(before).length - tail.length).fill('0');
  return [...groups(before), ...middle, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
