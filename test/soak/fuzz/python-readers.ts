import { FormatError } from '../../../src/errors.ts';
import { parseCondaMeta } from '../../../src/formats/python/conda-meta.ts';
import type { DeclaredPackages } from '../../../src/formats/python/declared.ts';
import { parsePythonMetadata } from '../../../src/formats/python/metadata.ts';
import { parsePdmLock } from '../../../src/formats/python/pdm-lock.ts';
import { parsePipfileLock } from '../../../src/formats/python/pipfile-lock.ts';
import { parsePoetryLock } from '../../../src/formats/python/poetry-lock.ts';
import { parsePylock } from '../../../src/formats/python/pylock.ts';
import { parsePipfile, parsePyproject } from '../../../src/formats/python/pyproject.ts';
import { parseRequirementsFile } from '../../../src/formats/python/requirements-file.ts';
import { parseRequiresTxt } from '../../../src/formats/python/requires-txt.ts';
import { parseSetupCfg } from '../../../src/formats/python/setup-cfg.ts';
import { parseSetupPy } from '../../../src/formats/python/setup-py.ts';
import { decodeText } from '../../../src/formats/python/text.ts';
import { parseUvLock } from '../../../src/formats/python/uv-lock.ts';
import { type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const { reader, declared: told } = readersAllowing(FormatError);

function declared(name: string, parse: (text: string) => DeclaredPackages, seed: string): FuzzReader {
  return told(name, (bytes) => parse(decodeText(bytes)).packages, seed);
}

const digest = 'ab'.repeat(32);

/** Readers of what Python packages and their tools leave behind. */
export const pythonReaders: readonly FuzzReader[] = [
  told(
    'python-metadata',
    (bytes) => [parsePythonMetadata(bytes)],
    'Metadata-Version: 2.1\nName: a_b\nVersion: 1.0\nLicense: MIT\nClassifier: License :: OSI Approved :: MIT License\nRequires-Dist: c (>=1) ; extra == "x"\n\ntext\n',
  ),
  reader('python-requires', parseRequiresTxt, 'a>=1\nb\n\n[x:python_version<"3"]\nc\n'),
  reader(
    'conda-meta',
    parseCondaMeta,
    `{"name":"zlib","version":"1.3","build":"h1_0","license":"Zlib","depends":["libgcc >=12"],"md5":"${'0'.repeat(32)}","sha256":"${digest}"}`,
  ),
  declared(
    'poetry-lock',
    parsePoetryLock,
    `[[package]]\nname = "a"\nversion = "1.0"\noptional = true\ngroups = ["dev"]\nfiles = [{file = "a.whl", hash = "sha256:${digest}"}]\n[package.dependencies]\nb = ">=1"\n[metadata]\nlock-version = "2.1"\n`,
  ),
  declared(
    'uv-lock',
    parseUvLock,
    `version = 1\n[[package]]\nname = "app"\nversion = "0.1"\nsource = { virtual = "." }\ndependencies = [{ name = "a" }]\n[package.dev-dependencies]\ndev = [{ name = "b" }]\n[[package]]\nname = "a"\nversion = "1.0"\nsdist = { hash = "sha256:${digest}" }\n`,
  ),
  declared(
    'pdm-lock',
    parsePdmLock,
    '[[package]]\nname = "a"\nversion = "1.0"\ngroups = ["default"]\ndependencies = ["b>=1"]\n',
  ),
  declared(
    'pylock',
    parsePylock,
    `lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1.0"\nmarker = "'x' in extras"\n[[packages.wheels]]\nhashes = { sha256 = "${digest}" }\n`,
  ),
  declared(
    'pipfile-lock',
    parsePipfileLock,
    `{"default":{"a":{"version":"==1.0","hashes":["sha256:${digest}"]}},"develop":{"b":{"version":"==2"}}}`,
  ),
  declared(
    'pyproject',
    parsePyproject,
    '[project]\nname = "app"\ndependencies = ["a[x]>=1,<2; python_version>\'3\'"]\n[project.optional-dependencies]\nx = ["b"]\n[tool.poetry.dependencies]\nc = { version = "^1" }\n',
  ),
  declared(
    'pipfile',
    parsePipfile,
    '[packages]\na = "==1.0"\nb = { version = "*", extras = ["x"] }\n[dev-packages]\nc = "*"\n',
  ),
  declared(
    'requirements',
    parseRequirementsFile,
    '-r base.txt\na[x]==1.0 --hash=sha256:00 \\\n  ; python_version < "3" # why\n-e git+https://x/y.git#egg=z\nhttps://x/a-1.0-py3-none-any.whl\n',
  ),
  declared('setup-cfg', parseSetupCfg, '[options]\ninstall_requires =\n  a>=1\n  b\n[options.extras_require]\nx = c\n'),
  declared(
    'setup-py',
    parseSetupPy,
    'from setuptools import setup\nN = ["b"]\nsetup(name="app", install_requires=["a==1.0", """c"""] + N, extras_require={"x": ["d"]})\n',
  ),
];
