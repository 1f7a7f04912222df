import { describe, expect, it } from 'vitest';
import { readDigestList } from './digest-list.ts';

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('readDigestList', () => {
  it.each([
    [`${sha256}  bin/a file`, 'sha256', sha256, 'bin/a file'],
    [`${sha256} *bin/a`, 'sha256', sha256, 'bin/a'],
    [md5.toUpperCase(), 'md5', md5, md5],
    [`  ${sha1},Family.A  `, 'sha1', sha1, 'Family.A'],
    [`${md5}:68:Family.B\r`, 'md5', md5, '68:Family.B'],
  ])('%j', (line, algorithm, digest, name) => {
    expect(readDigestList(line)).toEqual({ digests: [{ algorithm, digest, name }], problems: [] });
  });

  it('names lines that are none, and takes the others', () => {
    const { digests, problems } = readDigestList(`# list\n\n${md5}0\nhello\n${md5}zz\n${sha1}\n${'a'.repeat(100_000)}`);
    expect(digests.map(({ digest }) => digest)).toEqual([sha1]);
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 5, 7]);
  });
});
