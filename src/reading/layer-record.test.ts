import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { FormatError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { walkTarSync } from '../formats/tar/walk.ts';
import { defaultLimits } from '../limits.ts';
import { decodeReading, encodeReading } from './layer-record.ts';
import { LayerPass } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

async function readingOf(entries: readonly TarEntry[]): Promise<LayerReading> {
  const pass = new LayerPass([], { limits: defaultLimits, temporary: '/nonexistent' });
  walkTarSync(new MemorySource(tar(entries)), pass, { limits: defaultLimits });
  pass.problem('file.format', 'a problem', 'some/path');
  const facts = await pass.close();
  const release = { kind: 'release', path: 'etc/os-release', text: 'ID=\u00e4' } as const;
  const owner = { kind: 'ownership', path: 'x', owner: 'x', type: 'deb' } as const;
  const owned = [
    { ...owner, files: '/\u00e4/"\n/b' },
    { ...owner, files: '', md5: `${'a'.repeat(32)}  \u{1f600}`, sha256: 'b' },
  ];
  return {
    facts: { ...facts, facts: [release, ...owned], analysed: new Set(['etc/os-release']) },
    walk: { digest: 'sha256:1', bytes: 7 },
  };
}

const entries: readonly TarEntry[] = [
  { path: 'usr', type: 'directory' },
  { path: 'usr/bin/\u00e4', content: 'x', mode: 0o4755, uid: 70_000, gid: 3 },
  { path: 'usr/lib/l', type: 'symlink', linkTarget: '../x' },
  { path: 'usr/bin/ping', capabilities: Buffer.from('0100000200200000', 'hex') },
  { path: 'usr/.wh.gone' },
  { path: 'var/.wh..wh..opq' },
  { path: 'dev/null', type: 'character', deviceMajor: 1, deviceMinor: 3 },
];

const recordOf = (key: string, reading: LayerReading): Buffer => Buffer.concat([...encodeReading(key, reading)]);

describe('a record of a layer', () => {
  it('gives back what was put in', async () => {
    const reading = await readingOf(entries);

    const copy = decodeReading('key', recordOf('key', reading));

    const { index, ...facts } = reading.facts;
    const { index: copied, ...copiedFacts } = copy.facts;
    expect(copiedFacts).toEqual(facts);
    expect(copy.walk).toEqual(reading.walk);
    expect(copied.held).toBe(index.held);
    expect(copied.count).toBe(5);
    for (let entry = 0; entry < index.count; entry++) {
      expect(copied.header(entry)).toEqual(index.header(entry));
      expect(copied.find(index.pathOf(entry))).toBe(entry);
    }
    expect(copied.whiteouts).toEqual(index.whiteouts);
    expect(copied.opaque).toEqual(index.opaque);
    expect(copied.directories).toEqual(index.directories);
  });

  it('takes members still, as the walk left it', async () => {
    const copy = decodeReading('key', recordOf('key', await readingOf(entries))).facts.index;
    const one = {
      path: 'usr/new',
      name: 'new',
      type: 'file',
      size: 1,
      mode: 0o644,
      uid: 0,
      gid: 0,
      offset: 9,
    } as const;

    for (let i = 0; i < 300; i++) copy.add(one);

    expect(copy.header(copy.find('usr/new')!)).toEqual(one);
    expect(copy.directories.filter((directory) => directory === 'usr')).toHaveLength(1);
  });

  it('is empty for an empty layer', async () => {
    expect(decodeReading('key', recordOf('key', await readingOf([]))).facts.index.count).toBe(0);
  });

  it('is whole in several pieces, and none without the last one', async () => {
    const { facts, walk } = await readingOf(entries);
    const files = Array.from({ length: 100_000 }, (_, i) => `/usr/share/${(i * 2654435761) % 2 ** 32}`).join('\n');
    const long = { kind: 'ownership', path: 'x', owner: 'x', type: 'deb', files } as const;
    const reading = { facts: { ...facts, facts: [long, ...facts.facts] }, walk };

    const pieces = [...encodeReading('key', reading)];

    expect(pieces.length).toBeGreaterThan(4);
    expect(decodeReading('key', Buffer.concat(pieces)).facts.facts).toEqual(reading.facts.facts);
    expect(() => decodeReading('key', Buffer.concat(pieces.slice(0, -2)))).toThrow(FormatError);
  });

  it('is none under another name', async () => {
    const record = recordOf('one', await readingOf(entries));

    expect(() => decodeReading('other', record)).toThrow(FormatError);
  });

  it('is none when it is damaged anywhere', async () => {
    const record = recordOf('key', await readingOf(entries));

    fc.assert(
      fc.property(fc.nat(record.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
        const damaged = cut ? record.subarray(0, at) : Buffer.from(record);
        if (!cut) damaged[at] = (damaged[at] as number) ^ change;
        try {
          // Some bits of a frame have no meaning.
          expect(decodeReading('key', damaged)).toEqual(decodeReading('key', record));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});
