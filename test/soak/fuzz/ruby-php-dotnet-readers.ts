import { FormatError, LimitError } from '../../../src/errors.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { readAssembly } from '../../../src/formats/dotnet/assembly.ts';
import { findBundle, readBundle, readBundleFile } from '../../../src/formats/dotnet/bundle.ts';
import { parseDotnetLibraries } from '../../../src/formats/dotnet/libraries.ts';
import { parseNuspec } from '../../../src/formats/dotnet/nuspec.ts';
import { parsePackagesLock } from '../../../src/formats/dotnet/packages-lock.ts';
import { parsePaketDependencies, parsePaketLock } from '../../../src/formats/dotnet/paket.ts';
import { parseMsbuildProject, parsePackagesConfig } from '../../../src/formats/dotnet/project-xml.ts';
import { readPe } from '../../../src/formats/pe/pe.ts';
import { versionTexts } from '../../../src/formats/pe/version-info.ts';
import { parseComposerInstalled, parseComposerLock } from '../../../src/formats/php/composer.ts';
import { parseGemfileLock } from '../../../src/formats/ruby/gemfile-lock.ts';
import { parseGemspec } from '../../../src/formats/ruby/gemspec.ts';
import { assemblyFile, bundleFile, hostData, nativeFile } from '../../support/assemblies.ts';
import { allow, type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const errors = [FormatError, LimitError];
const { declared } = readersAllowing(...errors);

const text = (name: string, parse: (text: string) => readonly { readonly name: string }[], seed: string): FuzzReader =>
  declared(name, (bytes) => parse(bytes.toString()), seed);

const gemspec = `# stub: a 1.0 ruby lib
V = '1'
Gem::Specification.new do |s|
  s.name = "a".freeze
  s.version = "#{V}.0"
  s.licenses = %w[MIT Ruby]
  s.description = <<~END
    it's "x"
  END
  s.files = x.grep(%r{^a/})
  s.add_runtime_dependency(%q<b>.freeze, [">= 0"])
end
`;
const gemfileLock = `GEM
  remote: https://rubygems.org/
  specs:
    a (1.0-x86_64-linux)
      b (~> 1.0)
    b (1.0)

CHECKSUMS
  b (1.0) sha256=${'ab'.repeat(32)}
`;
const composer = {
  packages: [
    { name: 'a/b', version: 'v1', dist: { shasum: 'a'.repeat(40) }, license: ['MIT'], require: { 'c/d': '*' } },
  ],
  'packages-dev': [{ name: 'c/d', version: '1' }],
  'dev-package-names': ['a/b'],
};
const deps = {
  targets: {
    x: { 'A/1': { dependencies: { B: '1' }, runtime: { 'lib/A.dll': {} }, resources: { 'de/A.dll': {} } }, 'B/1': {} },
  },
  libraries: { 'A/1': { type: 'package' }, 'runtimepack.B/1': { type: 'runtimepack' } },
};
const nugetLock = { dependencies: { x: { A: { type: 'Direct', resolved: '1', dependencies: { B: '1' } } } } };
const project = `<Project><PropertyGroup><V>1</V></PropertyGroup><ItemGroup>
<PackageReference Include="A" Version="$(V)" PrivateAssets="all"/><PackageVersion Include="B"><Version>1</Version></PackageVersion>
</ItemGroup></Project>`;
const paketLock =
  'NUGET\n  remote: x\n    A (1.0) - framework: x\n      B (>= 1)\nGITHUB\n  remote: a/b\n    x.fs (0a1b)\nGROUP T\n';
const texts = { ProductVersion: '1.0+a', FileVersion: '1.0.0.0' };
const bundle = bundleFile(
  (at) => nativeFile(texts, hostData(at)),
  [
    { path: 'a.deps.json', kind: 3, content: Buffer.from(JSON.stringify(deps)) },
    { path: 'a.dll', kind: 1, content: assemblyFile({ texts }) },
  ],
);

/** All that is read of a program for .NET. */
function readProgram(bytes: Buffer): void {
  const source = new MemorySource(bytes);
  allow(errors, () => {
    const file = readPe(source);
    const assembly = readAssembly(source, file);
    if (assembly?.name === '') throw new Error('an assembly has no name');
    versionTexts(source, file);
  });
  allow(errors, () => {
    const start = findBundle(source, [{ offset: 0, size: bytes.length }]);
    if (start === undefined) return;
    for (const entry of readBundle(source, start).slice(0, 100))
      allow(errors, () => void readBundleFile(source, entry));
  });
}

/** Readers of what Ruby, PHP and .NET install and ask for. */
export const rubyPhpDotnetReaders: readonly FuzzReader[] = [
  text('gemspec', (one) => [parseGemspec(one)], gemspec),
  text('gemfile-lock', (one) => parseGemfileLock(one).gems, gemfileLock),
  text('composer-installed', (one) => parseComposerInstalled(one).packages, JSON.stringify(composer)),
  text('composer-lock', (one) => parseComposerLock(one).packages, JSON.stringify(composer)),
  text('deps-json', (one) => parseDotnetLibraries(one).libraries, JSON.stringify(deps)),
  text('packages-lock', parsePackagesLock, JSON.stringify(nugetLock)),
  text('msbuild', parseMsbuildProject, project),
  text(
    'packages-config',
    parsePackagesConfig,
    '<packages><package id="A" version="1" developmentDependency="true"/></packages>',
  ),
  text(
    'nuspec',
    (one) => [{ name: parseNuspec(one).id }],
    '<package><metadata><id>A</id><version>1</version><dependencies><dependency id="B"/></dependencies></metadata></package>',
  ),
  text('paket-lock', parsePaketLock, paketLock),
  text(
    'paket-dependencies',
    parsePaketDependencies,
    'source x\ngroup T\nnuget A ~> 1.0 strategy: min // x\ngithub a/b:v1 # y\n',
  ),
  {
    name: 'dotnet-program',
    seeds: () => [
      assemblyFile({ name: 'A', references: ['B'], types: ['ReferenceAssemblyAttribute'], texts }),
      assemblyFile({ wide: true, texts }),
      bundle,
    ],
    run: readProgram,
  },
];
