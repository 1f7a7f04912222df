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

/** Large enough to be looked into. */
const filler: MadeSection = { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false };

function program(section: Pick<MadeSection, 'name' | 'content'>): Buffer {
  return elfFile({ sections: [filler, { ...section, address: 0x60_0000 }] });
}

/** One package of each language. Versions are to have three numbers. */
export const languageSamples: readonly LanguageSample[] = [
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
];

export function languageEcosystem({ id }: LanguageSample): Ecosystem {
  const found = ecosystems.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no ecosystem ${id}`);
  return found;
}

/** The file by which a package is known to be installed, below a folder. */
export function installedFile(sample: LanguageSample, folder: string, version: string): TarEntry {
  return { path: `${folder}/${sample.path}`, content: sample.content(version), mode: 0o755 };
}

/** The file that asks for it. */
export function askingFile(sample: LanguageSample, folder: string, version: string): TarEntry {
  return { path: `${folder}/${sample.asks}`, content: sample.asked(version) };
}

/** A record of OSV on the package: all versions below `fixed`. */
export function osvRecord({ osv, name }: LanguageSample, id: string, fixed: string): object {
  const events = [{ introduced: '0' }, { fixed }];
  return { id, affected: [{ package: { ecosystem: osv, name }, ranges: [{ type: 'ECOSYSTEM', events }] }] };
}
