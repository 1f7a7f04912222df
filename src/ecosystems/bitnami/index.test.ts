import { describe, expect, it } from 'vitest';
import { fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { parseBitnamiComponents, parseBitnamiSpdx } from '../../formats/bitnami.ts';
import { bitnami } from './index.ts';
import { bitnamiVersions } from './versions.ts';

describe.skipIf(!hasShared)('files of Bitnami in the test data of syft', () => {
  it.each([
    ['json', 5],
    ['tag-value', 1],
    ['no-rel', 1],
    ['mix', 1],
    ['invalid', 0],
  ])('%s: every package URL of its documents', async (folder, atLeast) => {
    const files = fixtureFiles('syft', `bitnami/testdata/${folder}`);
    const text = [...files]
      .flatMap(([path, content]) => (path.endsWith('.spdx') ? [content.toString()] : []))
      .join('\n');
    const expected = [...text.matchAll(/pkg:bitnami\/([^@\s"]+)@([^?\s"]+)/g)].map(([, name = '', version = '']) => ({
      name,
      version,
    }));

    const { packages, problems } = await readFixture(bitnami.analyzers, files);

    expect(named(packages)).toEqual(folder === 'invalid' ? [] : named(expected));
    expect(packages.length).toBeGreaterThanOrEqual(atLeast);
    expect(problems.map(({ code }) => code)).toEqual(folder === 'invalid' ? ['file.format'] : []);
  });

  it.each([
    ['components-json-postgresql', ['postgresql@11.22.0-4']],
    [
      'components-json-mongodb',
      ['gosu@1.14.0-1', 'mongodb@4.4.11-2', 'render-template@1.0.1-5', 'wait-for-port@1.0.1-5', 'yq@4.16.2-2'],
    ],
  ])('%s', async (folder, expected) => {
    const { packages } = await readFixture(bitnami.analyzers, fixtureFiles('syft', `bitnami/testdata/${folder}`));

    expect(named(packages)).toEqual(expected);
    expect(packages.every(({ evidence }) => evidence === 'lockfile')).toBe(true);
  });
});

it.each([
  ['17.2.0-8', '17.2.0', 0],
  ['17.2.0-8', '17.2.0-9', 0],
  ['17.2.0-8', '17.2.1', -1],
  ['11.22.0-r4', '11.9.0', 1],
  ['1.0.0-beta', '1.0.0', -1],
])('%s and %s: %i', (a, b, expected) => {
  expect(bitnamiVersions.compare(a, b)).toBe(expected);
});

it.each([
  '',
  '{',
  '[]',
  '{"packages":1}',
  '{"packages":[1,{"externalRefs":[{"referenceLocator":"pkg:bitnami/"}]}]}',
  'SPDXVersion:\nExternalRef: pkg:',
])('finds nothing in %j, and fails in one way alone', (text) => {
  for (const parse of [parseBitnamiSpdx, parseBitnamiComponents]) {
    let found: readonly unknown[] = [];
    try {
      found = parse(text);
    } catch (error) {
      expect((error as Error).name).toBe('FormatError');
    }
    expect(found).toEqual([]);
  }
});

it('says of a list with more components than any has that it was not read', () => {
  const many = Array.from({ length: 20_001 }, (_, i) => `n${i}`);
  const list = JSON.stringify(Object.fromEntries(many.map((name) => [name, { version: '1' }])));
  const tags = many.map((name) => `ExternalRef: PACKAGE-MANAGER purl pkg:bitnami/${name}@1`).join('\n');
  expect(() => parseBitnamiComponents(list)).toThrow(/more than 20000 components/);
  expect(() => parseBitnamiSpdx(`SPDXVersion: SPDX-2.3\n${tags}`)).toThrow(/more than 20000 components/);
});
