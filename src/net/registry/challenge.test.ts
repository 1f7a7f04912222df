import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

describe('parseChallenges', () => {
  it.each<[string, string, [string, Record<string, string>][]]>([
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
      [
        [
          'bearer',
          { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:a/b:pull' },
        ],
      ],
    ],
    ['basic', 'Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
    [
      'several, in one header',
      'Basic realm="a, b", Bearer realm="https://x/",service=y',
      [
        ['basic', { realm: 'a, b' }],
        ['bearer', { realm: 'https://x/', service: 'y' }],
      ],
    ],
    ['names in any case', 'BEARER Realm="https://x/"', [['bearer', { realm: 'https://x/' }]]],
    ['quotes in quotes', String.raw`Bearer realm="a\"b\\c"`, [['bearer', { realm: String.raw`a"b\c` }]]],
    ['space around the sign', 'Bearer realm = "x" , service = y', [['bearer', { realm: 'x', service: 'y' }]]],
    ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
    ['a quote that does not end', 'Bearer realm="https://x/', [['bearer', { realm: '"https://x/' }]]],
    ['nothing', '', []],
    ['no token', '"""', []],
  ])('%s', (_, header, expected) => {
    expect(parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])).toEqual(
      expected,
    );
  });

  it('ends for whatever a server sends, and reads back what is written', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (header) => Array.isArray(parseChallenges(header))));
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (value) => {
        const header = `Bearer realm="${value.replace(/["\\]/g, '\\$&')}"`;
        fc.pre(!/[\n\r\u2028\u2029]/.test(value));
        expect(parseChallenges(header)[0]?.parameters.get('realm')).toBe(value);
      }),
    );
  });

  it('does not read a header that is too long', () => {
    expect(parseChallenges(`Bearer realm="${'x'.repeat(10_000)}"`)).toEqual([]);
  });
});
