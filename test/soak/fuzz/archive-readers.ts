import { tmpdir } from 'node:os';
import { Appetite } from '../../../src/model/file.ts';
import { archiveProbe, type ProbeReading, probeLayer } from '../../support/archive-probe.ts';

import { zip } from '../../support/zip.ts';
import type { FuzzReader } from './fuzz-reader.ts';
import type { Mutation } from './mutations.ts';

const MiB = 1024 * 1024;
/** Small, so that they are reached often. */
const limits = {
  archiveMembers: 200,
  archiveBytes: 4 * MiB,
  archiveDepth: 4,
  ratioFloorBytes: 256 * 1024,
  bodyBytes: MiB,
};
const signatures: readonly string[] = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07'];
const inner = zip([
  { name: 'a.txt', content: 'a'.repeat(3000) },
  { name: 'b.bin', content: 'b', stored: true },
]);

/** A number of one of the records of an archive becomes another one. */
const record: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(random.pick(signatures), random.below(copy.length), 'latin1');
  const field = at + 4 + random.below(44);
  if (at < 0 || field + 4 > copy.length) return copy;
  const old = copy.readUInt32LE(field);
  copy.writeUInt32LE(
    random.pick([0, 1, 0xffff, 0xffffffff, 0x7fffffff, (old ^ 1) >>> 0, (old + 1) >>> 0, copy.length]),
    field,
  );
  return copy;
};

const probe = archiveProbe(({ name }) => {
  if (name.endsWith('.txt')) return Appetite.Body;
  return name.endsWith('.bin') ? Appetite.Whole : Appetite.None;
});
const choosy = { ...probe, names: { ends: ['.jar', '.war', '.zip', '.txt', '.bin'] } };

function claimSame(a: ProbeReading, b: ProbeReading, who: string): void {
  const [one, other] = [a, b].map(({ seen, problems }) =>
    JSON.stringify([seen, problems.filter(({ code }) => code !== 'file.path-escapes')]),
  );
  if (one !== other) throw new Error(`${who} tell other things: ${one} | ${other}`);
}

/** Archives of a layer: it tells the same however it comes, and whoever is asked about the names of members. */
export const archiveReader: FuzzReader = {
  name: 'archive',
  seeds: () => [
    zip([
      { name: 'in.jar', content: inner },
      { name: 'x/stored.jar', content: inner, stored: true },
      { name: 'c.txt', content: '' },
    ]),
    zip([{ name: 'in.jar', content: zip([{ name: 'in.jar', content: inner, descriptor: true }]) }], {
      prefix: '#!/bin/sh\n',
    }),
    zip(
      [
        { name: 'a.txt', content: 'x', zip64: true },
        { name: '../b.txt', content: 'y' },
      ],
      { zip64: true, comment: inner },
    ),
  ],
  mutations: [record, record, record],
  async run(bytes) {
    const files = [
      { path: 'a.jar', content: bytes },
      { path: 'z.txt', content: 'z' },
    ];
    const temporary = tmpdir();
    const seekable = await probeLayer(probe, files, 'at any place', limits, temporary);
    claimSame(
      seekable,
      await probeLayer(probe, files, 'compressed', limits, temporary),
      'a plain and a compressed layer',
    );
    claimSame(seekable, await probeLayer(choosy, files, 'at any place', limits, temporary), 'names that are declared');
    if (seekable.seen.at(-1)?.[0] !== 'z.txt') throw new Error('what follows the archive was not read');
    const failed = seekable.problems.find(({ code }) => code === 'analyzer.failed');
    if (failed !== undefined) throw new Error(failed.message);
  },
};
