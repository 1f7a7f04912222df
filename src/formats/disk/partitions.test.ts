import { expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { readPartitions } from './partitions.ts';

type Entry = readonly [slot: number, type: number, first: number, count: number];

/** A disk of so many sectors with tables of MBR in some of them. */
function disk(sectors: number, tables: Readonly<Record<number, readonly Entry[]>>): MemorySource {
  const bytes = Buffer.alloc(sectors * 512);
  for (const [sector, entries] of Object.entries(tables)) {
    const table = bytes.subarray(Number(sector) * 512, (Number(sector) + 1) * 512);
    table.writeUInt16LE(0xaa55, 510);
    for (const [slot, type, first, count] of entries) {
      const at = 446 + 16 * (slot - 1);
      table[at + 4] = type;
      table.writeUInt32LE(first, at + 8);
      table.writeUInt32LE(count, at + 12);
    }
  }
  return new MemorySource(bytes);
}

const chain = (length: number): Record<number, readonly Entry[]> =>
  Object.fromEntries(
    Array.from({ length }, (_, i) => [
      i + 1,
      [
        [1, 0x83, 1000, 1],
        [2, 0x05, i + 1, 9],
      ],
    ]),
  );

it.each<[string, MemorySource, readonly string[], readonly string[]]>([
  ['plain', disk(9, { 0: [[1, 0x83, 2, 3]] }), ['1: 2+3'], []],
  ['without a type, which Linux uses', disk(9, { 0: [[3, 0, 2, 3]] }), ['3: 2+3'], []],
  [
    'logical in two extended ones',
    disk(99, {
      0: [
        [1, 0x05, 10, 9],
        [2, 0x0f, 40, 9],
      ],
      10: [[1, 0x83, 1, 1]],
      40: [
        [1, 0x83, 1, 2],
        [2, 0x82, 3, 4],
      ],
    }),
    ['5: 11+1', '6: 41+2', '7: 43+4'],
    [],
  ],
  ['whose next table is none', disk(99, { 0: [[1, 0x05, 10, 9]] }), [], ['in sector 10, is none']],
  [
    'whose next table is not there',
    disk(20, { 0: [[1, 0x05, 90, 9]] }),
    [],
    ['in sector 90, lies behind the end of the disk'],
  ],
  [
    'whose next table is an earlier one',
    disk(20, {
      0: [[1, 0x05, 10, 9]],
      10: [
        [1, 0x83, 1, 1],
        [2, 0x05, 0, 9],
      ],
    }),
    ['5: 11+1'],
    ['in sector 10, was read before'],
  ],
  [
    'that are more than are read',
    disk(200, { ...chain(140), 0: [[1, 0x05, 1, 9]] }),
    Array.from({ length: 128 }, (_, i) => `${i + 5}: ${i + 1001}+1`),
    ['in sector 129, is one more than the 128 that are read'],
  ],
])('partitions of an MBR %s', (_, source, partitions, unfollowed) => {
  const table = readPartitions(source);

  expect(table?.partitions.map(({ number, start, size }) => `${number}: ${start / 512}+${size / 512}`)).toEqual(
    partitions,
  );
  const started = 'the logical partitions may not be all: their next table, ';
  expect(table?.unfollowed).toEqual(unfollowed.map((one) => started + one));
});
