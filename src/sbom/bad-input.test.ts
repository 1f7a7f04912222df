import { describe, expect, it } from 'vitest';
import { makeReport, someProblems } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError } from '../errors.ts';
import type { Sbom } from '../model/sbom.ts';
import { cycloneDxDocument } from '../report/cyclonedx.ts';
import { spdxDocument } from '../report/spdx.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

const report = makeReport({
  problems: someProblems,
  view: {
    packages: [
      makePackage('libssl3', '3.0.11', {
        source: { name: 'openssl', version: '3.0.11' },
        licences: ['MIT', 'strange'],
        hashes: { sha1: 'a'.repeat(40) },
        repositories: ['r'],
        dependsOn: [makePackage('bash', '5.2').purl],
      }),
      makePackage('bash', '5.2', { introducedIn: { index: 0 }, presence: 'recovered' }),
    ],
  },
});

const tags = `SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
PackageName: openssl
SPDXID: SPDXRef-a
PackageVersion: 1.1.1
PackageChecksum: SHA1: ${'a'.repeat(40)}
PackageComment: <text>several
PackageName: lines
</text>
ExternalRef: PACKAGE-MANAGER purl pkg:generic/openssl@1.1.1
PackageName: bash
`;

const syft = JSON.stringify({
  artifacts: [
    {
      name: 'bash',
      version: '5.2',
      purl: 'pkg:deb/debian/bash@5.2',
      locations: [{ path: '/a', layerID: 'sha256:1' }],
      licenses: ['GPL', { value: 'MIT' }],
    },
  ],
  source: { target: { userInput: 'i', layers: [{ digest: 'sha256:1' }] } },
  distro: { id: 'debian', versionID: '12' },
  schema: { version: '16.0.0' },
});

const documents: readonly (readonly [string, string])[] = [
  ['CycloneDX', JSON.stringify(cycloneDxDocument(report, '1.6'))],
  ['SPDX', JSON.stringify(spdxDocument(report))],
  ['SPDX in tags', tags],
  ['Syft', syft],
];

/** What is read, or the error that says why not; anything else is a defect. */
function read(text: string | Uint8Array, components = 1000): Sbom | DrydockError {
  try {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    return sbomOf(readSbomDocument(bytes, 'bom', { components }), 'bom', ecosystems);
  } catch (error) {
    if (error instanceof DrydockError) return error;
    throw error;
  }
}

const names = (result: Sbom | DrydockError): readonly string[] =>
  result instanceof DrydockError ? [result.code] : result.packages.map(({ name, version }) => `${name} ${version}`);
const problems = (result: Sbom | DrydockError): readonly string[] =>
  result instanceof DrydockError ? [result.message] : result.problems.map(({ code, message }) => `${code} ${message}`);

describe.each(documents)('a document of %s', (_, text) => {
  it('is read', () => {
    expect(names(read(text)).length).toBeGreaterThan(0);
    expect(read(text)).not.toBeInstanceOf(DrydockError);
  });

  it('that is cut at any length is an error in words or is read in part', () => {
    for (let length = 0; length < text.length; length += text.length > 3000 ? 7 : 1) {
      const result = read(text.slice(0, length));
      if (result instanceof DrydockError) expect(result.message).toMatch(/^bom /);
      else expect(text).toBe(tags);
    }
  });

  it.each([null, true, 7, 'x', [], {}, [[]], [null], [7], { a: 1 }, ['x'], '\ud800', '__proto__'])(
    'with %j in the place of any value never breaks',
    (value) => {
      if (text === tags) return;
      for (const changed of replacements(JSON.parse(text), value)) {
        const result = read(JSON.stringify(changed));
        for (const words of problems(result)) expect(words).not.toMatch(/undefined|\[object|TypeError/);
      }
    },
  );
});

/** The document with one value replaced, for each value in it. */
function* replacements(node: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (Array.isArray(node)) {
    for (const [i, one] of node.entries()) for (const inner of replacements(one, by)) yield node.with(i, inner);
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, one] of Object.entries(node)) {
      for (const inner of replacements(one, by)) yield { ...node, [key]: inner };
    }
  }
}

describe('what is no bill of materials', () => {
  it.each([
    ['nothing', '', /is no bill of materials/],
    ['one byte', '{', /cannot be read: the JSON document ends in the middle/],
    ['a list', '[{"bomFormat":"CycloneDX"}]', /is a list/],
    ['another JSON', '{"a":1}', /is JSON, but neither CycloneDX nor SPDX/],
    ['JSON with something after it', '{"bomFormat":"CycloneDX"} x', /something follows/],
    ['XML', '<?xml version="1.0"?><bom/>', /is XML/],
    ['YAML', 'a: b\nspdxVersion: "SPDX-2.3"\n', /is YAML/],
    ['SPDX 3', '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}', /SPDX 3/],
    ['UTF-16', Buffer.from('{"bomFormat":"CycloneDX"}', 'utf16le'), /is no bill of materials/],
  ])('%s: an error that says so', (_, text, words) => {
    const result = read(text);

    expect(result).toBeInstanceOf(DrydockError);
    expect((result as DrydockError).message).toMatch(words);
  });
});

const cycloneDx = (components: string, more = ''): string =>
  `{"bomFormat":"CycloneDX","specVersion":"1.6","components":${components}${more}}`;
const one = '{"name":"a","version":"1","purl":"pkg:npm/a@1"}';

describe('an odd document of CycloneDX', () => {
  it('with a mark of byte order is read', () => {
    expect(names(read(`\uFEFF${cycloneDx(`[${one}]`)}`))).toEqual(['a 1']);
  });

  it.each(['2.0', '1.1', '', 7, null, 'x'.repeat(10_000)])('of version %j says so and is read', (version) => {
    const result = read(
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: version, components: [JSON.parse(one)] }),
    );

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).join()).toMatch(/image\.media-type .*version/);
    expect(problems(result).join().length).toBeLessThan(1000);
  });

  it('with lists twice has the components of both', () => {
    expect(names(read(cycloneDx(`[${one}]`, `,"components":[{"name":"b","purl":"pkg:npm/b@2"}]`)))).toEqual([
      'a 1',
      'b 2',
    ]);
  });

  it('names components that cannot be read, and reads the others', () => {
    const result = read(cycloneDx(`[{"name":"a" "b"},${one},7,{},{"name":"b","x":tru}]`));

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).filter((words) => words.startsWith('sbom.component')).length).toBe(4);
  });

  it('counts what it does not name', () => {
    const result = read(cycloneDx(`[${Array(5000).fill('{}').join()},${one}]`), 10_000);

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).length).toBeLessThan(30);
    expect(problems(result).join()).toContain('4980 further components');
  });

  it('with more components than may be says so', () => {
    const result = read(cycloneDx(`[${Array(50).fill(one).join()}]`), 10);

    expect(problems(result)).toContain(
      'sbom.component Not all of the bill of materials could be read: it has more than 10 components',
    );
  });

  it('with components in components is read to a depth, and says where it ends', () => {
    const nest = (levels: number): string =>
      `${'{"name":"n","version":"1","components":['.repeat(levels)}${one}${']}'.repeat(levels)}`;

    expect(names(read(cycloneDx(`[${nest(90)}]`)))).toContain('a 1');
    expect(problems(read(cycloneDx(`[${nest(150)}]`))).join()).toContain('deeper than 100 levels');
    const deepest = read(cycloneDx(`[${nest(100_000)},${one}]`));
    expect(names(deepest)).toEqual(['a 1']);
    expect(problems(deepest).join()).toContain('nested deeper than 500 levels');
  });

  it('with circles of dependencies ends', () => {
    const components = ['a', 'b'].map((name) => ({ name, version: '1', 'bom-ref': name, purl: `pkg:npm/${name}@1` }));
    const dependencies = [
      { ref: 'a', dependsOn: ['b', 'a'] },
      { ref: 'b', dependsOn: ['a'] },
    ];

    const result = read(
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components, dependencies }),
    ) as Sbom;

    expect(result.packages.map(({ dependsOn }) => dependsOn)).toEqual([
      ['pkg:npm/a@1', 'pkg:npm/b@1'],
      ['pkg:npm/a@1'],
    ]);
  });

  it('with keys of the language has nothing of them', () => {
    const hostile =
      '{"__proto__":{"name":"x"},"constructor":1,"name":"a","version":"1","purl":"pkg:npm/a@1","properties":[{"name":"__proto__","value":"x"}]}';

    expect(names(read(cycloneDx(`[${hostile},{"__proto__":{"name":"x"}}]`)))).toEqual(['a 1']);
    expect(({} as { name?: string }).name).toBeUndefined();
  });
});

it('a document of ours that somebody changed gives no layer beyond those that may be', () => {
  const document = JSON.parse(documents[0]![1]);
  document.components[1].properties = [{ name: 'drydock:layer', value: '999999999999' }];

  const sbom = read(JSON.stringify(document)) as Sbom;

  expect(sbom.packages.map(({ layer }) => layer.index).sort()).toEqual([0, 0]);
});
