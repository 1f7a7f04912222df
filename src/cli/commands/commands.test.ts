import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer, debianPackages } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { checks } from '../../checks/index.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import type { RuleDoc } from '../../model/check.ts';
import type { Report } from '../../model/report.ts';
import { displayWidth } from '../../report/display-width.ts';
import type { LayersReport } from '../../report/layers-report.ts';
import { type Command, commonOptions } from '../command.ts';
import { commandLoaders, loadCommands } from './index.ts';

const upgraded = debianPackages.map((pkg) => (pkg.name === 'bash' ? { ...pkg, version: '5.2.15-3' } : pkg));
const image = writeTemporary(
  'image.tar',
  dockerArchive({
    layers: [debianLayer(), debianLayer({ packages: upgraded.filter(({ name }) => name !== 'zlib1g') })],
    layout: 'blobs',
  }),
);

describe('the list of commands', async () => {
  const commands = await loadCommands();
  const all = (list: readonly Command[]): Command[] =>
    list.flatMap((command) => [command, ...all(command.commands ?? [])]);

  it('has them under their own names', () => {
    expect(commands.map(({ name }) => name)).toEqual([...commandLoaders.keys()]);
  });

  it.each(all(commands).map((command) => [command.name, command] as const))('%s describes itself', (_, command) => {
    expect(command.summary).toMatch(/^[A-Z].*\.$/);
    expect(command.run !== undefined || (command.commands ?? []).length > 0).toBe(true);
    expect(command.options.filter((name) => commonOptions.includes(name) && command.name !== 'config')).toEqual([]);
    expect(command.options.includes('format')).toBe(command.formats !== undefined || command.name === 'config');
    // Only the last word can stand for several, and none is needed after one that is not.
    expect(command.arguments.slice(0, -1).every(({ several, optional }) => several !== true && optional !== true)).toBe(
      true,
    );
  });
});

describe('drydock layers', () => {
  it('tells what every layer added, changed and removed', async () => {
    const { status, stdout } = await runDrydock(['layers', image, '-f', 'json']);
    const { layers } = JSON.parse(stdout) as LayersReport;
    expect(status).toBe(0);
    expect(layers.map(({ added, changed, removed }) => [added.length, changed.length, removed.length])).toEqual([
      [debianPackages.length, 0, 0],
      [0, 1, 1],
    ]);
    expect(layers[1]).toMatchObject({
      index: 1,
      changed: [{ name: 'bash', version: '5.2.15-3', previousVersion: '5.2.15-2+b2' }],
      removed: [{ name: 'zlib1g' }],
    });
    expect(layers[1]?.diffId).toMatch(/^sha256:/);
  });

  it('is text for people', async () => {
    const { stdout } = await runDrydock(['layers', image]);
    expect(stdout).toMatch(/^ +~ bash 5\.2\.15-2\+b2 -> 5\.2\.15-3/m);
  });

  it('fails where nothing can be read', async () => {
    expect(await runDrydock(['layers', 'none.tar'])).toMatchObject({ status: 3, stdout: '' });
  });
});

describe('drydock explain', () => {
  it.each([
    [['deb', '1.0~rc1', '1.0'], '<\n'],
    [['deb', '1.0', '1.0-0'], '=\n'],
    [['DEB', '1:1', '2'], '>\n'],
    [['apk', '1.2.3_rc1', '1.2.3'], '<\n'],
    [['composer', '1.0-RC1', '1.0'], '<\n'],
    [['cran', '1.0-1', '1.0.1'], '=\n'],
    [['gem', '1.0.a10', '1.0.a9'], '>\n'],
    // As Packagist's advisories are held against them.
    [['composer', '1.0', '1.0.0'], '=\n'],
    [['go', 'go1.22rc1', 'v1.22.0'], '<\n'],
    [['golang', 'v2.0.0+incompatible', '2.0.0'], '=\n'],
    [['hackage', '1.0', '1.0.0'], '<\n'],
    [['maven', '1.0-SNAPSHOT', '1.0.RELEASE'], '<\n'],
    [['nuget', '1.0', '1.0.0.0'], '=\n'],
    [['npm', '1.0.0-rc.1', '1.0.0'], '<\n'],
    [['pub', '1.0.0+1', '1.0.0'], '>\n'],
    [['pypi', '1.0.post1', '1.0'], '>\n'],
    [['PEP440', '1.0rc1', '1.0.dev1'], '>\n'],
    [['semver', '1.0.0-10', '1.0.0-9'], '>\n'],
    ...ecosystems
      .filter(({ detect, feeds }) => detect === undefined && feeds.length > 0)
      .flatMap(({ id, types }) => [id, ...types])
      .map((name): [string[], string] => [[name, '1.9.0', '1.10.0'], '<\n']),
  ])('versions %j', async (words, expected) => {
    expect(await runDrydock(['explain', 'versions', ...words])).toMatchObject({
      status: 0,
      stdout: expected,
      stderr: '',
    });
  });

  it.each([
    [
      ['dep', '1', '2'],
      '"dep" is no version scheme. Known are alpm, apk, bitnami, composer, conan, cran, deb, gem, go, hackage, ' +
        'homebrew, julia, luarocks, maven, nuget, opam, perl, pub, pypi, rpm, semver. Did you mean deb?',
    ],
    [['npm', 'latest', '2'], 'not a semver version: "latest"'],
    [['deb', '', '2'], 'not a deb version: ""'],
  ])('versions %j: status 2', async (words, message) => {
    const { status, stderr } = await runDrydock(['explain', 'versions', ...words]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('versions shows with -v what decided', async () => {
    const { stdout } = await runDrydock(['explain', 'versions', 'deb', '1.0-2', '1.0-10', '-v']);
    expect(stdout).toMatch(/^<\n[\s\S]*revision +2 +< +10/);
  });

  it('a vulnerability of an image, with the starter set offline', async () => {
    const args = ['explain', 'CVE-2023-4911', image, '--offline', '--no-progress'];
    const { status, stdout, stderr } = await runDrydock([...args, '-f', 'json']);
    expect([status, stderr, JSON.parse(stdout)]).toEqual([
      0,
      '',
      expect.objectContaining({
        id: 'CVE-2023-4911',
        problems: [expect.objectContaining({ code: 'advisories.starter' })],
      }),
    ]);
    expect((await runDrydock(args)).stdout).toMatch(/^! INCOMPLETE: 1 thing[\s\S]*starter set[\s\S]*\nCVE-2023-4911: /);
  });

  it.each(['CVE-1999-99999', 'GHSA-none'])('an id that nobody knows, %s: status 1', async (id) => {
    for (const format of ['table', 'json']) {
      expect(await runDrydock(['explain', id, image, '--offline', '-f', format])).toMatchObject({ status: 1 });
    }
  });

  it.each([
    [['user-root'], 0, false],
    [['DS002'], 0, false],
    [['DL3002', '--checks', 'vulnerability,configuration'], 0, true],
    [['etc/os-release'], 2, false],
    [['Eicar-Test-Signature'], 2, false],
    [['CVE-2023-4911'], 2, true],
    [['DSA-5000-1'], 2, true],
  ])('finding %j: status %d, advisories: %s', async (words, status, fetched) => {
    const mirror = await startFeedMirror();
    try {
      const more = ['--db', path.join(temporaryFolder(), 'a.db'), '--mirror', mirror.url, '--color', 'never'];
      const plain = writeTemporary('plain.tar', dockerArchive({ layers: [debianLayer()], config: {} }));
      const [word = '', ...options] = words;
      const result = await runDrydock(['explain', 'finding', word, plain, ...options, ...more]);
      expect([result.status, mirror.requests.length > 0]).toEqual([status, fetched]);
    } finally {
      mirror.close();
    }
  });

  it('says first what of the image it could not know', async () => {
    const layers = [debianLayer(), layer([{ path: 'x', content: 'x' }])];
    const broken = writeTemporary('broken.tar', dockerArchive({ layers, dropLayers: [1] }));
    const { stdout } = await runDrydock(['explain', 'CVE-2023-4911', broken, '--offline']);
    expect(stdout).toMatch(/^! INCOMPLETE: 2 things[\s\S]*image\.layer-missing[\s\S]*\nCVE-2023-4911: /);
  });
});

describe('drydock demo', () => {
  it('needs nothing and shows the full report, from any folder', async () => {
    const { status, stdout, stderr } = await runDrydock(['demo', '-f', 'json'], { folder: '/' });
    const report = JSON.parse(stdout) as Report;
    expect([status, stderr, report.advisories.starter]).toEqual([0, '', true]);
    expect(report.findings.length).toBeGreaterThan(10);
    expect((await runDrydock(['demo'])).stdout).toContain('VULNERABILITIES');
  });
});

describe('lists', () => {
  it('drydock ecosystems', async () => {
    const { stdout } = await runDrydock(['ecosystems', '-f', 'json']);
    const { ecosystems: listed } = JSON.parse(stdout) as { ecosystems: { id: string }[] };
    expect(listed.map(({ id }) => id)).toEqual(ecosystems.map(({ id }) => id));
    const { stdout: table } = await runDrydock(['ecosystems'], {
      environment: { COLUMNS: '200', SOURCE_DATE_EPOCH: String(Date.UTC(2025, 0, 1) / 1000) },
    });
    const debian = ecosystems.find(({ id }) => id === 'debian')!;
    const ended = debian.releases!.filter(({ endOfLife }) => endOfLife !== undefined && endOfLife < '2025-01-01');
    expect(ended.length).toBeGreaterThan(3);
    expect(table).toMatch(
      new RegExp(
        `^debian +Debian +deb +${debian.releases!.length} +${ended.length} +Debian security tracker \\(public data`,
        'm',
      ),
    );
    expect((await runDrydock(['ecosystems', '-f', 'markdown'])).stdout).toMatch(/^# Ecosystems/);
  });

  it('drydock checks', async () => {
    const { stdout } = await runDrydock(['checks', '-f', 'json']);
    const { checks: listed } = JSON.parse(stdout) as { checks: { id: string; rules: RuleDoc[] }[] };
    const asksForUser = listed.flatMap(({ rules }) => rules).find(({ id }) => id === 'user-root');
    expect(asksForUser?.aliases).toContain('dockle:CIS-DI-0001');
    expect(listed.map(({ id, rules }) => [id, rules.length])).toEqual(
      checks.map(({ id, rules }) => [id, rules.length]),
    );
    expect((await runDrydock(['checks'])).stdout).toMatch(
      /^end-of-life +distribution-end-of-life +configuration +high/m,
    );
    const page = (await runDrydock(['checks', '-f', 'markdown'])).stdout;
    expect(page).toMatch(/^# Checks/);
    expect(page).toContain('| CIS-DI-0001 | [user-root](#user-root) |');
  });

  it('drydock checks RULE', async () => {
    const { stdout, status } = await runDrydock(['checks', 'DS002', 'user-root', '--color', 'never']);
    expect(status).toBe(0);
    expect(stdout.match(/^user-root: /gm)).toHaveLength(1);
    for (const words of [
      '--checks configuration, medium',
      '  -> ',
      'This is told:',
      'hadolint DL3002',
      'docs/checks/configuration.md#user-root',
    ]) {
      expect(stdout).toContain(words);
    }
    const json = JSON.parse((await runDrydock(['checks', 'github-token', '-f', 'json'])).stdout) as {
      rules: { check: string; id: string; page: string }[];
    };
    expect(json.rules).toMatchObject([
      { check: 'secrets', id: 'github-token', severity: 'critical', page: 'docs/checks/secret-kinds.md' },
    ]);
    expect((await runDrydock(['checks', 'webshell', '-f', 'markdown'])).stdout).toMatch(/^## webshell$/m);
  });

  it.each([
    [['checks', 'DL3024'], 'hadolint asks it, and no rule here does'],
    [['checks', 'CVE-2024-1'], 'drydock explain CVE-2024-1 IMAGE'],
    [['checks', 'usr-root'], 'Did you mean user-root?'],
    [['explain', 'rule', 'DL3008'], 'write drydock checks DL3008'],
    [['explain', 'DL3008', image], 'drydock explain finding DL3008 IMAGE'],
  ])('%j', async (args, words) => {
    const { stderr, stdout, status } = await runDrydock(args);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stdout).toBe('');
  });
});

describe('at 80 columns', () => {
  const environment = { COLUMNS: '80' };

  it.each([
    [['--help']],
    [['scan', '--help']],
    [['db', 'import', '--help']],
    [['ecosystems']],
    [['checks']],
    [['demo']],
    [['scan', '--list-packages', '--offline', image]],
    [['layers', image]],
    [['explain', 'CVE-2023-4911', image, '--offline']],
    [['explain', 'versions', 'deb', '1.0~rc1-1', '1.0-2+b1', '-v']],
  ])('%j', async (args) => {
    const { stdout } = await runDrydock(args, { environment });
    const lines = stdout.replaceAll(image, 'image.tar').split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  it('also in a file', async () => {
    const folder = temporaryFolder();
    await runDrydock(['demo', '-q', '-o', 'table=r.txt', '-f', 'json'], { folder, environment });
    const { stdout } = await runDrydock(['demo'], { folder, environment });
    expect(readFileSync(path.join(folder, 'r.txt'), 'utf8')).toBe(stdout);
  });
});

describe('the name that the program was started by', () => {
  const environment = { DRYDOCK_STARTED_AS: './drydock' };

  it.each([
    [['--help'], 'Usage: ./drydock COMMAND'],
    [['scan', '--help'], '  ./drydock scan image.tar --fail-on high'],
    [['config', '--help'], '  DRYDOCK_FAIL_ON=high ./drydock config --print-effective'],
    [['scan', image, '--offline'], 'Run "./drydock db update"'],
  ])('%j', async (args, words) => {
    const { stdout } = await runDrydock(args, { environment });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words.replaceAll(/\s+/g, ' '));
  });

  it.each([
    [['db'], '"./drydock db" needs one of'],
    [['db', 'status', '--db', '/nowhere/x.db'], 'Run "./drydock db update"'],
  ])('%j, on standard error', async (args, words) => {
    expect((await runDrydock(args, { environment })).stderr).toContain(words);
  });

  it('does not change what programs read', async () => {
    const { stdout } = await runDrydock(['scan', image, '--offline', '-f', 'json'], { environment });
    const { problems } = JSON.parse(stdout) as Report;
    expect(problems.find(({ code }) => code === 'advisories.starter')?.message).toContain('"drydock db import FOLDER"');
  });
});
