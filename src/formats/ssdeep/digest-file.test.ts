import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { fuzzyDigest } from './digest.ts';
import { readDigestFile, writeDigestFile } from './digest-file.ts';

const header = 'ssdeep,1.1--blocksize:hash:hash,filename\n';
const hasProgram = spawnSync('ssdeep', ['-V']).status === 0;

describe('a list of digests', () => {
  it('is read as it was written, whatever the names are', () => {
    const names = ['a', 'a b', 'a"b', 'a,b', '"', '', 'a\nb', 'ä\u202e', '/usr/bin/x\\y'];
    const digests = names.map((name, i) => ({ digest: fuzzyDigest(noise(500, i)), name }));

    expect(readDigestFile(writeDigestFile(digests))).toEqual({ digests, problems: [], unusable: 0 });
  });

  it.skipIf(!hasProgram)('is what the program writes (skipped where it is not installed)', () => {
    const file = writeTemporary('odd "name", here', noise(9000));
    const { stdout } = spawnSync('ssdeep', [file], { encoding: 'utf8' });
    const known = { digest: fuzzyDigest(readFileSync(file)), name: file };

    expect(readDigestFile(stdout)).toEqual({ digests: [known], problems: [], unusable: 0 });
    expect(writeDigestFile([known])).toBe(stdout);
  });

  it('names every broken line, and reads the rest', () => {
    const text = `${header}3:abc:de,"first"
nonsense
3:abc:de
3:abc:de,bare
3:abc:de,"of two
lines"

3:abc:de,"open
3:abc:de,"more" than a name
3:${'AB'.repeat(40)}:x,"too long"
99999999999999999999:abc:de,"too large"
3:abc:de,"last"\r
`;
    const { digests, problems, unusable } = readDigestFile(text);

    expect(digests.map(({ name }) => name)).toEqual(['first', 'of two\nlines', 'last']);
    expect(problems).toEqual([
      { line: 3, message: 'it does not begin with a digest' },
      { line: 4, message: 'no name in quotes follows the digest' },
      { line: 5, message: 'no name in quotes follows the digest' },
      { line: 9, message: 'the name has no closing quote' },
      { line: 10, message: 'something follows the name' },
      { line: 11, message: 'it does not begin with a digest' },
      { line: 12, message: 'it does not begin with a digest' },
    ]);
    expect(unusable).toBe(7);
  });

  it('without its header is read, and said to have none', () => {
    expect(readDigestFile('3:abc:de,"x"\n')).toMatchObject({
      digests: [{ digest: '3:abc:de', name: 'x' }],
      problems: [{ line: 1, message: expect.stringContaining('header') }],
    });
  });

  it.each([
    ['nothing', '', 0],
    ['one long line', 'A'.repeat(1_000_000), 1],
    ['a million lines', '\0\n'.repeat(1_000_000), 1_000_000],
    ['names without an end', `${header}${'3:a:b,"\n'.repeat(100_000)}`, 100_000],
  ])('that is %s has few words for it', (_, text, unusable) => {
    const result = readDigestFile(text);
    expect(result).toMatchObject({ digests: [], unusable });
    expect(result.problems.length).toBe(Math.min(100, unusable));
  });
});
