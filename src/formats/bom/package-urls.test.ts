import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { readPackageUrls } from './package-urls.ts';
import { recogniseSbom } from './recognise.ts';

const read = (text: string, components = 10) => readPackageUrls(Buffer.from(text), { components });

describe('a list of package URLs', () => {
  it('is read line by line, with comments, empty lines and ends of DOS', () => {
    const text =
      '# ours\n\npkg:npm/%40a/b@1.0.0\r\n  pkg:deb/debian/curl@8.1-1?arch=amd64&distro=debian-12  \n#pkg:no/x@1';

    const { components, complete, faults } = read(text);

    expect(components.map(({ name, version, purl }) => [name, version, purl])).toEqual([
      ['@a/b', '1.0.0', 'pkg:npm/%40a/b@1.0.0'],
      ['curl', '8.1-1', 'pkg:deb/debian/curl@8.1-1?arch=amd64&distro=debian-12'],
    ]);
    expect({ complete, faults }).toEqual({ complete: true, faults: [] });
  });

  it.each([
    ['pkg:npm/a@1', 'package-urls'],
    ['\uFEFF# one\n# two\n\npkg:npm/a@1', 'package-urls'],
    ['# one\nname', undefined],
    ['npm pkg:npm/a@1', undefined],
  ])('is known by its first bytes: %j', (text, form) => {
    expect(recogniseSbom(Buffer.from(text))).toBe(form);
  });

  it('names the lines that cannot be judged, escaped, and reads on', () => {
    const { components, faults } = read(
      `pkg:npm/a\npkg:npm/\u001b[31m\nlodash\npkg:npm/${'a'.repeat(5000)}@1\npkg:npm/b@2`,
    );

    expect(components.map(({ name }) => name)).toEqual(['b']);
    expect(faults.map(({ message }) => message.replace(/a{9,}/, '…'))).toEqual([
      'line 1, pkg:npm/a: it has no version, and without one nothing can be judged: put @VERSION behind it',
      'line 2, pkg:npm/\\x1b[31m: it has no version, and without one nothing can be judged: put @VERSION behind it',
      'line 3, lodash: it is no package URL, as pkg:npm/lodash@4.17.20 is one',
      'line 4, pkg:npm/…: it is too long',
    ]);
  });

  it('is read up to its budget', () => {
    const { components, faults } = read('pkg:npm/a@1\n'.repeat(1000), 3);

    expect(components).toHaveLength(3);
    expect(faults).toEqual([{ kind: 'limit', message: 'it has more than 3 package URLs; the rest was not read' }]);
  });

  it('has one package URL at least', () => {
    expect(() => read('pkg:npm/a')).toThrow(
      new FormatError(
        'line 1, pkg:npm/a: it has no version, and without one nothing can be judged: put @VERSION behind it',
      ),
    );
    expect(() => read('# none')).toThrow('it has no package URL');
  });
});
