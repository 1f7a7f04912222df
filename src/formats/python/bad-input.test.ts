import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseCondaMeta } from './conda-meta.ts';
import type { DeclaredPackages } from './declared.ts';
import { parsePythonMetadata } from './metadata.ts';
import { parsePdmLock } from './pdm-lock.ts';
import { parsePipfileLock } from './pipfile-lock.ts';
import { parsePoetryLock } from './poetry-lock.ts';
import { parsePylock } from './pylock.ts';
import { parsePipfile, parsePyproject } from './pyproject.ts';
import { parseRequirementsFile } from './requirements-file.ts';
import { parseRequiresTxt } from './requires-txt.ts';
import { parseSetupCfg } from './setup-cfg.ts';
import { parseSetupPy } from './setup-py.ts';
import { decodeText } from './text.ts';
import { parseUvLock } from './uv-lock.ts';

interface Reader {
  readonly name: string;
  readonly seed: string;
  readonly read: (bytes: Uint8Array) => unknown;
}

const ofText =
  (parse: (text: string) => DeclaredPackages) =>
  (bytes: Uint8Array): DeclaredPackages =>
    parse(decodeText(bytes));
const package1 = '[[package]]\nname = "a"\nversion = "1"\ngroups = ["dev"]\ndependencies = ["b>=1"]\n';

const readers: readonly Reader[] = [
  {
    name: 'METADATA',
    seed: 'Name: a\nVersion: 1\nLicense: x\n y\nClassifier: License :: B\nRequires-Dist: c (>=1); extra == "d"\n\nt',
    read: parsePythonMetadata,
  },
  { name: 'requires.txt', seed: 'a>=1\n\n[b]\nc\n[:os_name=="x"]\nd', read: parseRequiresTxt },
  {
    name: 'conda-meta',
    seed: '{"name":"a","version":"1","depends":["b 1"],"license":"MIT","md5":"00"}',
    read: parseCondaMeta,
  },
  {
    name: 'poetry.lock',
    seed: `${package1}files = [{file = "x", hash = "sha256:0"}]\n`,
    read: ofText(parsePoetryLock),
  },
  { name: 'pdm.lock', seed: package1, read: ofText(parsePdmLock) },
  {
    name: 'uv.lock',
    seed: `[[package]]\nname = "a"\nsource = { virtual = "." }\ndependencies = [{ name = "b" }]\n[package.dev-dependencies]\ndev = [{ name = "c" }]\n`,
    read: ofText(parseUvLock),
  },
  {
    name: 'pylock.toml',
    seed: `default-groups = ["d"]\n[[packages]]\nname = "a"\nversion = "1"\nmarker = "'x' in extras"\n`,
    read: ofText(parsePylock),
  },
  {
    name: 'Pipfile.lock',
    seed: '{"_meta":{},"default":{"a":{"version":"==1","hashes":["sha256:0"]}},"develop":{"b":{}}}',
    read: ofText(parsePipfileLock),
  },
  {
    name: 'pyproject.toml',
    seed: '[project]\ndependencies = ["a==1"]\n[tool.poetry.dependencies]\nb = { version = "^1" }\n[dependency-groups]\nc = ["d"]\n',
    read: ofText(parsePyproject),
  },
  { name: 'Pipfile', seed: '[packages]\na = "*"\n[dev-packages]\nb = {version = "==1"}\n', read: ofText(parsePipfile) },
  {
    name: 'setup.cfg',
    seed: '[options]\ninstall_requires =\n  a==1\n[options.extras_require]\nb = c; d\n',
    read: ofText(parseSetupCfg),
  },
  {
    name: 'setup.py',
    seed: "R=['a']\nsetup(install_requires=R, extras_require={'b': ['c==1', f'{x}']})",
    read: ofText(parseSetupPy),
  },
  {
    name: 'requirements.txt',
    seed: 'a==1 --hash=sha256:0\n-e git+x#egg=b\nc[d] @ https://x/y ; os_name=="z"\n# e\nf \\\n>=1',
    read: ofText(parseRequirementsFile),
  },
];

/** Whatever the bytes are: an answer, or a FormatError. */
function answers({ read }: Reader, bytes: Uint8Array): unknown {
  try {
    return read(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return undefined;
  }
}

describe.each(readers.map((reader) => [reader.name, reader] as const))('%s', (_, reader) => {
  const seed = Buffer.from(reader.seed);

  it('reads what tools write', () => {
    expect(reader.read(seed)).toBeDefined();
  });

  it('answers to every beginning of it', () => {
    for (let length = 0; length <= seed.length; length++) answers(reader, seed.subarray(0, length));
  });

  it('answers to it with any byte changed', () => {
    for (let at = 0; at < seed.length; at++) {
      for (const byte of [0, 0x0a, 0x22, 0x27, 0x5b, 0x5c, 0x7b, 0xff]) {
        const changed = Buffer.from(seed);
        changed[at] = byte;
        answers(reader, changed);
      }
    }
  });

  it('answers to any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void answers(reader, bytes)),
      { numRuns: 300 },
    );
  });

  it.each([
    ['one line', (unit: string) => unit.replaceAll('\n', ' ')],
    ['its own text', (unit: string) => unit],
    ['brackets', () => '[{('],
    ['quotes', () => '"\'\\'],
    ['hyphens', () => 'a-'],
    ['blanks', () => ' \t'],
    ['lines that go on', () => '\\\n'],
  ])('answers within seconds to half a megabyte of %s', (__, unitOf) => {
    const unit = unitOf(reader.seed);
    const bytes = Buffer.from(unit.repeat(Math.ceil(500_000 / unit.length)));
    const start = performance.now();

    answers(reader, bytes);

    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('JSON with other types than expected', () => {
  const values = ['null', '1', '"x"', 'true', '[]', '{}', '[[]]', '[null]', '{"__proto__":{}}', '[{"version":"==1"}]'];

  it.each(values)('takes %s for absent wherever it stands', (value) => {
    for (const text of [
      value,
      `{"default":${value}}`,
      `{"default":{"a":${value}}}`,
      `{"default":{"a":{"version":${value},"hashes":${value}}}}`,
      `{"name":${value},"version":${value}}`,
      `{"name":"a","version":"1","depends":${value},"license":${value},"md5":${value}}`,
    ]) {
      answers({ name: '', seed: '', read: ofText(parsePipfileLock) }, Buffer.from(text));
      answers({ name: '', seed: '', read: parseCondaMeta }, Buffer.from(text));
    }
  });
});

describe('TOML with other types than expected', () => {
  const values = ['1', '"x"', 'true', '[]', '{}', '[[]]', '[{}]', '1979-05-27', '{ a = {} }', '["x", 1, {}]'];
  const keys = ['package', 'packages', 'project', 'tool', 'default-groups', 'dependency-groups', 'dev-packages'];
  const fields =
    'name version groups category optional dependencies files source marker wheels sdist dev-dependencies'.split(' ');

  it.each(values)('takes %s for absent wherever it stands', (value) => {
    const texts = [
      ...keys.map((key) => `${key} = ${value}\n`),
      ...['package', 'packages'].flatMap((key) => fields.map((field) => `[[${key}]]\n${field} = ${value}\n`)),
      ...['package', 'packages'].flatMap((key) =>
        fields.filter((field) => field !== 'name').map((field) => `[[${key}]]\nname = "a"\n${field} = ${value}\n`),
      ),
      ...[
        'project.dependencies',
        'tool.poetry.dependencies',
        'tool.poetry.group',
        'tool.pdm.dev-dependencies',
        'tool.uv',
      ].map((key) => `${key} = ${value}\n`),
    ];
    for (const text of texts) {
      for (const parse of [parsePoetryLock, parsePdmLock, parseUvLock, parsePylock, parsePyproject, parsePipfile]) {
        answers({ name: '', seed: '', read: ofText(parse) }, Buffer.from(text));
      }
    }
  });
});

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from('a==1')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFa==1')],
    ['UTF-16 as PowerShell writes it', Buffer.from('\uFEFFa==1', 'utf16le')],
    ['UTF-16, high bytes first', Buffer.from('\uFEFFa==1', 'utf16le').swap16()],
  ])('reads %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe('a==1');
  });

  it('refuses what is no text', () => {
    expect(() => decodeText(Buffer.from('a\0b'))).toThrow(FormatError);
  });
});
