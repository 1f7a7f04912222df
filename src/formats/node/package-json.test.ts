import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parsePackageJson } from './package-json.ts';

describe('parsePackageJson', () => {
  it('reads what is needed of a package', () => {
    const text = JSON.stringify({
      name: '@hull/plank',
      version: 'v1.2.3',
      license: 'MIT',
      private: false,
      dependencies: { rope: '^1.2', cjs: 'npm:string-width@^4.2.0', tag: 'latest' },
      optionalDependencies: { fsevents: '2.x' },
      devDependencies: { vitest: '1.0.0' },
      peerDependencies: { react: '*' },
      _integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    });

    expect(parsePackageJson(`\uFEFF${text}`)).toEqual({
      name: '@hull/plank',
      version: '1.2.3',
      licences: ['MIT'],
      requires: ['fsevents', 'rope', 'string-width', 'tag'],
      hashes: { sha512: '01'.repeat(64) },
      isPrivate: false,
      isForeign: false,
      wanted: [
        { name: 'rope', range: '^1.2' },
        { name: 'string-width', range: '^4.2.0' },
        { name: 'tag', range: 'latest' },
      ],
    });
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a text', { license: 'MIT OR Apache-2.0' }, ['MIT OR Apache-2.0']],
    ['an object', { license: { type: 'ISC', url: 'https://x' } }, ['ISC']],
    ['a list of texts', { licenses: ['MIT'] }, ['MIT']],
    ['a list of objects', { licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }] }, ['MIT', 'Apache-2.0']],
    ['an object with a name', { licenses: { name: 'BSD' } }, ['BSD']],
    ['both, once', { license: 'MIT', licenses: ['MIT'] }, ['MIT']],
    ['nothing', { license: ['', 5, null, [], {}], licenses: true }, []],
  ])('reads licences that are %s', (_, fields, licences) => {
    const found = parsePackageJson(JSON.stringify({ name: 'a', version: '1.0.0', ...(fields as object) }));
    expect(found?.licences).toEqual(licences);
  });

  it.each([
    '{}',
    '{"type": "module"}',
    '{"name": "a"}',
    '{"version": "1.0.0"}',
    '{"name": "  ", "version": "1.0.0"}',
    '{"name": "a", "version": " "}',
    '{"name": "{{name}}", "version": "1.0.0"}',
    '{"name": "<%= name %>", "version": "1.0.0"}',
    '{"name": 5, "version": "1.0.0"}',
    '{"name": "a", "version": 1}',
    '{"name": "a", "version": {"__proto__": "1"}}',
  ])('sees no package in %s', (text) => expect(parsePackageJson(text)).toBeUndefined());

  it.each([
    '',
    ' ',
    '[',
    '[]',
    'null',
    '"a"',
    '{"name": "a"',
    '5',
    '[{"name": "a", "version": "1.0.0"}]',
    '['.repeat(1e6),
  ])('refuses %.20s', (text) => expect(() => parsePackageJson(text)).toThrow(FormatError));

  it('takes keys of prototypes for data', () => {
    const found = parsePackageJson(
      '{"__proto__": {"name": "x", "version": "9"}, "name": "constructor", "version": "1.0.0", "dependencies": {"__proto__": "1", "toString": "2"}}',
    );

    expect(found).toMatchObject({ name: 'constructor', version: '1.0.0', requires: ['__proto__', 'toString'] });
    expect({}).not.toHaveProperty('name');
  });

  it('sees extensions of editors and engines', () => {
    const foreign = (more: object): boolean | undefined =>
      parsePackageJson(JSON.stringify({ name: 'a', version: '1.0.0', ...more }))?.isForeign;

    expect(foreign({ engines: { vscode: '*' } })).toBe(true);
    expect(foreign({ contributes: {} })).toBe(true);
    expect(foreign({ unity: '2020.3' })).toBe(true);
    expect(foreign({ engines: ['node >= 0.2.0'] })).toBe(false);
    expect(foreign({ engines: 'vscode' })).toBe(false);
  });

  it('keeps versions that are none as they are written', () => {
    const version = (text: string): string | undefined =>
      parsePackageJson(JSON.stringify({ name: 'a', version: text }))?.version;

    expect(version('https://example.com/a.tgz')).toBe('https://example.com/a.tgz');
    expect(version('^1.0.0')).toBe('^1.0.0');
  });

  it('has an answer for any value at any field', () => {
    const names = [
      'name',
      'version',
      'license',
      'licenses',
      'dependencies',
      'optionalDependencies',
      'engines',
      '_integrity',
    ];
    const any = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
    fc.assert(
      fc.property(any, (value) => void parsePackageJson(JSON.stringify({ name: 'a', version: '1', ...value }))),
    );
  });
});
