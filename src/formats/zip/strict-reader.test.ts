import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { type ZipFile, type ZipOptions, zip } from '../../../test/support/zip.ts';
import { FormatError, LimitError } from '../../errors.ts';
import { defaultZipLimits, ZipReader } from './strict-reader.ts';

function contents(archive: Uint8Array): [string, string][] {
  const reader = new ZipReader(archive);
  return reader.entries.map((entry) => [entry.name, reader.read(entry).toString()]);
}

const two: ZipFile[] = [
  { name: 'a.json', content: '{"a":1}' },
  { name: 'folder/b.json', content: 'b'.repeat(5000), stored: true },
];

describe('ZipReader', () => {
  it.each([
    ['deflated and stored files', {}, two],
    ['a comment', { comment: 'PK\x05\x06 looks like an end' }, two],
    ['zip64 fields', {}, two.map((file) => ({ ...file, zip64: true }))],
    ['a zip64 end', { zip64: true }, two],
    ['an empty file', {}, [{ name: 'e', content: '' }]],
    ['no files', {}, []],
    ['names in UTF-8', {}, [{ name: 'ä/😀.json', content: 'x' }]],
  ] as [string, ZipOptions, ZipFile[]][])('reads an archive with %s', (_, options, files) => {
    expect(contents(zip(files, options))).toEqual(files.map(({ name, content }) => [name, content]));
  });

  it('leaves folders out', () => {
    expect(contents(zip([{ name: 'folder/', content: '', stored: true }, ...two]))).toHaveLength(2);
  });

  it('reads more files than fit into 16 bits', () => {
    const files = Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}.json`, content: '{}', stored: true }));

    const reader = new ZipReader(zip(files, { zip64: true }));

    expect(reader.entries).toHaveLength(70_000);
    expect(reader.read(reader.entries[69_999]!).toString()).toBe('{}');
  });

  it.skipIf(spawnSync('python3', ['-c', 'import zipfile']).status !== 0)('reads what another program writes', () => {
    const file = path.join(temporaryFolder(), 'x.zip');
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    for i in range(300): z.writestr('d/%d.json' % i, '{"i":%d}' % i * 50)
    with z.open('big', 'w', force_zip64=True) as f: f.write(b'x' * 100000)`;
    execFileSync('python3', ['-c', script, file]);

    const read = contents(readFileSync(file));

    expect(read).toHaveLength(301);
    expect(read[7]).toEqual(['d/7.json', '{"i":7}'.repeat(50)]);
    expect(read[300]?.[1]).toBe('x'.repeat(100_000));
  });

  it.skipIf(spawnSync('python3', ['-c', 'import zipfile']).status !== 0)('is read alike by another program', () => {
    const file = path.join(temporaryFolder(), 'y.zip');
    writeFileSync(file, zip(two));

    const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist())';

    expect(execFileSync('python3', ['-c', script, file]).toString().trim()).toBe("None ['a.json', 'folder/b.json']");
  });
});

describe('a hostile archive', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something short', Buffer.from('PK\x05\x06')],
    ['text', Buffer.from('x'.repeat(1000))],
    ['an end without the directory', zip(two).subarray(-22)],
    ['a missing end', zip(two).subarray(0, -22)],
    ['the first half', zip(two).subarray(0, 100)],
  ])('of %s is refused', (_, bytes) => {
    expect(() => new ZipReader(bytes)).toThrow(FormatError);
  });

  it.each([
    ['smaller than it is', { statedSize: 10 }, 'larger than stated'],
    ['larger than it is', { statedSize: 1_000_000 }, 'another size'],
    ['of another checksum', { statedCrc: 1 }, 'another checksum'],
    ['encrypted', { encrypted: true }, 'encrypted'],
    ['compressed in an unknown way', { method: 99 }, 'unknown method 99'],
    ['deflated, but is not', { stored: true, method: 8 }, 'damaged'],
  ] as [string, Partial<ZipFile>, string][])('that says a file is %s is refused when that is read', (_, lie, words) => {
    const reader = new ZipReader(zip([{ name: 'x', content: 'y'.repeat(1000), ...lie }]));

    expect(() => reader.read(reader.entries[0]!)).toThrow(words);
    expect(() => reader.read(reader.entries[0]!)).toThrow(FormatError);
  });

  it('that claims a huge file allocates nothing', () => {
    // T-14: 120 bytes that made a reader allocate four gigabytes.
    const reader = new ZipReader(zip([{ name: 'x', content: 'y', statedSize: 0xfffffff0 }]));

    expect(() => reader.read(reader.entries[0]!)).toThrow(LimitError);
  });

  it('that unpacks to much more is stopped by the limits', () => {
    const bomb = zip(Array.from({ length: 10 }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(1_000_000) })));

    const small = new ZipReader(bomb, { ...defaultZipLimits, entryBytes: 999_999 });
    expect(() => small.read(small.entries[0]!)).toThrow(LimitError);
    const total = new ZipReader(bomb, { ...defaultZipLimits, totalBytes: 5_500_000 });
    expect(() => total.entries.map((entry) => total.read(entry).length)).toThrow(LimitError);
    expect(() => new ZipReader(bomb, { ...defaultZipLimits, entries: 9 })).toThrow(LimitError);
  });

  it('whose files share their bytes is refused', () => {
    const overlapping = zip([
      { name: 'kernel', content: Buffer.alloc(1_000_000) },
      ...Array.from({ length: 100 }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(1_000_000), sameBodyAs: 0 })),
    ]);

    expect(() => new ZipReader(overlapping)).toThrow('shares bytes');
  });

  it('is never more than refused, whatever is changed in it', () => {
    const good = zip([...two, { name: 'c', content: 'c'.repeat(100), zip64: true }], { zip64: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          try {
            contents(bytes);
          } catch (error) {
            expect(error instanceof FormatError || error instanceof LimitError).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
