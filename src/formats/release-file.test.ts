import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from './release-file.ts';

function fieldsOf(text: string): Record<string, string> {
  return Object.fromEntries(parseReleaseFields(text));
}

describe('parseReleaseFields', () => {
  it('reads os-release', () => {
    const text = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n\n# a comment=1\nVERSION_ID="12"\n';

    expect(fieldsOf(text)).toEqual({ PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)', ID: 'debian', VERSION_ID: '12' });
  });

  it.each([
    ['single quotes', "A='b c'", 'b c'],
    ['escapes in double quotes', 'A="a\\"b\\$c\\\\d\\`"', 'a"b$c\\d`'],
    ['no escapes in single quotes', "A='a\\b'", 'a\\b'],
    ['an escape without quotes', 'A=a\\ b', 'a b'],
    ['pieces with and without quotes', `A=a"b"'c'`, 'abc'],
    ['a quote that is not closed', 'A="b', 'b'],
    ['an empty value', 'A=', ''],
    ['blanks around key and value', ' A = b ', 'b'],
    ['CRLF', 'A=b\r', 'b'],
    ['an equals sign in the value', 'A=b=c', 'b=c'],
    ['a byte order mark', '\ufeffA=b', 'b'],
    ['a key that comes twice', 'A=a\nA=b', 'b'],
    ['a lone backslash at the end', 'A=b\\', 'b\\'],
  ])('reads %s', (_, text, value) => {
    expect(fieldsOf(text)).toEqual({ A: value });
  });

  it.each([
    ['an apt source', 'deb [arch=amd64] http://deb.example.org/debian bookworm main'],
    ['a line of words', 'CentOS Linux release 7.9.2009 (Core)'],
    ['a version', '13.1\n'],
    ['a key that is none', '1A=b\nA B=c\n=d\n#A=e'],
  ])('finds nothing in %s', (_, text) => {
    expect(fieldsOf(text)).toEqual({});
  });

  it('keeps keys that are properties of every object', () => {
    expect(parseReleaseFields('__proto__=a\nconstructor=b').get('__proto__')).toBe('a');
  });

  it('is bounded and never fails', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `K${i}=v`).join('\n');
    expect(parseReleaseFields(many).size).toBe(256);
    expect(parseReleaseFields(`A=${'x'.repeat(10_000)}`).get('A')).toHaveLength(4096);

    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseReleaseFields(text) instanceof Map));
  });
});
