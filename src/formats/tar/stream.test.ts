import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layer } from '../../../test/support/image.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { FormatError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import type { FileHeader } from '../../model/file.ts';
import { TarParser } from './push.ts';
import { TarStream } from './stream.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Seen {
  readonly members: { readonly header: FileHeader; readonly body: string }[];
  readonly problems: string[];
}

type Bounds = Partial<typeof defaultLimits>;

async function readStream(bytes: Uint8Array, size: number, bounds: Bounds = {}, take = Infinity): Promise<Seen> {
  const seen: Seen = { members: [], problems: [] };
  const problem = (code: string, message: string): void => void seen.problems.push(`${code}: ${message}`);
  const archive = new TarStream(pieces(bytes, size), { limits: { ...defaultLimits, ...bounds }, problem });
  for (let member = await archive.next(); member !== undefined; member = await archive.next()) {
    const body: Uint8Array[] = [];
    let left = take;
    try {
      for await (const piece of member.body) {
        body.push(piece);
        left -= piece.length;
        if (left <= 0) break;
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      seen.problems.push(`layer.truncated: ${error.message}`);
    }
    seen.members.push({ header: member.header, body: Buffer.concat(body).toString('latin1') });
  }
  return seen;
}

/** The parser that gathers bodies is the measure: it is tested against GNU tar. */
function readWhole(bytes: Buffer, bounds: Bounds = {}): Seen {
  const seen: Seen = { members: [], problems: [] };
  const parser = new TarParser(
    {
      member: (header) => {
        seen.members.push({ header, body: '' });
        return Infinity;
      },
      content: (header, content) => {
        seen.members.pop();
        seen.members.push({ header, body: content.toString('latin1') });
      },
      problem: (code, message) => void seen.problems.push(`${code}: ${message}`),
    },
    { limits: { ...defaultLimits, ...bounds } },
  );
  parser.push(bytes);
  parser.end();
  return seen;
}

const long = 'a/'.repeat(120);
const entries: TarEntry[] = [
  { path: 'etc', type: 'directory' },
  { path: 'etc/empty' },
  { path: 'etc/block', content: 'x'.repeat(512) },
  { path: 'etc/odd', content: 'y'.repeat(1000) },
  { path: `${long}pax`, content: 'named by an extended header' },
  { path: `${long}gnu`, content: 'named by GNU', longNames: 'gnu', format: 'gnu' },
  { path: 'etc/link', type: 'symlink', linkTarget: 'odd' },
  { path: '../escapes', content: 'outside' },
  { path: 'strange', content: 'a member of a type that nobody knows', typeFlag: 'Q' },
  { path: 'last', content: 'z'.repeat(3000) },
];
const whole = layer(entries);

describe('TarStream', () => {
  it.each([1, 7, 511, 512, 513, 4096, 1 << 20])(
    'shows what the gathering parser shows, in pieces of %d',
    async (size) => {
      expect(await readStream(whole, size)).toEqual(readWhole(whole));
    },
  );

  it('agrees with the gathering parser wherever the archive ends and whatever byte of it is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length }),
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 2000 }),
        async (length, place, byte, size) => {
          const damaged = Buffer.from(whole);
          damaged[place] = byte;
          const bytes = damaged.subarray(0, length);
          expect(await readStream(bytes, size)).toEqual(readWhole(bytes));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['members', { entries: 3 }],
    ['bytes', { layerBytes: 3000 }],
    ['bytes of attributes', { headerBytes: 100 }],
  ])('ends at the same limit of %s', async (_, bounds) => {
    expect(await readStream(whole, 700, bounds)).toEqual(readWhole(whole, bounds));
    expect((await readStream(whole, 700, bounds)).problems.join()).toContain('layer.limit');
  });

  it.each([0, 1, 600])('passes over what is left of a body of which %d bytes were taken', async (take) => {
    const { members, problems } = await readStream(whole, 300, {}, take);
    expect(members.map(({ header }) => header.path)).toEqual(readWhole(whole).members.map(({ header }) => header.path));
    expect(problems).toEqual(readWhole(whole).problems);
  });

  it('hands on what the input throws', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 700);
      throw new Error('the connection broke');
    }
    const archive = new TarStream(broken(), { limits: defaultLimits, problem: () => {} });
    await expect(
      (async () => {
        while ((await archive.next()) !== undefined);
      })(),
    ).rejects.toThrow('the connection broke');
  });

  it('gives the input up when it is closed', async () => {
    let closed = false;
    async function* input(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield whole.subarray(0, 2048);
      } finally {
        closed = true;
      }
    }
    const archive = new TarStream(input(), { limits: defaultLimits, problem: () => {} });
    await archive.next();
    await archive.close();
    expect(closed).toBe(true);
    expect(await archive.next()).toBeUndefined();
  });
});
