import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { parseNuspec } from './nuspec.ts';
import { parsePackagesLock } from './packages-lock.ts';
import { parsePaketDependencies, parsePaketLock } from './paket.ts';
import { parseMsbuildProject, parsePackagesConfig } from './project-xml.ts';

const project = (...lines: string[]): string =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<Project>${lines.join('\n')}</Project>`;

describe('parsePackagesLock', () => {
  it('reads packages of all frameworks, each version once, and no projects', () => {
    const text = JSON.stringify({
      version: 2,
      dependencies: {
        'net8.0': {
          Anchor: { type: 'Direct', requested: '[1.2.0, )', resolved: '1.2.0', dependencies: { Rope: '1.0.0' } },
          Rope: { type: 'CentralTransitive', resolved: '1.0.0' },
          boat: { type: 'Project', dependencies: { Anchor: '[1.2.0, )' } },
        },
        'net8.0/linux-x64': { Anchor: { type: 'Direct', resolved: '1.2.0', dependencies: { Caulk: '1.0.0' } } },
        'net9.0': { Anchor: { resolved: '1.3.0' }, __proto__: { resolved: '1' }, a: null, b: [], c: { resolved: 1 } },
      },
    });

    expect(parsePackagesLock(text)).toEqual([
      { name: 'Anchor', version: '1.2.0', requires: ['Caulk', 'Rope'] },
      { name: 'Rope', version: '1.0.0' },
      { name: 'Anchor', version: '1.3.0' },
    ]);
  });

  it('takes `__proto__` for a name', () => {
    expect(parsePackagesLock('{"dependencies": {"x": {"__proto__": {"resolved": "1"}}}}')).toEqual([
      { name: '__proto__', version: '1' },
    ]);
  });
});

describe('parseMsbuildProject', () => {
  it.each([
    ['an attribute', '<PackageReference Include="A" Version="1.0" />', [{ name: 'A', version: '1.0' }]],
    [
      'an element',
      '<PackageReference Include="A"><Version> 1.0\n</Version></PackageReference>',
      [{ name: 'A', version: '1.0' }],
    ],
    ['an update', '<PackageReference Update="A" Version="1.0" />', [{ name: 'A', version: '1.0' }]],
    ['an override', '<PackageReference Include="A" VersionOverride="2.0" />', [{ name: 'A', version: '2.0' }]],
    ['a central version', '<PackageVersion Include="A" Version="1.0" />', [{ name: 'A', version: '1.0' }]],
    ['one for all projects', '<GlobalPackageReference Include="A" Version="1.0" />', [{ name: 'A', version: '1.0' }]],
    ['a range', '<PackageReference Include="A" Version="[1.0,2.0)" />', [{ name: 'A', version: '[1.0,2.0)' }]],
    ['a variable', '<PackageReference Include="A" Version="$(Unknown)" />', [{ name: 'A', version: '$(Unknown)' }]],
    ['no version', '<PackageReference Include="A" />', []],
    [
      'for development',
      '<PackageReference Include="A" Version="1" PrivateAssets="All" />',
      [{ name: 'A', version: '1', groups: ['dev'] }],
    ],
    [
      'for development, as an element',
      '<PackageReference Include="A" Version="1"><PrivateAssets>all</PrivateAssets></PackageReference>',
      [{ name: 'A', version: '1', groups: ['dev'] }],
    ],
  ])('reads %s', (_, element, expected) => {
    expect(parseMsbuildProject(project('<ItemGroup>', element, '</ItemGroup>'))).toEqual(expected);
  });

  it('replaces a variable that the file gives a value, and follows none', () => {
    const text = project(
      '<PropertyGroup><AVersion>1.0</AVersion><B>$(AVersion)</B><C>$(C)</C></PropertyGroup>',
      '<ItemGroup><PackageReference Include="A" Version="$(aversion)" />',
      '<PackageReference Include="B" Version="$(B)" /><PackageReference Include="C" Version="$(C)" /></ItemGroup>',
    );

    expect(parseMsbuildProject(text).map(({ version }) => version)).toEqual(['1.0', '$(B)', '$(C)']);
  });

  it('reads an old project with its namespace', () => {
    const text = `<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003" ToolsVersion="15.0">
      <ItemGroup><Reference Include="System" /><PackageReference Include="A"><Version>1.0</Version></PackageReference></ItemGroup>
    </Project>`;

    expect(parseMsbuildProject(text)).toEqual([{ name: 'A', version: '1.0' }]);
  });
});

describe('parsePackagesConfig', () => {
  it('reads exact versions', () => {
    const text = `<?xml version="1.0"?><packages><package id="A" version="1.0" /><package id="B" version="2" developmentDependency="true"/>
      <package id="C" /><package version="1" /></packages>`;

    expect(parsePackagesConfig(text)).toEqual([
      { name: 'A', version: '1.0' },
      { name: 'B', version: '2', groups: ['dev'] },
    ]);
  });
});

describe('parseNuspec', () => {
  const nuspec = (metadata: string): string =>
    `<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>${metadata}</metadata></package>`;

  it('reads identity, licence and needs', () => {
    const text = nuspec(`<id>Anchor</id><version>1.2.0</version><license type="expression">MIT OR Apache-2.0</license>
      <dependencies><group targetFramework="net8.0"><dependency id="Rope" version="1.0" /></group>
      <dependency id="Caulk" version="2" /></dependencies>`);

    expect(parseNuspec(text)).toEqual({
      id: 'Anchor',
      version: '1.2.0',
      licences: ['MIT OR Apache-2.0'],
      requires: ['Caulk', 'Rope'],
    });
  });

  it('takes no file for a licence', () => {
    expect(
      parseNuspec(nuspec('<id>A</id><version>1</version><license type="file">LICENSE.md</license>')).licences,
    ).toEqual([]);
  });
});

describe('parsePaketLock', () => {
  it('reads groups, options, needs and repositories', () => {
    const text = `STORAGE: NONE
NUGET
  remote: https://api.nuget.org/v3/index.json
    Anchor (1.2) - framework: net8.0
      Rope (>= 1.0)
    Rope (1.0.1) - restriction: || (>= net45) (== netstandard2.0)
GITHUB
  remote: fsharp/FAKE
    modules/Octokit/Octokit.fsx (a25c2f256a99242c1106b5a3478aae6bb68c7a93)
      Octokit (>= 0)
GIT
  remote: https://example.org/x.git
     (8a2d4e3)
GROUP Test
NUGET
  remote: https://api.nuget.org/v3/index.json
    Anchor (1.2)
`;

    expect(parsePaketLock(text.replaceAll('\n', '\r\n'))).toEqual([
      { name: 'Anchor', version: '1.2', requires: ['Rope'] },
      { name: 'Rope', version: '1.0.1' },
      { type: 'github', name: 'fsharp/FAKE', version: 'a25c2f256a99242c1106b5a3478aae6bb68c7a93' },
      { name: 'Anchor', version: '1.2', groups: ['test'] },
    ]);
  });
});

describe('parsePaketDependencies', () => {
  it.each([
    ['nuget A', 'A', ''],
    ['nuget A = 1.0', 'A', '1.0'],
    ['nuget A == 1.0 # exactly', 'A', '1.0'],
    ['nuget A >= 1.0 < 2.0', 'A', '>= 1.0 < 2.0'],
    ['  NuGet A ~> 1.0 strategy: min // x', 'A', '~> 1.0'],
    ['github a/b:v1 src/x.fs', 'a/b', 'v1'],
  ])('reads %j', (line, name, version) => {
    expect(parsePaketDependencies(`source https://api.nuget.org/v3/index.json // NuGet\n${line}\n`)).toMatchObject([
      { name, version },
    ]);
  });
});

const xml = ['<Project/>', '<packages/>', '<package><metadata><id>a</id></metadata></package>'];

describe.each([
  ['parsePackagesLock', parsePackagesLock, '{"dependencies": {"x": {"A": {"resolved": "1"}}}}'],
  [
    'parseMsbuildProject',
    parseMsbuildProject,
    project('<ItemGroup><PackageReference Include="A" Version="1"/></ItemGroup>'),
  ],
  ['parsePackagesConfig', parsePackagesConfig, '<packages><package id="A" version="1"/></packages>'],
  ['parseNuspec', parseNuspec, '<package><metadata><id>A</id><version>1</version></metadata></package>'],
] as const)('%s', (name, parse, good) => {
  it.each([
    ['nothing', ''],
    ['one byte', '<'],
    ['text', 'not\nxml'],
    ['zeros', '\0'.repeat(100)],
    ['a number', '1'],
    ['a list', '[{"resolved": "1"}]'],
    ['entities', '<!DOCTYPE a [<!ENTITY b "c">]><Project/>'],
    ['elements in elements', `<Project>${'<a>'.repeat(10_000)}`],
    ['lists in lists', '['.repeat(100_000)],
    ['another document', xml.filter((one) => !good.includes(one.slice(0, 9))).join('')],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(/./);
    try {
      parse(text);
    } catch (error) {
      expect(error instanceof FormatError || error instanceof LimitError, name).toBe(true);
    }
  });

  it('refuses every beginning', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => parse(good.slice(0, length)), String(length)).toThrow(FormatError);
    }
    expect(() => parse(good)).not.toThrow();
  });
});

describe.each([
  ['parsePaketLock', parsePaketLock],
  ['parsePaketDependencies', parsePaketDependencies],
] as const)('%s', (_name, parse) => {
  it.each([
    ['nothing', ''],
    ['one byte', 'N'],
    ['prose', 'This is not Paket'],
    ['JSON', '{"NUGET": []}'],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(FormatError);
  });
});
