import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import type { Fact } from '../../model/fact.ts';
import { pythonDeclared } from './declared.ts';

const told = (facts: readonly Fact[]) =>
  facts.flatMap((fact) =>
    fact.kind === 'package'
      ? [`${fact.package.name}@${fact.package.version} ${fact.package.evidence} ${fact.path}`]
      : [],
  );

describe('pythonDeclared', () => {
  it('asks for lockfiles and manifests, and for none that an installed package has', async () => {
    const wanted = [
      ...['poetry.lock', 'uv.lock', 'script.py.lock', 'pdm.lock', 'Pipfile.lock', 'pylock.toml', 'pylock.dev.toml'],
      ...['pyproject.toml', 'Pipfile', 'setup.py', 'setup.cfg', 'requirements.txt', 'dev-requirements.txt'],
      ...['requirements/base.txt', 'requirements_dev.txt'],
    ].map((name) => `app/${name}`);
    const others = [
      ...[
        'my-poetry.lock',
        'Cargo.toml',
        'xpylock.toml',
        'pylock.json',
        'xsetup.py',
        'my.setup.cfg',
        'requirements.md',
      ],
      ...['myrequirements/base.txt', 'base.txt', 'requirements/sub/base.txt', 'requirements.in', 'poetry.lock/x'],
    ].map((name) => `app/${name}`);
    const published = [
      'usr/lib/python3/dist-packages/a/setup.py',
      'app/.venv/lib/python3.12/site-packages/b/requirements.txt',
    ];

    const { asked } = await readLayerWith(
      pythonDeclared,
      [...wanted, 'requirements/x.txt', ...others, ...published].map((path) => ({ path, content: '' })),
    );

    expect(asked).toEqual([...wanted, 'requirements/x.txt'].toSorted());
  });

  it('tells lockfiles from manifests', async () => {
    const { facts, problems } = await readLayerWith(pythonDeclared, [
      { path: 'app/requirements.txt', content: 'a==1\nb>=2\n' },
      { path: 'app/uv.lock', content: '[[package]]\nname = "c"\nversion = "3"\n' },
      { path: 'usr/share/python-wheels/pip-24.0-py3-none-any.whl', content: 'whatever' },
      { path: 'usr/share/python-wheels/odd.whl', content: 'whatever' },
    ]);

    expect(problems).toEqual([]);
    expect(told(facts)).toEqual([
      'a@1 manifest app/requirements.txt',
      'b@2 manifest app/requirements.txt',
      'c@3 lockfile app/uv.lock',
      'pip@24.0 lockfile usr/share/python-wheels/pip-24.0-py3-none-any.whl',
    ]);
  });

  it('says what it could not read, and goes on', async () => {
    const { facts, problems } = await readLayerWith(pythonDeclared, [
      { path: 'a/poetry.lock', content: 'not toml' },
      { path: 'b/Pipfile.lock', content: '[]' },
      { path: 'c/requirements.txt', content: 'a==1\nhello world\n' },
      { path: 'd/setup.py', content: ' '.repeat(5_000_000) },
      { path: 'e/uv.lock', content: '\0' },
      { path: 'f/Pipfile.lock', content: '' },
    ]);

    expect(told(facts)).toEqual(['a@1 manifest c/requirements.txt']);
    expect(problems.map(({ code, path, message }) => `${code} ${path}: ${message}`)).toEqual([
      'lockfile.unreadable a/poetry.lock: line 1: not TOML: illegal character in key; what it asks for was left out',
      'lockfile.unreadable b/Pipfile.lock: the document is no JSON object; what it asks for was left out',
      'lockfile.unreadable c/requirements.txt: line 2 is no requirement; the rest was read',
      'lockfile.unreadable d/setup.py: it has 5000000 bytes, more than are read of such a file; what it asks for was left out',
      'lockfile.unreadable e/uv.lock: it is no text; what it asks for was left out',
    ]);
  });

  it('counts the last of several members with one path', async () => {
    const path = 'app/requirements.txt';
    const { facts } = await readLayerWith(pythonDeclared, [
      { path, content: 'a==1\n' },
      { path, content: 'a==2\n' },
      { path: 'app/uv.lock', content: '[[package]]\nname = "c"\n' },
      { path: 'app/uv.lock', content: '' },
    ]);

    expect(told(facts)).toEqual([`a@2 manifest ${path}`]);
  });
});
