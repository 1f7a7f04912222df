import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseCondaMeta } from './conda-meta.ts';

const read = (value: unknown) => parseCondaMeta(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

describe('parseCondaMeta', () => {
  it('reads name, version, licence, needs and digests', () => {
    const md5 = '0123456789abcdef'.repeat(2);
    const file = {
      name: 'zlib',
      version: '1.2.11',
      license: 'Zlib',
      depends: ['libzlib 1.2.11 h90dfc92_1014', 'python>=3', 'conda-forge::x', '__glibc >=2.17', 'libzlib', 1],
      md5,
      sha256: md5 + md5,
    };

    expect(read(file)).toEqual({
      type: 'conda',
      name: 'zlib',
      version: '1.2.11',
      licences: ['Zlib'],
      requires: ['libzlib', 'python', 'x'],
      hashes: { md5, sha256: md5 + md5 },
    });
  });

  it('takes what has another type for absent', () => {
    expect(read({ name: 'a', version: '1', license: [], depends: {}, md5: 'x', sha256: 1, __proto__: null })).toEqual({
      type: 'conda',
      name: 'a',
      version: '1',
    });
  });

  it.each([
    '',
    ' ',
    '{',
    '[]',
    '{}',
    'null',
    '1',
    '"a"',
    '{"name":"a"}',
    '{"version":"1"}',
    '{"name":1,"version":"1"}',
    '{"name":"a","version":["1"]}',
    '{"name":" ","version":"1"}',
    '{"__proto__":{"name":"a","version":"1"}}',
    '\0',
    '['.repeat(1_000_000),
  ])('refuses %.40j', (text) => {
    expect(() => read(text)).toThrow(FormatError);
  });
});
