import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { hasShared, readShared, sharedAbsent } from '../../../test/support/shared.ts';
import { LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { MemorySource } from '../byte-source.ts';
import { fuzzyDigest, fuzzyDigestOf } from './digest.ts';

interface Known {
  readonly kind: string;
  readonly seed: number;
  readonly length: number;
  readonly sha256: string;
  readonly digest: string;
}

const words =
  'the of function return echo value harbour if else string dock count array null public crane for each while ship'.split(
    ' ',
  );

/** As the fixture's README.md describes it. */
function generate({ kind, seed, length }: Known): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  let at = 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const put = (value: number): void => {
    if (at < length) bytes[at++] = value;
  };
  const block = kind === 'period' ? Array.from({ length: 1 + (seed % 97) }, () => next() >>> 24) : [];
  while (at < length && kind !== 'zero') {
    if (kind === 'period') block.forEach(put);
    else if (kind === 'text') {
      const text = words[next() % 20]! + ({ 0: '\n', 1: '(', 2: ');' }[next() % 16] ?? ' ');
      for (let i = 0; i < text.length; i++) put(text.charCodeAt(i));
    } else if (kind === 'sparse') {
      const value = next() >>> 24;
      for (let count = 1 + (next() % 400); count > 0; count--) put(value);
    } else put(next() >>> 24);
  }
  return bytes;
}

/** Gives few bytes at a time, so that pieces end anywhere. */
function slow(bytes: Uint8Array, most: number): ByteSource {
  const memory = new MemorySource(bytes);
  const read = (target: Uint8Array, position: number): number => memory.read(target.subarray(0, most), position);
  return { size: bytes.length, read, slice: (start, length) => memory.slice(start, length) };
}

describe('fuzzyDigest', () => {
  it.skipIf(!hasShared)(`is that of libfuzzy (skipped when ${sharedAbsent})`, () => {
    const known = JSON.parse(readShared('fixtures/ssdeep/digests.json').toString()) as readonly Known[];
    const wrong = known.flatMap((entry) => {
      const bytes = generate(entry);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256);
      const digests = [fuzzyDigest(bytes), fuzzyDigestOf(new MemorySource(bytes))];
      return digests.every((digest) => digest === entry.digest) ? [] : [{ ...entry, digests }];
    });

    expect(known.length).toBe(200);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), '3::'],
    ['a letter', Buffer.from('x'), '3:d:d'],
    ['zeros', Buffer.alloc(100_000), '3::'],
    ['a megabyte of one letter', Buffer.alloc(1_000_000, 'A'), `3:Wtt${'k'.repeat(60)}w:Yu`],
  ])('of %s, as ssdeep 2.14.1 prints it', (_, bytes, expected) => {
    expect(fuzzyDigest(bytes)).toBe(expected);
  });

  it.each([1, 2, 3, 6, 7, 8, 13, 4096])('of pieces of %i bytes is that of the whole', (most) => {
    for (const length of [0, 1, 6, 7, 8, 14, 200, 20_000]) {
      const bytes = noise(length, length);
      expect([length, fuzzyDigestOf(slow(bytes, most))]).toEqual([length, fuzzyDigest(bytes)]);
    }
  });

  it('of a part of a larger buffer is that of the part', () => {
    const bytes = noise(5000);
    expect(fuzzyDigest(bytes.subarray(700, 4000))).toBe(fuzzyDigest(Uint8Array.from(bytes.subarray(700, 4000))));
  });

  it('has no word of files above 192 GiB, and reads nothing of them', () => {
    const source = (size: number): ByteSource => ({ ...slow(new Uint8Array(0), 1), size, read: () => -1 });
    expect(() => fuzzyDigestOf(source(192 * 2 ** 30 + 1))).toThrow(LimitError);
  });

  it('ends where a file is shorter than it was', () => {
    const bytes = noise(3000);
    const shrunk = { ...slow(bytes.subarray(0, 2500), 512), size: 3000 };
    // The block size is that of the length that was promised: 2,500 bytes suggest the same.
    expect(fuzzyDigestOf(shrunk)).toBe(fuzzyDigest(bytes.subarray(0, 2500)));
  });
});

/** Files of this system, 30 of a folder at the most, of which the largest have 2 MB. */
function systemFiles(most: number): readonly string[] {
  const found: string[] = [];
  const folders = ['/etc', '/usr/bin', '/usr/lib', '/usr/share'];
  // The list grows while it is walked.
  for (const folder of folders) {
    if (found.length >= most) break;
    let taken = 0;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(name);
      // The program escapes others, which would be a test of something else.
      else if (entry.isFile() && taken < 30 && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)) {
        const { size } = statSync(name);
        if (size === 0 || size > 2_000_000) continue;
        found.push(name);
        taken++;
      }
    }
  }
  return found.slice(0, most);
}

const hasProgram = spawnSync('ssdeep', ['-V']).status === 0;

describe('beside the ssdeep program', () => {
  it.skipIf(!hasProgram)('2,000 files of this system (skipped where the program is not installed)', () => {
    const files = systemFiles(2000);
    const { stdout } = spawnSync('ssdeep', ['-s', ...files], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const lines = stdout.trimEnd().split('\n').slice(1);
    const theirs = new Map(lines.map((line) => [/,"(.*)"$/.exec(line)![1]!, line.slice(0, line.indexOf(','))]));
    const wrong = files.flatMap((file) => {
      // It says nothing of files that it cannot read.
      const expected = theirs.get(file);
      const digest = fuzzyDigest(readFileSync(file));
      return digest === expected ? [] : [{ file, digest, expected }];
    });

    expect(wrong).toEqual([]);
    expect(theirs.size).toBeGreaterThan(1000);
  });
});
