import type { ProblemCode } from '../../src/model/problem.ts';
import { assemblyFile } from '../support/assemblies.ts';
import { peFile } from '../support/executables.ts';
import { installedFile, type LanguageSample, languageSamples } from '../support/language-samples.ts';
import { debianFiles } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';
import { type ZipFile, zip } from '../support/zip.ts';
import { basePackages, type ExpectedProblem, type HostileCase, type HostileGroup, image } from './hostile-case.ts';

const MiB = 1024 * 1024;

/** Installed packages of every language, which must be found whatever stands beside them. */
const healthy: readonly TarEntry[] = languageSamples.map((sample) => installedFile(sample, 'opt', '1.2.3'));
const found = [
  ...basePackages,
  ...languageSamples.map(({ id, name, written = name }) => `${written}@${id === 'go' ? 'v' : ''}1.2.3`),
];

type Content = string | Uint8Array | (() => string | Uint8Array);

/** A file that must be named by a problem of this code, and cost nothing else. */
function bad(name: string, path: string, content: Content, code?: ProblemCode | readonly ProblemCode[]): HostileCase {
  const problems: readonly ExpectedProblem[] = code === undefined ? [] : [{ code, path }];
  return {
    name,
    make: () => {
      const bytes = typeof content === 'function' ? content() : content;
      return image([debianFiles(), healthy, [{ path, content: bytes, mode: 0o755 }]]);
    },
    packages: found,
    ...(problems.length > 0 && { problems }),
    silent: ['analyzer.failed', 'judge.failed'],
  };
}

const deep = (open: string, close: string, levels = 1_000_000): string => open.repeat(levels) + close.repeat(levels);
const npm = 'srv/node_modules/rope/package.json';
const dist = 'usr/lib/python3/dist-packages';

const manifests: readonly HostileCase[] = [
  bad('a package.json that is an array', npm, '[{"name":"rope","version":"1"}]', 'file.format'),
  bad('a package.json of 50 MB', npm, () => `{"name":"rope","x":"${'y'.repeat(50 * MiB)}"}`, 'file.too-large'),
  bad('a package.json that is nested deeply', npm, `{"name":"rope","version":"1","x":${deep('[', ']')}}`),
  bad('a package.json with the keys of prototypes', npm, '{"__proto__":{"name":"x"},"constructor":7}'),
  bad('a package.json without a version', npm, '{"name":"rope"}', 'file.format'),
  bad('a package.json of invalid UTF-8', npm, Buffer.alloc(4096, 0xfe), 'file.format'),
  {
    ...bad('a wheel without RECORD', `${dist}/rope-1.0.dist-info/METADATA`, 'Name: rope\nVersion: 1.0\n'),
    packages: [...found, 'rope@1.0'],
  },
  bad('metadata of a wheel without a name', `${dist}/rope-1.0.dist-info/METADATA`, 'Version: 1.0\n', 'file.format'),
  bad('metadata of a wheel that is noise', `${dist}/r-1.dist-info/METADATA`, Buffer.alloc(9000, 0xfe), 'file.format'),
];

const asking: readonly HostileCase[] = [
  bad('an empty composer.lock', 'srv/composer.lock', '', 'lockfile.unreadable'),
  bad('a composer.lock that is an array', 'srv/composer.lock', '[]', 'lockfile.unreadable'),
  bad('an empty package-lock.json', 'srv/package-lock.json', '', 'lockfile.unreadable'),
  bad('a package-lock.json of one byte', 'srv/package-lock.json', '{', 'lockfile.unreadable'),
  bad(
    'a package-lock.json that is nested deeply',
    'srv/package-lock.json',
    `{"lockfileVersion":1,"dependencies":${deep('{"a":{"dependencies":', '}}', 300_000)}}`,
    'lockfile.unreadable',
  ),
  {
    ...bad(
      'a package-lock.json with the keys of prototypes',
      'srv/package-lock.json',
      '{"lockfileVersion":1,"dependencies":{"__proto__":{"version":"1.0.0"},"constructor":{"version":"2.0.0"}}}',
    ),
    packages: [...found, '__proto__@1.0.0', 'constructor@2.0.0'],
  },
  bad(
    'a pnpm-lock.yaml of aliases that unfold to billions',
    'srv/pnpm-lock.yaml',
    () => {
      const steps = Array.from({ length: 40 }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(9)}*x${i}]`);
      return `lockfileVersion: '9.0'\nx0: &x0 [lol]\n${steps.join('\n')}\npackages: *x40\n`;
    },
    'lockfile.unreadable',
  ),
  bad('a pnpm-lock.yaml that is nested deeply', 'srv/pnpm-lock.yaml', `a: ${deep('[', ']')}`, 'lockfile.unreadable'),
  bad('a yarn.lock that is nested deeply', 'srv/yarn.lock', `__metadata:\n  a: ${deep('{a: ', '}', 200_000)}`),
  bad('a Cargo.lock that is nested deeply', 'srv/Cargo.lock', `a = ${deep('[', ']')}`, 'lockfile.unreadable'),
  bad('a poetry.lock whose tables contradict', 'srv/poetry.lock', 'a = 1\n[a.b]\n[[a]]\n', 'lockfile.unreadable'),
  bad('a Gemfile.lock that is noise', 'srv/Gemfile.lock', Buffer.alloc(90_000, 0xfe), 'lockfile.unreadable'),
  bad('a go.mod that is noise', 'srv/go.mod', Buffer.alloc(90_000, 0xfe), 'lockfile.unreadable'),
  bad(
    'a pom.xml whose entities unfold to billions',
    'srv/pom.xml',
    `<!DOCTYPE p [<!ENTITY a "ha">${Array.from({ length: 40 }, (_, i) => `<!ENTITY ${'a'.repeat(i + 2)} "${`&${'a'.repeat(i + 1)};`.repeat(10)}">`).join('')}]>` +
      `<project><groupId>g</groupId><artifactId>&${'a'.repeat(41)};</artifactId></project>`,
    'lockfile.unreadable',
  ),
  bad(
    'a pom.xml with an entity from elsewhere',
    'srv/pom.xml',
    '<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]><project><artifactId>&e;</artifactId></project>',
    'lockfile.unreadable',
  ),
  bad('a pom.xml that is nested deeply', 'srv/pom.xml', deep('<a>', '</a>', 300_000), 'lockfile.unreadable'),
  bad('a packages.config of entities', 'srv/packages.config', '<!DOCTYPE p [<!ENTITY a "b">]><packages/>'),
];

/** What a version may be in the file of a careless or malicious person. */
const versions: readonly (readonly [title: string, version: string])[] = [
  ['nothing', ''],
  ['a range', '>=1.0.0 <2 || ^3'],
  ['a word', 'latest'],
  ['a URL', 'https://registry.example/rope-1.0.0.tgz?token=x#y'],
  ['a repository', 'git+ssh://git@host.example/rope.git#semver:^1'],
  ['a folder above', 'file:../../etc'],
  ['a prototype', '__proto__'],
  ['other letters', '1.０.😀'],
  ['a long number', `1.${'9'.repeat(900)}`],
  ['more characters than anybody needs', '1.'.repeat(5000)],
];

/** Listed as it is, which `match/` then says that it cannot judge, or named by a problem; never dropped without a word. */
function withVersion(sample: LanguageSample, [title, version]: (typeof versions)[number]): HostileCase {
  const path = `srv/${sample.path}`;
  const { written = sample.name } = sample;
  // What is too long is not kept of a list of crates, and the crate is.
  const listed = sample.id === 'go' ? `v${version}` : sample.id === 'rust' && version.length > 1000 ? '' : version;
  return {
    ...bad(`a package of ${sample.id} whose version is ${title}`, path, sample.content(version)),
    problems: [{ code: 'file.format', path: sample.id === 'java' ? `${path}!/META-INF/maven/org.hull/rope` : path }],
    harmless: [...found, `${written}@${listed}`],
  };
}

const jar = 'srv/app.jar';
const inJar = (content: string | Uint8Array): ZipFile => ({ name: 'lib/inner.jar', content });
const descriptor = (artifact: string): ZipFile => ({
  name: `META-INF/maven/g/${artifact}/pom.properties`,
  content: `groupId=g\nartifactId=${artifact}\nversion=1.0\n`,
});

function nested(levels: number): Buffer {
  let archive = zip([descriptor('deepest')]);
  for (let i = 0; i < levels; i++) archive = zip([inJar(archive)]);
  return archive;
}

const archives: readonly HostileCase[] = [
  bad('a jar of one byte', jar, 'P', 'file.format'),
  bad('a jar that is noise', jar, Buffer.alloc(90_000, 0xfe), 'file.format'),
  {
    ...bad('a jar nested five deep (T-15)', jar, nested(5)),
    packages: [...found, 'g:deepest@1.0'],
  },
  bad('a jar nested 20 deep (T-14)', jar, nested(20)),
  bad('a jar that claims four gigabytes (T-14)', jar, zip([{ ...descriptor('rope'), statedSize: 0xfffffff0 }])),
  bad('a jar of bombs (T-14)', jar, () => {
    const bomb = zip(
      Array.from({ length: 16 }, (_, i) => ({ ...descriptor(`a${i}`), content: Buffer.alloc(8 * MiB) })),
    );
    return zip(Array.from({ length: 16 }, (_, i) => ({ name: `lib/${i}.jar`, content: bomb })));
  }),
  bad('a jar whose members share their bytes (T-14)', jar, () =>
    zip([
      { ...descriptor('a'), content: Buffer.alloc(8 * MiB) },
      ...Array.from({ length: 3000 }, (_, i) => ({ ...descriptor(`b${i}`), content: Buffer.alloc(8), sameBodyAs: 0 })),
    ]),
  ),
  bad('a jar that is encrypted', jar, zip([{ ...descriptor('rope'), encrypted: true }])),
  {
    ...bad('a jar with the same name twice', jar, zip([descriptor('rope'), descriptor('rope')])),
    packages: [...found, 'g:rope@1.0'],
  },
  {
    ...bad('a jar behind a script', jar, zip([descriptor('rope')], { prefix: '#!/bin/sh\nexec java -jar "$0"\n' })),
    packages: [...found, 'g:rope@1.0'],
  },
];

/** A program with numbers of its headers replaced by the largest there are. */
function lies(program: Uint8Array, every: number): Buffer {
  const changed = Buffer.from(program);
  for (let at = 16; at + 4 <= Math.min(changed.length, 4096); at += every) changed.fill(0xff, at, at + 4);
  return changed;
}

const program = (id: string): Buffer => {
  const sample = languageSamples.find((one) => one.id === id)!;
  return Buffer.from(sample.content('1.0.0'));
};

const programs: readonly HostileCase[] = ['go', 'rust'].flatMap((id) => [
  bad(`a program of ${id} that is cut in its middle`, 'srv/tool', () => program(id).subarray(0, 100_000)),
  ...[4, 8, 12, 20, 36, 52].map((every) =>
    bad(`a program of ${id} with lies at every ${every} bytes`, 'srv/tool', () => lies(program(id), every)),
  ),
]);

const assemblies: readonly HostileCase[] = [
  bad('an assembly that is cut in its middle', 'srv/A.dll', () => assemblyFile().subarray(0, 300)),
  ...[4, 8, 12, 20, 36, 52].map((every) =>
    bad(`an assembly with lies at every ${every} bytes`, 'srv/A.dll', () => lies(assemblyFile(), every)),
  ),
  bad('a program of Windows with lies', 'srv/a.exe', () =>
    lies(
      peFile({ sections: [{ name: '.text', address: 0x1000, content: Buffer.alloc(200_000), writable: false }] }),
      12,
    ),
  ),
];

const component = (i: number, purl: string): object => ({
  type: 'library',
  'bom-ref': `r${i}`,
  name: `n${i}`,
  version: '1',
  purl,
});

function bom(count: number, more: object = {}, purl = (i: number): string => `pkg:npm/n${i}@1`): string {
  const components = Array.from({ length: count }, (_, i) => component(i, purl(i)));
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components, ...more });
}

const document = (name: string, make: () => string, expected: Partial<HostileCase>): HostileCase => ({
  name,
  make: () => Buffer.from(make()),
  silent: ['analyzer.failed', 'judge.failed'],
  ...expected,
});

const documents: readonly HostileCase[] = [
  document(
    'a bill of materials whose parts need each other in circles',
    () =>
      bom(3, {
        dependencies: ['r0', 'r1', 'r2'].map((ref, i) => ({ ref, dependsOn: [`r${(i + 1) % 3}`, ref, 'nobody'] })),
      }),
    { packages: ['n0@1', 'n1@1', 'n2@1'], exactly: true },
  ),
  document('a bill of materials with purls that are none', () => bom(3, {}, (i) => ['pkg:', 'x', 'pkg:npm/n2@1'][i]!), {
    problems: [{ code: 'sbom.component' }],
    packages: ['n2@1'],
  }),
  document('a bill of materials of a version to come', () => bom(1, { specVersion: '9.7' }), {
    problems: [{ code: 'image.media-type', says: 'says version 9.7' }],
    packages: ['n0@1'],
  }),
  document('a bill of materials that is nested deeply', () => `{"bomFormat":"CycloneDX","x":${deep('[', ']')}}`, {
    problems: [{ code: 'packages.none' }],
  }),
];

export const languages: readonly HostileGroup[] = [
  { title: 'manifests of packages (T-08)', cases: manifests },
  { title: 'lockfiles (T-08)', cases: asking },
  {
    title: 'versions of languages (T-18)',
    cases: languageSamples.flatMap((sample) => versions.map((version) => withVersion(sample, version))),
  },
  { title: 'jars (T-14, T-15)', cases: archives },
  { title: 'programs', cases: [...programs, ...assemblies] },
  { title: 'bills of materials', cases: documents },
];
