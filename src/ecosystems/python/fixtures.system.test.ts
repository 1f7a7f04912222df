import { describe, expect, it } from 'vitest';
import {
  type FixtureArchive,
  type FixtureCase,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
} from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { pypiName } from '../../model/purl.ts';
import { condaMeta } from './conda.ts';
import { pythonDeclared } from './declared.ts';
import { pythonInstalled } from './installed.ts';

const analyzers = [pythonInstalled, condaMeta, pythonDeclared];

/** A list of cases, and the path under which the file of a case is shown. A folder is shown as it is. */
interface Lister {
  readonly archive: FixtureArchive;
  readonly lister: string;
  readonly place: (file: string) => string;
}

const inSitePackages = 'usr/lib/python3/site-packages';
const metadataPlaces: Readonly<Record<string, string>> = {
  distinfo_meta: 'pip-22.2.2.dist-info/METADATA',
  egginfo: 'pycups-2.0.1-py3.8.egg-info',
  egginfo_pkginfo: 'setuptools-57.4.0-py3.9.egg/EGG-INFO/PKG-INFO',
  empty: 'empty.dist-info/METADATA',
  'pyopenssl-26.0.0.dist-info': 'pyopenssl-26.0.0.dist-info/METADATA',
};
const syftPlaces: Readonly<Record<string, string>> = { 'python/testdata/Python-2.7.egg-info': 'Python-2.7.egg-info' };

const listers: readonly Lister[] = [
  scalibr('wheelegg', (file) => {
    if (file.endsWith('.whl')) return `usr/share/python-wheels/${file}`;
    return `${inSitePackages}/${metadataPlaces[file] ?? (file.endsWith('.egg') ? file : `${file}.egg-info/PKG-INFO`)}`;
  }),
  scalibr('condameta', () => 'opt/conda/conda-meta/jupyterlab-3.1.12-py39hf3db000.json'),
  scalibr('poetrylock', () => 'app/poetry.lock'),
  scalibr('uvlock', () => 'app/uv.lock'),
  scalibr('pdmlock', () => 'app/pdm.lock'),
  scalibr('pipfilelock', () => 'app/Pipfile.lock'),
  scalibr('pylock', () => 'app/pylock.toml'),
  scalibr('requirements', (file) => `app/requirements-${file}`),
  scalibr('pyprojecttoml', () => 'app/pyproject.toml'),
  scalibr('setup', () => 'app/setup.py'),
  { archive: 'syft', lister: 'python', place: (file) => `app/${syftPlaces[file] ?? file}` },
  { archive: 'syft', lister: 'conda', place: (file) => `opt/conda/${file}` },
];

function scalibr(name: string, place: Lister['place']): Lister {
  return { archive: 'osv-scalibr-language', lister: `language/python/${name}`, place };
}

const noVersion = 'asked for by name, without a version that the file allows itself';
const requirements = 'language/python/requirements/testdata';
const setup = 'language/python/setup/testdata';

/** What is listed here and not by the publisher of the fixture, by path of the case, each with the reason. */
const explained: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'language/python/uvlock/testdata/source-git.lock': {
    'uv-lockfiles@0.1.0': 'the project itself, which the lockfile lists; the other publisher lists it too',
  },
  'language/python/pipfilelock/testdata/no-version.json': {
    'itsdangerous@': 'locked to a commit of a repository: the version is not known, the package is',
    'markupsafe@': 'locked to a commit of a repository: the version is not known, the package is',
  },
  [`${requirements}/example.txt`]: {
    'numpy@1.9.2': 'the file name of a wheel in a folder tells name and version',
    'urllib3@': 'asked for by name and URL, which is no wheel and tells no version',
    'wxpython-phoenix@3.0.3.dev1820+49a8884': 'the file name of a wheel in a URL tells name and version',
  },
  [`${requirements}/env_var.txt`]: {
    'qwert@': 'asked for by name; the version is a variable of whoever runs pip',
  },
  [`${setup}/valid`]: { 'foo@': noVersion },
  [`${setup}/valid_2`]: { 'wandb@': noVersion },
  [`${setup}/valid_3`]: {
    'biopython@': noVersion,
    'matplotlib@': noVersion,
    'numpy@': noVersion,
    'pandas@': noVersion,
    'pysam@': 'asked for above a version that is not allowed itself',
    'python-dateutil@': noVersion,
    'scipy@': noVersion,
    'seaborn@': noVersion,
  },
  'python/testdata/pipfile-lock/Pipfile.lock': {
    'astroid@2.5.2': 'of the section `develop`, which the publisher does not read: here in the group dev',
    'autopep8@1.5.6': 'of the section `develop`, which the publisher does not read: here in the group dev',
  },
};

/** What the publisher of the fixture lists and is not so by the rules of the format, by path of the case. */
const wrong: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [`${requirements}/per_req_options.txt`]: {
    'foo7@1.0 unexpected_text_before_options_stays_around':
      'text after the version: no requirement by PEP 508, and pip refuses the file; it is a problem here',
  },
};

/** Files that a case needs beside its own. */
const beside: Readonly<Record<string, readonly string[]>> = {
  [`${requirements}/example.txt`]: [`${requirements}/other-requirements.txt`],
};

function shownFiles({ archive, place }: Lister, path: string): ReadonlyMap<string, Buffer> {
  const shown = new Map<string, Buffer>();
  for (const one of [path, ...(beside[path] ?? [])]) {
    for (const [inner, content] of fixtureFiles(archive, one)) {
      const name = one.slice(one.lastIndexOf('/') + 1);
      shown.set(inner === '' ? place(name) : `${place(name)}/${inner}`, content);
    }
  }
  // The archive of fixtures gives no files without content.
  if (shown.size === 0) shown.set(place(path.slice(path.lastIndexOf('/') + 1)), Buffer.alloc(0));
  return shown;
}

const normal = (one: { name: string; version: string }) => ({ name: pypiName(one.name), version: one.version });
const reason = hasShared ? '' : `: ${sharedAbsent}`;

describe.skipIf(!hasShared)(`packages of fixtures of other scanners${reason}`, () => {
  for (const lister of hasShared ? listers : []) {
    const cases = fixtureCases(lister.archive, lister.lister).map((one): [string, FixtureCase] => [
      `${one.path} (${one.title})`,
      one,
    ]);

    it.each(cases)(`${lister.lister}: %s`, async (_, { path, packages: expected, expectError }) => {
      const { packages, problems } = await readFixture(analyzers, shownFiles(lister, path));

      const ours = named(packages.map(normal));
      const theirs = named(expected.map(normal)).filter((one) => wrong[path]?.[one] === undefined);
      expect(theirs.filter((one) => !ours.includes(one))).toEqual([]);
      expect(ours.filter((one) => !theirs.includes(one))).toEqual(Object.keys(explained[path] ?? {}).sort());
      for (const problem of problems) expect(problem.code).not.toBe('analyzer.failed');
      if (expectError === true) expect(problems).not.toEqual([]);
      const grouped = (list: readonly { groups?: readonly string[]; name: string; version: string }[]) =>
        named(list.filter(({ groups = [] }) => groups.length > 0).map(normal));
      expect(grouped(packages)).toEqual(expect.arrayContaining([...grouped(expected)]));
    });
  }
});
