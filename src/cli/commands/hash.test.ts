import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { fuzzyDigest } from '../../formats/ssdeep/digest.ts';
import { writeDigestFile } from '../../formats/ssdeep/digest-file.ts';

const content = noise(5000);
const changed = Buffer.concat([content.subarray(0, 4000), noise(900, 7)]);
const digest = fuzzyDigest(content);
const file = writeTemporary('upload.php', content);
const variant = writeTemporary('variant.php', changed);
const odd = writeTemporary('odd\u202e\x1b[31m', 'x');

describe('drydock hash', () => {
  it('prints the digest of each file, and of standard input', async () => {
    expect(await runDrydock(['hash', file, '-'], { input: changed })).toEqual({
      status: 0,
      signal: undefined,
      stdout: `${digest}  ${file}\n${fuzzyDigest(changed)}  -\n`,
      stderr: '',
    });
  });

  it('names what it cannot read, goes on, and ends with 3', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'sub'));
    const { status, stdout, stderr } = await runDrydock(['hash', 'none', 'sub', '/dev/zero', file], { folder });

    expect([status, stdout]).toEqual([3, `${digest}  ${file}\n`]);
    expect(stderr).toContain('none is not there');
    expect(stderr).toContain('sub is a folder. Name the files in it: sub/*');
    expect(stderr).toContain('/dev/zero is no file');
  });

  it('in JSON, with what could not be read', async () => {
    const { status, stdout } = await runDrydock(['hash', file, 'none', '-f', 'json']);

    expect([status, JSON.parse(stdout)]).toEqual([
      3,
      {
        schemaVersion: 1,
        files: [
          { path: file, digest },
          { path: 'none', error: 'none is not there' },
        ],
      },
    ]);
  });

  it('lets no name speak to the terminal', async () => {
    const { stdout } = await runDrydock(['hash', odd, `${odd}.none`]);
    const { stderr } = await runDrydock(['hash', `${odd}.none`]);
    const list = writeTemporary('odd.list', writeDigestFile([{ digest, name: '\x1b[2J' }]));
    const { stdout: matched } = await runDrydock(['hash', '--match', list, file]);

    expect(stdout).toContain('odd\\u202e\\x1b[31m');
    expect(stderr).toContain('odd\\u202e\\x1b[31m.none is not there');
    expect(matched).toBe(`100  ${file}  \\x1b[2J\n`);
  });

  it.each([
    ['two digests', ['3:ABCDEFG:ABC', '3:ABCDEFGH:ABD'], '7\n'],
    ['a digest and a file', [digest, file], '100\n'],
    ['two that have nothing in common', [file, '3:x:y'], '0\n'],
  ])('--compare of %s', async (_, words, stdout) => {
    expect(await runDrydock(['hash', '--compare', ...words])).toMatchObject({ status: 0, stdout, stderr: '' });
  });

  it('--match names the known ones that are near, the nearest first', async () => {
    const known = [
      { digest: '3:abcdefgh:abc', name: 'other' },
      { digest: fuzzyDigest(changed), name: 'variant' },
      { digest, name: 'same' },
    ];
    const list = writeTemporary('known.list', `${writeDigestFile(known)}nonsense\n`);
    const { status, stdout, stderr } = await runDrydock(['hash', '--match', list, file, odd]);
    const scores = [...stdout.matchAll(/^(\d+) {2}(\S+) {2}(\w+)$/gm)].map(([, score, , name]) => [
      name,
      Number(score),
    ]);

    expect([status, stdout.split('\n').length]).toEqual([0, 3]);
    expect(scores).toEqual([
      ['same', 100],
      ['variant', expect.any(Number)],
    ]);
    expect(scores[1]![1]).toBeGreaterThan(30);
    expect(stderr).toContain('known.list:5: it does not begin with a digest');
    expect(await runDrydock(['hash', '-q', '--match', list, '--threshold', '100', variant])).toMatchObject({
      stdout: `100  ${variant}  variant\n`,
      stderr: '',
    });
    const { stdout: json } = await runDrydock(['hash', '-q', '--match', list, variant, '-f', 'json']);
    expect(JSON.parse(json)).toMatchObject({
      known: 3,
      unusableLines: 1,
      files: [{ path: variant, matches: [{ score: 100, name: 'variant' }, { name: 'same' }] }],
    });
  });

  it.each([
    [['--compare', file], '--compare needs two words'],
    [['--compare', file, file, file], '--compare needs two words'],
    [['--compare', '--match', file, file, file], 'ask one of them'],
    [['--match', 'none.list', file], 'none.list'],
    [['--match', file, '--threshold', '0', file], '--threshold'],
    [['-', '-'], 'named twice'],
    [[], 'needs'],
  ])('%j is a mistake', async (words, message) => {
    const { status, stdout, stderr } = await runDrydock(['hash', ...words]);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });
});
