import { describe, expect, it } from 'vitest';
import { ndbDatabase, rpmHeader } from '../../../test/support/rpm.ts';
import { MemorySource } from '../byte-source.ts';
import { readRpmdb } from './rpmdb.ts';

function read(database: Uint8Array): { readonly names: readonly string[]; readonly reports: readonly string[] } {
  const reports: string[] = [];
  const options = { report: (message: string) => reports.push(message) };
  return { names: [...readRpmdb(new MemorySource(database), options)].map(({ name }) => name), reports };
}

const headers = ['hull', 'keel', 'mast'].map((name) => rpmHeader({ name, version: '1' }));
const first = headers[0] as Buffer;
const whole = ndbDatabase(headers);
/** The header takes the room of two slots. */
const SLOT = 32;
const BLOB = 4096;

describe("an rpm database of rpm's own form", () => {
  it.each<[string, (bytes: Buffer) => void, string, readonly string[]]>([
    ['a slot of zeros', (b) => b.fill(0, SLOT, SLOT + 16), '1 slots of page 0 are damaged', ['keel', 'mast']],
    ['a blob beyond the end', (b) => b.writeUInt32LE(1_000_000, SLOT + 8), 'lies beyond the end', ['keel', 'mast']],
    ['a blob of no length', (b) => b.writeUInt32LE(0, SLOT + 12), 'is too short', ['keel', 'mast']],
    ['a blob of 4 GiB', (b) => b.writeUInt32LE(0xffffffff, SLOT + 12), 'is too long', ['keel', 'mast']],
    ['another place for a blob', (b) => b.writeUInt32LE(1, SLOT + 8), 'there is no blob of it', ['keel', 'mast']],
    ['a length that lies', (b) => b.writeUInt32LE(100_000, BLOB + 12), 'there is no blob of it', ['keel', 'mast']],
    [
      'a blob of another package',
      (b) => b.writeUInt32LE(9, BLOB + 4),
      'package 1 is damaged',
      ['hull', 'keel', 'mast'],
    ],
    [
      'a wrong checksum',
      (b) => b.fill(1, BLOB + 15 + first.length, BLOB + 16 + first.length),
      'package 1 is damaged',
      ['hull', 'keel', 'mast'],
    ],
    ['no pages of slots', (b) => b.writeUInt32LE(0, 12), '0 pages of slots', []],
    [
      'too many pages of slots',
      (b) => b.writeUInt32LE(0xffffffff, 12),
      '4294967295 pages of slots',
      ['hull', 'keel', 'mast'],
    ],
    ['an unknown version', (b) => b.writeUInt32LE(1, 4), 'unknown version 1', ['hull', 'keel', 'mast']],
  ])('with %s loses what it damages alone, and says so', (_, edit, message, names) => {
    const copy = Buffer.from(whole);
    edit(copy);
    const reading = read(copy);

    expect(reading.names).toEqual(names);
    expect(reading.reports.join()).toContain(message);
  });

  it('does not read blocks again and again for slots that share them', () => {
    const large = ndbDatabase([
      rpmHeader({
        name: 'hull',
        version: '1',
        files: Array.from({ length: 20_000 }, (_, i) => ({ path: `/srv/${i}` })),
      }),
    ]);
    for (let slot = SLOT + 16; slot < BLOB; slot += 16) large.copy(large, slot, SLOT, SLOT + 16);
    const start = performance.now();
    const { names, reports } = read(large);

    expect(names.length).toBeLessThan(4);
    expect(reports.join()).toContain('shares its blocks with others');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
