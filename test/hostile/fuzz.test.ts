import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrydockError } from '../../src/errors.ts';
import { loadFormats } from '../../src/report/index.ts';
import { dockerArchive, layer, ociLayout } from '../support/image.ts';
import type { Damage } from '../support/image-options.ts';
import { listTemplate } from '../support/list-template.ts';
import { alpineFiles, debianFiles, debianLayer } from '../support/root-file-systems.ts';
import { faults } from './hostile-case.ts';
import { scanCase } from './scan-case.ts';

const formats = await loadFormats();
const options = { width: 80, colour: false, listPackages: true, template: listTemplate };

const upper = layer([
  { path: 'usr/bin/.wh.bash' },
  { path: 'long/'.repeat(40), type: 'directory' },
  { path: 'link', type: 'symlink', linkTarget: 'usr/lib' },
  { path: 'hard', type: 'hardlink', linkTarget: 'link' },
  { path: 'sparse', typeFlag: 'S', format: 'gnu', content: 'x' },
  { path: 'caps', capabilities: Buffer.from('0100000202', 'hex'), globalPax: [['comment', 'c']] },
]);
const layers = [debianLayer(), upper, layer(alpineFiles())];

/** Good images of every kind, small enough that a change hits something that matters. */
const corpus: readonly (readonly [string, Buffer])[] = [
  ['docker archive', dockerArchive({ layers })],
  ['docker archive with blobs', dockerArchive({ layers, layout: 'blobs' })],
  ['OCI layout, uncompressed', ociLayout({ layers, compression: 'none', nestedIndex: true })],
  ['OCI layout, gzip', ociLayout({ layers })],
  ['OCI layout, zstd', ociLayout({ layers, compression: 'zstd', attestations: true })],
  ['layer', layer(debianFiles())],
  ['layer, gzip', gzipSync(layer(debianFiles()))],
  ['layer, zstd', zstdCompressSync(layer(debianFiles()))],
];

type Change = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (bytes: Buffer, where: number) => Math.floor(where * bytes.length);

/** One change anywhere: what a bad disk, a bad transfer or somebody with a hex editor does. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([where, byte]): Change =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        copy[at(bytes, where)] = byte;
        return copy;
      },
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 600 })).map(
    ([where, added]): Change =>
      (bytes) => {
        const cut = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, cut), added, bytes.subarray(cut)]);
      },
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 2000 })).map(
    ([where, length]): Change =>
      (bytes) => {
        const cut = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + length)]);
      },
  ),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (bytes) => {
        const block = bytes.subarray(at(bytes, from) & ~511, (at(bytes, from) & ~511) + 512);
        const copy = Buffer.from(bytes);
        copy.set(block.subarray(0, Math.max(0, copy.length - (at(bytes, to) & ~511))), at(bytes, to) & ~511);
        return copy;
      },
  ),
  place.map(
    (where): Change =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
);

/** Whatever the bytes are: the scan ends with reports, or with an error that has a code, and no fault shows. */
async function expectAnswer(bytes: Buffer): Promise<void> {
  const { reports, error } = await scanCase({ name: '', make: () => bytes });

  if (error !== undefined) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(DrydockError);
    expect((error as DrydockError).code).toMatch(/^source\./);
    expect((error as DrydockError).message).not.toMatch(faults);
  }
  for (const report of reports) {
    for (const problem of report.problems) expect(problem.message).not.toMatch(faults);
    expect(report.problems.map((problem) => problem.code)).not.toContain('judge.failed');
    for (const format of formats) format.render([report], options);
  }
}

describe.each(corpus)('a changed %s', (_, original) => {
  it('is scanned, or refused with an error that has a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) =>
        expectAnswer(changes.reduce((current, one) => one(current), original)),
      ),
      { numRuns: 150 },
    );
  });
});

/** Every place in a JSON value, as the keys that lead there. */
function places(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((path) => [key, ...path]))];
}

function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Object.defineProperty(copy, key, {
    value: replaced((value as Record<string, unknown>)[key], rest, by),
    enumerable: true,
  });
  return copy;
}

/** JSON that no program of good will writes into that place. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', 'sha256:', `sha256:${'0'.repeat(64)}`, '../../etc/passwd', '__proto__', -1, 1e308, 2 ** 53, 0.5),
);

describe.each([
  ['docker archive', (edit: Damage['edit']) => dockerArchive({ layers, ...(edit && { edit }) })],
  [
    'docker archive with blobs',
    (edit: Damage['edit']) => dockerArchive({ layers, layout: 'blobs', ...(edit && { edit }) }),
  ],
  ['OCI layout', (edit: Damage['edit']) => ociLayout({ layers, nestedIndex: true, ...(edit && { edit }) })],
] as const)('odd values in the JSON of a %s', (_, make) => {
  it('end in a report, or in an error that has a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(), odd), { minLength: 1, maxLength: 3 }), (changes) =>
        expectAnswer(
          make((files) => {
            for (const [document, where, by] of changes) {
              const names = [...files].filter(
                ([, file]) => file instanceof Uint8Array && (file[0] === 0x7b || file[0] === 0x5b),
              );
              const [name, file] = names[document % names.length]!;
              const value: unknown = JSON.parse(String(file));
              const all = places(value);
              files.set(name, Buffer.from(JSON.stringify(replaced(value, all[where % all.length]!, by))));
            }
          }),
        ),
      ),
      { numRuns: 200 },
    );
  });
});
