import { deflateSync } from 'node:zlib';
import { ecosystems } from '../../src/ecosystems/index.ts';
import type { Ecosystem } from '../../src/model/ecosystem.ts';
import { elfFile, type MadeSection } from './executables.ts';
import { buildInfo } from './go-programs.ts';
import type { TarEntry } from './tar.ts';
import { zip } from './zip.ts';

/** How one language says that an image has a package, and that a project asks for it. */
export interface LanguageSample {
  /** Folder of the ecosystem. */
  readonly id: string;
  /** The ecosystem as records of OSV name it. */
  readonly osv: string;
  /** The package as advisories and lists name it. */
  readonly name: string;
  /** The same as the image writes it, where that is another way to write it. */
  readonly written?: string;
  /** Where a package is installed, below a folder. */
  readonly path: string;
  /** The file by which it is known to be installed. */
  content(version: string): string | Buffer;
  /** The name of a lockfile or manifest. */
  readonly asks: string;
  asked(version: string): string;
}

export type UnwatchedSample = Omit<LanguageSample, 'osv'>;

/** Large enough to be looked into. */
const filler: MadeSection = { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false };

function program(section: Pick<MadeSection, 'name' | 'content'>): Buffer {
  return elfFile({ sections: [filler, { ...section, address: 0x60_0000 }] });
}

/** One package of each language. Versions are to have three numbers. */
export const languageSamples: readonly LanguageSample[] = [
  {
    id: 'bitnami',
    osv: 'Bitnami',
    name: 'rope',
    path: 'bitnami/rope/.spdx-rope.spdx',
    content: (version) =>
      JSON.stringify({
        packages: [{ externalRefs: [{ referenceLocator: `pkg:bitnami/rope@${encodeURIComponent(version)}` }] }],
      }),
    asks: '.bitnami_components.json',
    asked: (version) => JSON.stringify({ rope: { type: 'NAMI', version } }),
  },
  {
    id: 'dart',
    osv: 'Pub',
    name: 'rope',
    path: 'hosted/pub.dev/rope-1.0.0/pubspec.yaml',
    content: (version) => `name: rope\nversion: ${version}\n`,
    asks: 'pubspec.lock',
    asked: (version) => `packages:\n  rope:\n    dependency: transitive\n    version: "${version}"\n`,
  },
  {
    id: 'dotnet',
    osv: 'NuGet',
    name: 'Rope.Net',
    path: 'boat/Boat.deps.json',
    content: (version) =>
      JSON.stringify({
        targets: { x: { [`Rope.Net/${version}`]: { runtime: { 'lib/net8.0/Rope.Net.dll': {} } } } },
        libraries: { [`Rope.Net/${version}`]: { type: 'package' } },
      }),
    asks: 'packages.lock.json',
    asked: (version) =>
      JSON.stringify({ version: 1, dependencies: { 'net8.0': { 'Rope.Net': { type: 'Direct', resolved: version } } } }),
  },
  {
    id: 'elixir',
    osv: 'Hex',
    name: 'rope',
    path: 'lib/rope-1.0.0/ebin/rope.app',
    content: (version) =>
      `{application, rope, [{description, "Rope"}, {vsn, "${version}"}, {applications, [kernel]}]}.\n`,
    asks: 'mix.lock',
    asked: (version) => `%{\n  "rope": {:hex, :rope, "${version}", "00", [:mix], [], "hexpm", "00"},\n}\n`,
  },
  {
    id: 'go',
    osv: 'Go',
    name: 'example.com/rope',
    path: 'bin/tool',
    content: (version) =>
      program({
        name: '.go.buildinfo',
        content: buildInfo('go1.22.3', `path\texample.com/tool\ndep\texample.com/rope\tv${version}\n`),
      }),
    asks: 'go.mod',
    asked: (version) => `module example.com/tool\n\nrequire example.com/rope v${version}\n`,
  },
  {
    id: 'haskell',
    osv: 'Hackage',
    name: 'rope',
    path: 'package.conf.d/rope-1.0.0.conf',
    content: (version) => `name: rope\nversion: ${version}\ndepends: base-4.18.2.1\n`,
    asks: 'cabal.project.freeze',
    asked: (version) => `constraints: any.rope ==${version}\n`,
  },
  {
    id: 'java',
    osv: 'Maven',
    name: 'org.hull:rope',
    path: 'lib/rope.jar',
    content: (version) =>
      zip([
        {
          name: 'META-INF/maven/org.hull/rope/pom.properties',
          content: `groupId=org.hull\nartifactId=rope\nversion=${version}\n`,
        },
      ]),
    asks: 'gradle.lockfile',
    asked: (version) => `org.hull:rope:${version}=runtimeClasspath\n`,
  },
  {
    id: 'julia',
    osv: 'Julia',
    name: 'Rope',
    path: 'depot/packages/Rope/aB3xY/Project.toml',
    content: (version) =>
      `name = "Rope"\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\nversion = ${JSON.stringify(version)}\n`,
    asks: 'Manifest.toml',
    asked: (version) =>
      `manifest_format = "2.0"\n\n[[deps.Rope]]\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\nversion = "${version}"\n`,
  },
  {
    id: 'node',
    osv: 'npm',
    name: '@hull/rope',
    path: 'node_modules/@hull/rope/package.json',
    content: (version) => JSON.stringify({ name: '@hull/rope', version }),
    asks: 'package-lock.json',
    asked: (version) =>
      JSON.stringify({
        name: 'boat',
        lockfileVersion: 3,
        packages: { '': { name: 'boat', version: '0.1.0' }, 'node_modules/@hull/rope': { version } },
      }),
  },
  {
    id: 'ocaml',
    osv: 'opam',
    name: 'rope',
    path: 'lib/rope/opam',
    content: (version) => `opam-version: "2.0"\nname: "rope"\nversion: "${version}"\n`,
    asks: 'boat.opam.locked',
    asked: (version) => `opam-version: "2.0"\nname: "boat"\ndepends: [ "rope" {= "${version}"} ]\n`,
  },
  {
    id: 'php',
    osv: 'Packagist',
    name: 'hull/rope',
    written: 'Hull/Rope',
    path: 'vendor/composer/installed.json',
    content: (version) => JSON.stringify({ packages: [{ name: 'Hull/Rope', version }] }),
    asks: 'composer.lock',
    asked: (version) => JSON.stringify({ packages: [{ name: 'Hull/Rope', version }] }),
  },
  {
    id: 'python',
    osv: 'PyPI',
    name: 'hull-rope',
    written: 'Hull_Rope',
    path: 'lib/python3.12/site-packages/Hull_Rope.dist-info/METADATA',
    content: (version) => `Metadata-Version: 2.1\nName: Hull_Rope\nVersion: ${version}\n`,
    asks: 'poetry.lock',
    asked: (version) => `[[package]]\nname = "Hull_Rope"\nversion = "${version}"\n`,
  },
  {
    id: 'r',
    osv: 'CRAN',
    name: 'hull.rope',
    path: 'lib/R/library/hull.rope/DESCRIPTION',
    content: (version) => `Package: hull.rope\nVersion: ${version}\nBuilt: R 4.5.0; ; 2025-01-01 00:00:00 UTC; unix\n`,
    asks: 'renv.lock',
    asked: (version) =>
      JSON.stringify({
        R: { Version: '4.5.0' },
        Packages: { 'hull.rope': { Package: 'hull.rope', Version: version } },
      }),
  },
  {
    id: 'ruby',
    osv: 'RubyGems',
    name: 'rope',
    path: 'gems/specifications/rope.gemspec',
    content: (version) => `Gem::Specification.new do |s|\n  s.name = "rope".freeze\n  s.version = "${version}"\nend\n`,
    asks: 'Gemfile.lock',
    asked: (version) =>
      `GEM\n  remote: https://rubygems.org/\n  specs:\n    rope (${version})\n\nDEPENDENCIES\n  rope\n`,
  },
  {
    id: 'rust',
    osv: 'crates.io',
    name: 'rope',
    path: 'bin/crab',
    content: (version) =>
      program({
        name: '.dep-v0',
        content: deflateSync(JSON.stringify({ packages: [{ name: 'rope', version, source: 'crates.io' }] })),
      }),
    asks: 'Cargo.lock',
    asked: (version) =>
      `version = 4\n\n[[package]]\nname = "rope"\nversion = "${version}"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n`,
  },
  {
    id: 'swift',
    osv: 'SwiftURL',
    name: 'github.com/hull/rope',
    path: '.build/workspace-state.json',
    content: (version) =>
      JSON.stringify({
        object: {
          dependencies: [
            {
              packageRef: { identity: 'rope', location: 'https://github.com/hull/rope.git' },
              state: { name: 'sourceControlCheckout', checkoutState: { version } },
            },
          ],
        },
        version: 6,
      }),
    asks: 'Package.resolved',
    asked: (version) =>
      JSON.stringify({ pins: [{ location: 'https://github.com/hull/rope.git', state: { version } }], version: 2 }),
  },
];

/** One package of each language on whose packages nobody publishes advisories. */
export const unwatchedSamples: readonly UnwatchedSample[] = [
  {
    id: 'cocoapods',
    name: 'Rope',
    path: 'Pods/Manifest.lock',
    content: (version) => `PODS:\n  - Rope (${version})\n\nCOCOAPODS: 1.15.2\n`,
    asks: 'Podfile.lock',
    asked: (version) => `PODS:\n  - Rope (${version})\n\nCOCOAPODS: 1.15.2\n`,
  },
  {
    id: 'lua',
    name: 'rope',
    path: 'rocks-5.4/rope/1.0-1/rope-1.0-1.rockspec',
    content: (version) => `package = "rope"\nversion = "${version}"\n`,
    asks: 'luarocks.lock',
    asked: (version) => `return {\n   dependencies = {\n      rope = "${version}"\n   }\n}\n`,
  },
  {
    id: 'perl',
    name: 'Hull-Rope',
    path: 'perl5/.meta/Hull-Rope-1.0/install.json',
    content: (version) => JSON.stringify({ name: 'Hull::Rope', dist: `Hull-Rope-${version}` }),
    asks: 'cpanfile.snapshot',
    asked: (version) => `# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Hull-Rope-${version}\n`,
  },
];

export function languageEcosystem({ id }: UnwatchedSample): Ecosystem {
  const found = ecosystems.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no ecosystem ${id}`);
  return found;
}

/** The file by which a package is known to be installed, below a folder. */
export function installedFile(sample: UnwatchedSample, folder: string, version: string): TarEntry {
  return { path: `${folder}/${sample.path}`, content: sample.content(version), mode: 0o755 };
}

/** The file that asks for it. */
export function askingFile(sample: UnwatchedSample, folder: string, version: string): TarEntry {
  return { path: `${folder}/${sample.asks}`, content: sample.asked(version) };
}

/** A record of OSV on the package: all versions below `fixed`. */
export function osvRecord({ osv, name }: LanguageSample, id: string, fixed: string): object {
  const events = [{ introduced: '0' }, { fixed }];
  return { id, affected: [{ package: { ecosystem: osv, name }, ranges: [{ type: 'ECOSYSTEM', events }] }] };
}
