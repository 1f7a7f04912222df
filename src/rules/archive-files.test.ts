import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tar } from '../../test/support/tar.ts';
import { zip } from '../../test/support/zip.ts';
import { FormatError, LimitError } from '../errors.ts';
import { archiveFiles, isArchive } from './archive-files.ts';
import { defaultRuleLimits, isLicence, kindOfFile } from './rule-file.ts';

const wants = (path: string): boolean => isLicence(path) || kindOfFile(path) !== undefined;

async function read(bytes: Buffer, limits = {}): Promise<Record<string, string>> {
  const files = await archiveFiles(bytes, wants, { limits: { ...defaultRuleLimits, ...limits } });
  return Object.fromEntries(files.map(({ path, bytes: content }) => [path, content.toString()]));
}

const entries = [
  { path: 'set-main/LICENSE', content: 'free' },
  { path: 'set-main/yara/a.yar', content: 'rule a' },
  { path: 'set-main/yara/empty.yar', content: '' },
  { path: 'set-main/sigs/b.ndb', content: 'b' },
  { path: 'set-main/tool.exe', content: 'MZ' },
];
const expected = { LICENSE: 'free', 'yara/a.yar': 'rule a', 'yara/empty.yar': '', 'sigs/b.ndb': 'b' };
const zipped = (files = entries): Buffer => zip(files.map(({ path, content }) => ({ name: path, content })));

describe('archiveFiles', () => {
  it.each<[string, () => Buffer]>([
    ['tar', () => tar(entries)],
    ['tar.gz', () => gzipSync(tar(entries))],
    ['tar.zst', () => zstdCompressSync(tar(entries))],
    ['zip', () => zipped()],
  ])('takes what is wanted of a %s, without the folder that holds all', async (_, make) => {
    expect(await read(make())).toEqual(expected);
  });

  it('takes no folder away where something lies beside it', async () => {
    expect(Object.keys(await read(tar([...entries, { path: 'x.yar', content: 'x' }])))).toContain(
      'set-main/yara/a.yar',
    );
  });

  it('follows no links', async () => {
    const link = { path: 'set-main/link.yar', type: 'symlink', linkTarget: '/etc/passwd' } as const;
    expect(await read(tar([...entries, link]))).toEqual(expected);
  });

  const big = 'x'.repeat(5000);
  it.each<[string, Buffer, object, typeof FormatError | typeof LimitError, RegExp]>([
    [
      'a path that leads out (tar)',
      tar([{ path: '../../x.yar', content: 'x' }]),
      {},
      FormatError,
      /out of|climbs|escapes|leaves/,
    ],
    ['a path that leads out (zip)', zip([{ name: '../../x.yar', content: 'x' }]), {}, FormatError, /leads out/],
    ['Windows does it so', zip([{ name: '..\\..\\x.yar', content: 'x' }]), {}, FormatError, /leads out/],
    [
      'a tar that is cut short',
      tar([{ path: 'x.yar', content: big }]).subarray(0, 2000),
      {},
      FormatError,
      /ends|short/,
    ],
    ['a gzip that is cut short', gzipSync(tar(entries)).subarray(0, 100), {}, FormatError, /./],
    ['a zip that is cut short', zipped().subarray(0, 200), {}, FormatError, /./],
    [
      'a file that is too large (tar)',
      tar([{ path: 'x.yar', content: big }]),
      { fileBytes: 4999 },
      LimitError,
      /x\.yar has more/,
    ],
    [
      'a file that is too large (zip)',
      zip([{ name: 'x.yar', content: big }]),
      { fileBytes: 4999 },
      LimitError,
      /x\.yar has more/,
    ],
    [
      'too much (tar)',
      tar([1, 2, 3].map((n) => ({ path: `${n}.yar`, content: big }))),
      { totalBytes: 12_000 },
      LimitError,
      /12000/,
    ],
    [
      'too much (zip)',
      zip([1, 2, 3].map((n) => ({ name: `${n}.yar`, content: big }))),
      { totalBytes: 12_000 },
      LimitError,
      /12000/,
    ],
    ['too many entries (zip)', zipped(), { entries: 4 }, LimitError, /more than 4/],
    ['too many entries (tar)', tar(entries), { entries: 4 }, LimitError, /4/],
    ['a size that is a lie', zip([{ name: 'x.yar', content: big, statedSize: 10 }]), {}, FormatError, /larger|size/],
  ])('refuses %s', async (_, bytes, limits, type, words) => {
    const error = await read(bytes, limits).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(words);
  });

  it('refuses a bomb long before it has grown', async () => {
    const bomb = gzipSync(tar([{ path: 'x.bin', content: Buffer.alloc(80 * 1024 * 1024) }]));
    await expect(read(bomb)).rejects.toThrow(/grows to more than/);
  });
});

describe('isArchive', () => {
  it.each<[string, Buffer, boolean]>([
    ['a.zip', zipped(), true],
    ['download', zipped(), true],
    ['a.tgz', gzipSync(tar(entries)), true],
    ['HEAD.tar.gz', gzipSync(tar(entries)), true],
    ['a.tar', tar(entries), true],
    ['a.yar', Buffer.from('rule a { condition: true }'), false],
    // A file of rules that was compressed is not what anybody hands on; it has no rules by its ending.
    ['a.yar.gz', gzipSync('rule a { condition: true }'), false],
  ])('%s: %s', (name, bytes, answer) => {
    expect(isArchive(name, bytes)).toBe(answer);
  });
});
