import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { composerInstalled, composerLock } from './composer.ts';

const installed = JSON.stringify({ packages: [{ name: 'a/b', version: 'v1.0' }], 'dev-package-names': ['a/b'] });

describe('composerInstalled', () => {
  it('asks for lists of what is installed, and for nothing else', async () => {
    const wanted = [
      'composer/installed.json',
      'var/www/vendor/composer/installed.json',
      'app/lib/composer/installed.json',
    ];
    const others = [
      'installed.json',
      'app/installed.json',
      'app/mycomposer/installed.json',
      'app/vendor/composer/installed.php',
      'app/vendor/composer/installed.json/x',
    ];

    const { asked } = await readLayerWith(
      composerInstalled,
      [...wanted, ...others].map((name) => ({ path: name, content: installed })),
    );

    expect(asked).toEqual([...wanted].sort());
  });

  it('tells what is for development', async () => {
    const { facts, problems } = await readLayerWith(composerInstalled, [
      { path: 'app/vendor/composer/installed.json', content: `\uFEFF${installed}` },
    ]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package',
        path: 'app/vendor/composer/installed.json',
        package: { type: 'composer', name: 'a/b', version: 'v1.0', groups: ['dev'] },
      },
    ]);
  });
});

describe('composerLock', () => {
  it('asks for lockfiles, but for none that an installed package has', async () => {
    const wanted = ['composer.lock', 'var/www/composer.lock'];
    const others = ['app/vendor/a/b/composer.lock', 'app/composer.json', 'app/composer.lock.bak'];

    const { asked } = await readLayerWith(
      composerLock,
      [...wanted, ...others].map((name) => ({ path: name, content: installed })),
    );

    expect(asked).toEqual([...wanted].sort());
  });

  it.each([
    ['empty (trivy #4003)', ''],
    ['no JSON', '<<<<<<< HEAD'],
    ['without a version', '{"packages": [{"name": "a/b"}]}'],
    ['50 MB', Buffer.alloc(50 * 1024 * 1024, ' ')],
  ])('names a lockfile that is %s, and goes on', async (_, content) => {
    const { facts, problems } = await readLayerWith(composerLock, [
      { path: 'a/composer.lock', content },
      { path: 'b/composer.lock', content: installed },
    ]);

    expect(problems).toMatchObject([
      { code: 'lockfile.unreadable', path: 'a/composer.lock', analyzer: 'composer-lock' },
    ]);
    expect(facts).toMatchObject([{ package: { name: 'a/b', evidence: 'lockfile' } }]);
  });
});

const composer = (folder: string, ...words: readonly string[]) =>
  spawnSync('composer', [...words, '--no-interaction', '--no-plugins', '--no-scripts', '--working-dir', folder], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: '1', COMPOSER_HOME: path.join(folder, 'home') },
  });

const hasComposer = spawnSync('composer', ['--version', '--no-plugins'], { timeout: 60_000 }).status === 0;

describe.skipIf(!hasComposer)('composer of this machine (skipped without it)', () => {
  it('writes what is read: packages, versions, what is for development', async () => {
    const folder = temporaryFolder();
    const inline = (name: string, version: string, require = {}) => ({
      type: 'package',
      package: { name, version, type: 'metapackage', license: 'MIT', require },
    });
    const project = {
      name: 'mooring/boat',
      license: 'MIT',
      repositories: [
        { 'packagist.org': false },
        inline('mooring/anchor', 'v1.2.0', { php: '*', 'mooring/rope': '*' }),
        inline('mooring/rope', '2.0.0-beta1'),
        inline('mooring/caulk', '3.0'),
      ],
      'minimum-stability': 'dev',
      require: { 'mooring/anchor': '*' },
      'require-dev': { 'mooring/caulk': '*' },
    };
    writeFileSync(path.join(folder, 'composer.json'), JSON.stringify(project));

    const run = composer(folder, 'install');
    const shown = composer(folder, 'show', '--format=json');

    expect(run.status, run.stderr).toBe(0);
    const listed = (JSON.parse(shown.stdout) as { installed: { name: string; version: string }[] }).installed;
    const expected = listed.map(({ name, version }) => `${name} ${version}`).sort();
    expect(expected).toHaveLength(3);
    for (const [analyzer, file] of [
      [composerInstalled, 'vendor/composer/installed.json'],
      [composerLock, 'composer.lock'],
    ] as const) {
      const { facts, problems } = await readLayerWith(analyzer, [
        { path: `app/${file}`, content: readFileSync(path.join(folder, file)) },
      ]);
      const packages = facts.flatMap((fact) => (fact.kind === 'package' ? [fact.package] : []));
      expect(problems).toEqual([]);
      expect(packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(expected);
      expect(packages.filter(({ groups }) => groups?.includes('dev')).map(({ name }) => name)).toEqual([
        'mooring/caulk',
      ]);
      expect(packages.find(({ name }) => name === 'mooring/anchor')).toMatchObject({ requires: ['mooring/rope'] });
    }
  });
});
