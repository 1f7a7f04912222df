import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parsePdmLock } from './pdm-lock.ts';
import { parsePipfileLock } from './pipfile-lock.ts';
import { parsePoetryLock } from './poetry-lock.ts';
import { parsePylock } from './pylock.ts';
import { parseUvLock } from './uv-lock.ts';

const digest = '0123456789abcdef'.repeat(4);

describe('parsePoetryLock', () => {
  it('reads groups, needs and the digest of an only archive', () => {
    const text = `
[[package]]
name = "a"
version = "1"
optional = false
groups = ["main", "dev"]
files = [{file = "a.whl", hash = "sha256:${digest}"}]
[package.dependencies]
b = ">=1"
c = {version = "*", optional = true}
[[package]]
name = "b"
version = "2"
optional = true
groups = ["main"]
files = [{file = "b.whl", hash = "sha256:${digest}"}, {file = "b.tar.gz", hash = "sha256:${digest}"}]
[[package]]
name = "c"
version = "3"
groups = ["dev", "test"]
[[package]]
name = "d"
version = "4"
category = "dev"
[[package]]
version = "5"
`;

    expect(parsePoetryLock(text)).toEqual({
      packages: [
        { name: 'a', version: '1', requires: ['b', 'c'], hashes: { sha256: digest } },
        { name: 'b', version: '2', groups: ['optional'] },
        { name: 'c', version: '3', groups: ['dev', 'test'] },
        { name: 'd', version: '4', groups: ['dev'] },
      ],
      leftOut: 'a package has no name',
    });
  });
});

describe('parsePdmLock', () => {
  it('makes one of a package and its extras', () => {
    const text = `
[[package]]
name = "coverage"
version = "7"
groups = ["dev"]
[[package]]
name = "coverage"
version = "7"
extras = ["toml"]
groups = ["dev", "docs"]
dependencies = ["coverage==7", "tomli; python_version <= '3.11'"]
[[package]]
name = "tomli"
version = "2"
groups = ["default", "dev"]
`;

    expect(parsePdmLock(text).packages).toEqual([
      { name: 'coverage', version: '7', groups: ['dev', 'docs'], requires: ['tomli'] },
      { name: 'tomli', version: '2' },
    ]);
  });
});

describe('parsePylock', () => {
  it('takes groups from markers, and leaves the project itself out', () => {
    const text = `
lock-version = '1.0'
default-groups = ['default']
packages = [
  { name = 'self', directory = { path = '.' } },
  { name = 'a', version = '1', marker = "'default' in dependency_groups or 'x' in extras" },
  { name = 'b', version = '2', marker = "os_name == 'nt' and 'x' in extras", dependencies = [{ name = 'a' }] },
  { name = 'c', version = '3', wheels = [{ name = 'c.whl', hashes = { sha256 = '${digest}' } }] },
  { name = 'd', vcs = { type = 'git', url = 'https://x' } },
]
`;

    expect(parsePylock(text).packages).toEqual([
      { name: 'a', version: '1' },
      { name: 'b', version: '2', groups: ['x'], requires: ['a'] },
      { name: 'c', version: '3', hashes: { sha256: digest } },
      { name: 'd', version: '' },
    ]);
  });
});

describe('parseUvLock', () => {
  it('follows dependencies from the project to tell what is for use', () => {
    const entry = (name: string, needs: readonly string[] = [], more = '') =>
      `[[package]]\nname = "${name}"\nversion = "1"\n${more}dependencies = [${needs.map((one) => `{ name = "${one}" }`).join(', ')}]\n`;
    const text = `version = 1
${entry('app', ['A_b'], 'source = { editable = "." }\n')}
[package.optional-dependencies]
web = [{ name = "web" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }, { name = "a-b" }]
lint = [{ name = "pytest" }]
${entry('a-b', ['deep'])}${entry('deep', ['a-b'])}${entry('web', ['shared'])}${entry('pytest', ['shared', 'deep'])}
${entry('shared')}
[package.optional-dependencies]
more = [{ name = "extra-of-shared" }]
${entry('extra-of-shared')}${entry('alone')}`;

    const { packages } = parseUvLock(text);

    expect(packages.map(({ name, groups = [] }) => [name, groups.join(' ')])).toEqual([
      ['app', ''],
      ['a-b', ''],
      ['deep', ''],
      ['web', 'web'],
      ['pytest', 'dev lint'],
      ['shared', 'web dev lint'],
      ['extra-of-shared', 'web dev lint'],
      ['alone', ''],
    ]);
    expect(packages[0]?.requires).toEqual(['A_b']);
  });

  it.each([
    ['virtual = "."', true],
    ['editable = "."', true],
    // It may be a copy of one that is published.
    ['editable = "packages/a"', undefined],
    ['registry = "https://pypi.org/simple"', undefined],
  ])('tells the project itself: %s', (source, application) => {
    const { packages } = parseUvLock(`[[package]]\nname = "a"\nversion = "1"\nsource = { ${source} }\n`);

    expect(packages).toEqual([{ name: 'a', version: '1', ...(application && { application }) }]);
  });

  it('says of nothing that it is not for use where that would take too long to tell', () => {
    const chain = Array.from(
      { length: 2000 },
      (_, i) => `[[package]]\nname = "p${i}"\ndependencies = [{ name = "p${i + 1}" }]\n`,
    );
    const groups = Array.from({ length: 2000 }, (_, i) => `g${i} = [{ name = "p0" }]\n`);
    const text = `[[package]]\nname = "app"\nsource = { virtual = "." }\n[package.dev-dependencies]\n${groups.join('')}${chain.join('')}`;

    expect(parseUvLock(text).packages.some(({ groups }) => groups !== undefined)).toBe(false);
  });
});

describe('a lockfile with more packages than anybody has', () => {
  it('keeps the first ones, and says how many were left out', () => {
    const members = Array.from({ length: 50_002 }, (_, i) => `"p${i}":{}`);

    const { packages, leftOut } = parsePipfileLock(`{"default":{${members.join(',')}}}`);

    expect(packages).toHaveLength(50_000);
    expect(leftOut).toBe('2 packages beyond the first 50000 were left out');
  });
});

describe('parsePipfileLock', () => {
  it('reads sections as groups', () => {
    const lock = {
      _meta: { hash: { sha256: 'x' } },
      default: { a: { version: '==1.0', hashes: [`sha256:${digest}`] }, b: { git: 'https://x', ref: '0' } },
      develop: { a: { version: '==1.0' }, c: { version: '==2' }, b: { version: '==9' } },
      docs: { d: { version: '==3' } },
    };

    expect(parsePipfileLock(JSON.stringify(lock))).toEqual({
      packages: [
        { name: 'a', version: '1.0' },
        { name: 'b', version: '' },
        { name: 'c', version: '2', groups: ['dev'] },
        { name: 'b', version: '9', groups: ['dev'] },
        { name: 'd', version: '3', groups: ['docs'] },
      ],
    });
  });

  it('takes keys of prototypes for what they are', () => {
    const text = '{"__proto__":{"x":{"version":"==1"}},"default":{"__proto__":{"version":"==2"},"constructor":{}}}';

    expect(parsePipfileLock(text).packages).toEqual([
      { name: 'x', version: '1', groups: ['__proto__'] },
      { name: '__proto__', version: '2' },
      { name: 'constructor', version: '' },
    ]);
    expect(({} as { version?: string }).version).toBeUndefined();
  });

  it.each([
    ['a version without an operator', { version: '1.0' }],
    ['no object', 'a'],
    ['a list', []],
    ['what is too long', { version: '==1', x: 'x'.repeat(2_000_000) }],
  ])('leaves out %s, and says so', (_, entry) => {
    expect(parsePipfileLock(JSON.stringify({ default: { a: entry, b: { version: '==1' } } }))).toEqual({
      packages: [{ name: 'b', version: '1' }],
      leftOut: '1 of its packages are not as pipenv writes them',
    });
  });

  it.each(['[]', '"a"', '1', 'null', '{', 'x', '['.repeat(1_000_000)])('refuses what is no object', (text) => {
    expect(() => parsePipfileLock(text)).toThrow(FormatError);
  });
});
