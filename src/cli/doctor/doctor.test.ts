import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { docker26, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { projectRoot, runDrydock } from '../../../test/support/run.ts';
import { testContext } from '../../../test/support/scan.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { importAdvisories } from '../../advisories/import.ts';
import { openStarter } from '../../advisories/starter.ts';
import { checks } from '../../checks/index.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { starterModel, starterRules } from '../../rules/starter.ts';
import { allFeeds } from '../select-feeds.ts';
import { alpineCanary, debianCanary, hostileCanary } from './canaries.ts';
import { makeCanary } from './canary-image.ts';
import type { DoctorLine } from './doctor-line.ts';
import { judgeCanaries } from './judge-canaries.ts';
import { lookAtAdvisories, lookAtRules } from './look-at-data.ts';
import { lookAtEngines, lookAtFolders, lookAtNetwork } from './look-at-machine.ts';
import { type CanaryScans, type CanaryTools, scanCanaries } from './scan-canaries.ts';
import { linesAsText } from './show-lines.ts';

const now = new Date('2026-06-01T00:00:00Z');
const whole: CanaryTools = {
  ecosystems,
  checks,
  // What is compiled of rules is kept from one scan to the next.
  settings: {
    compiled: temporaryFolder(),
    ruleSets: [starterRules()!],
    deep: false,
    unwanted: false,
    webshellModel: starterModel()!,
  },
  openAdvisories: openStarter,
  context: testContext({ now }),
};
const allData = { starterRules: true, model: true };

const statesOf = (lines: readonly DoctorLine[]) => new Map(lines.map(({ id, state }) => [id, state]));
const idsWith = (lines: readonly DoctorLine[], state: DoctorLine['state']) =>
  lines.filter((line) => line.state === state).map(({ id }) => id);

let scans: CanaryScans;
beforeAll(async () => {
  scans = await scanCanaries(whole);
});

describe('canaries', () => {
  it('make every engine speak', () => {
    const lines = judgeCanaries(scans, allData);
    expect(lines.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    // What a check cannot be tried by is not tried by accident: each has a line, by its finding or its name.
    const tried = new Set(lines.map(({ id }) => id));
    const names: Readonly<Record<string, string>> = { malware: 'malware-rules', webshells: 'webshell-rules' };
    expect(checks.map(({ id }) => names[id] ?? id).filter((id) => !tried.has(id))).toEqual([]);
  });

  it('are nowhere in the files of Drydock', () => {
    const folder = path.join(projectRoot, 'src/cli/doctor');
    for (const name of readdirSync(folder).filter((one) => !one.endsWith('.test.ts'))) {
      const text = readFileSync(path.join(folder, name), 'latin1');
      expect(text, name).not.toMatch(/EICAR-STANDARD-ANTI|eval\(\$_POST|-----BEGIN [A-Z ]*PRIVATE/);
    }
  });

  it('are the same bytes each time, save for the key', async () => {
    for (const canary of [debianCanary, hostileCanary]) {
      expect((await makeCanary(canary())).equals(await makeCanary(canary()))).toBe(true);
    }
    expect((await makeCanary(alpineCanary())).length).toBeLessThan(100_000);
  });
});

describe('drydock doctor sees', () => {
  it('every check that does not work any more', async () => {
    const broken = await scanCanaries({ ...whole, checks: [] });
    expect(idsWith(judgeCanaries(broken, allData), 'failed').sort()).toEqual(
      [
        'configuration',
        'end-of-life',
        'evasion',
        'history',
        'malware-rules',
        'models',
        'persistence',
        'secrets',
        'webshell-model',
        'webshell-rules',
      ].sort(),
    );
  });

  it('ecosystems that find nothing, and advisories that say nothing', async () => {
    const broken = await scanCanaries({ ...whole, ecosystems: [], checks: [] });
    const failed = idsWith(judgeCanaries(broken, allData), 'failed');
    for (const id of ['alpine', 'debian', 'npm', 'python']) expect(failed).toContain(`packages-${id}`);
    for (const id of ['nested-archives', 'matching-alpine', 'matching-debian', 'threads']) expect(failed).toContain(id);

    const others = ecosystems.filter(({ id }) => id !== 'python');
    expect(others.length).toBe(ecosystems.length - 1);
    const oneLess = await scanCanaries({ ...whole, ecosystems: others, checks: [] });
    const packages = idsWith(judgeCanaries(oneLess, allData), 'failed').filter((id) => id.startsWith('packages-'));
    expect(packages).toEqual(['packages-python']);

    const empty = temporaryFolder();
    const silent = await scanCanaries({ ...whole, checks: [], openAdvisories: () => openStarter(empty) });
    const states = statesOf(judgeCanaries(silent, allData));
    expect(['matching-alpine', 'matching-debian', 'packages-alpine'].map((id) => states.get(id))).toEqual([
      'failed',
      'failed',
      'ok',
    ]);
  });

  it('rules and a model that are damaged, and why', async () => {
    const folder = temporaryFolder();
    const starter = starterRules()!;
    const files = starter.files.map((file) => path.join(folder, path.basename(file)));
    for (const file of files) writeFileSync(file, 'rule broken { condition: ');
    const model = path.join(folder, 'model.bin');
    cpSync(starterModel()!.file, model);
    const bytes = readFileSync(model);
    bytes[bytes.length >> 1]! ^= 0xff;
    writeFileSync(model, bytes);
    const settings = {
      ...whole.settings,
      ruleSets: [{ ...starter, files, digest: 'sha256:broken' }],
      webshellModel: { file: model, digest: 'sha256:broken' },
    };
    const contents = checks.filter(({ id }) => id === 'malware' || id === 'webshells');
    const broken = await scanCanaries({ ...whole, settings, checks: contents });
    const states = statesOf(judgeCanaries(broken, allData));
    expect(['malware-rules', 'webshell-rules', 'webshell-model'].map((id) => states.get(id))).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
    const named = {
      ...settings,
      ruleSets: [{ ...settings.ruleSets[0]!, name: 'mine' }],
      ruleProblems: ['x is damaged'],
    };
    expect(lookAtRules(named, broken, now)).toMatchObject([
      { id: 'rules-mine', state: 'failed', advice: expect.stringContaining('--rules') },
      { state: 'failed', detail: 'x is damaged' },
      { id: 'rules-clamav', state: 'absent' },
    ]);
  });

  it('rules that are not used, as absent', () => {
    const lines = judgeCanaries(scans, { starterRules: false, model: false });
    expect(idsWith(lines, 'absent')).toEqual(['malware-rules', 'webshell-rules', 'webshell-model']);
  });

  it('limits that do not hold, threads that do not start, and an image that cannot be scanned', () => {
    const deaf = { ...scans, hostile: scans.debian, threads: { ...scans.threads, started: 0 } };
    expect(idsWith(judgeCanaries(deaf, allData), 'failed')).toEqual([
      'threads',
      'hostile-path',
      'hostile-ratio',
      'hostile-truncated',
      'hostile-digest',
      'hostile-depth',
    ]);
    const none = judgeCanaries({ ...scans, debian: { failure: 'no room' } }, allData);
    expect(none.find(({ id }) => id === 'evasion')).toMatchObject({
      state: 'failed',
      detail: 'the canary could not be scanned: no room',
    });
  });
});

/** A database with what OSV says of lodash, or of another package. */
async function databaseOf(name: string, at: Date): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'osv/npm'), { recursive: true });
  const record = {
    id: 'GHSA-35jh-r3h4-6jhm',
    modified: '2024-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
    ],
  };
  writeFileSync(path.join(folder, 'osv/npm/all.ndjson.zst'), zstdCompressSync(`${JSON.stringify(record)}\n`));
  const file = path.join(temporaryFolder(), 'a.db');
  await importAdvisories({ path: file, folder, feeds: await allFeeds(), now: at });
  return file;
}

describe('the advisory database', () => {
  it.each([
    ['the day it was read', '2026-06-01T12:00:00Z', { advisories: 'ok', clock: 'ok', 'matching-npm': 'ok' }],
    ['a month later', '2026-07-01T12:00:00Z', { advisories: 'attention', clock: 'ok', 'matching-npm': 'ok' }],
    ['a day before', '2026-05-31T00:00:00Z', { clock: 'failed' }],
  ])('is judged %s', async (_, moment, expected) => {
    const file = await databaseOf('lodash', now);
    const lines = await lookAtAdvisories(file, ecosystems, testContext({ now: new Date(moment) }));
    expect(Object.fromEntries(statesOf(lines))).toMatchObject(expected);
    expect(lines[0]?.detail).toContain('2026-06-01');
  });

  it('fails where it knows nothing of what everybody knows', async () => {
    const lines = await lookAtAdvisories(await databaseOf('underscore', now), ecosystems, testContext({ now }));
    expect(statesOf(lines).get('matching-npm')).toBe('failed');
  });
});

describe('the machine', () => {
  it('has folders that can be written and are believed', () => {
    const open = temporaryFolder();
    chmodSync(open, 0o777);
    const states = (cache: string, temporary = temporaryFolder()) =>
      lookAtFolders(cache, temporary).map(({ state }) => state);
    expect(states(path.join(temporaryFolder(), 'not/yet/there'))).toEqual(['ok', 'ok']);
    expect(states(open)).toEqual(['failed', 'ok']);
    expect(states(temporaryFolder(), '/proc/nowhere')).toEqual(['ok', 'failed']);
  });

  it('tells proxies without their passwords', () => {
    const line = lookAtNetwork({ https_proxy: 'http://me:hush@proxy.example:3128', NO_PROXY: 'local.example' }, false);
    expect(line).toMatchObject({ state: 'ok', detail: expect.stringContaining('HTTPS_PROXY proxy.example:3128') });
    expect(line.detail).not.toContain('hush');
    expect(lookAtNetwork({ HTTP_PROXY: 'socks5://hush' }, false)).toMatchObject({ state: 'failed' });
    expect(lookAtNetwork({ HTTP_PROXY: 'socks5://hush' }, false).detail).not.toContain('hush');
    expect(lookAtNetwork({}, true).state).toBe('absent');
  });

  it('has container engines, or not', async () => {
    const engine = await startFakeEngine({ version: docker26 });
    const { signal } = new AbortController();
    try {
      const lines = await lookAtEngines(
        {
          environment: {
            DOCKER_HOST: engine.environment['DOCKER_HOST']!,
            CONTAINER_HOST: 'unix:///nowhere/podman.sock',
          },
          signal,
        },
        false,
      );
      expect(lines).toMatchObject([
        { id: 'engine-docker', state: 'ok', detail: expect.stringContaining('26.1.5') },
        { id: 'engine-podman', state: 'attention' },
      ]);
    } finally {
      await engine.close();
    }
  });
});

describe('the command', () => {
  it('ends with 0 where nothing failed, and tells programs what it saw', async () => {
    const cache = temporaryFolder();
    const { status, stdout } = await runDrydock(['doctor', '-f', 'json', '--offline', '--cache-dir', cache]);
    const report = JSON.parse(stdout) as { ok: boolean; counts: Record<string, number>; lines: DoctorLine[] };
    expect(report.lines.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(status).toBe(0);
    expect(report).toMatchObject({ schemaVersion: 1, ok: true, counts: { failed: 0 } });
    expect(statesOf(report.lines).get('advisories')).toBe('absent');
  });

  it('ends with 5 where the database is unusable, and where one is required and there is none', async () => {
    const damaged = writeTemporary('damaged.db', 'this is no database, however long one looks at it');
    const common = ['doctor', '--offline', '--rules', 'none', '--cache-dir', temporaryFolder()];
    const bad = await runDrydock([...common, '--db', damaged]);
    expect(bad.stdout).toMatch(/FAILED {2}Advisory database/);
    expect(bad.status).toBe(5);
    expect((await runDrydock([...common, '--require-complete'])).status).toBe(5);
  });

  it('escapes what others wrote', () => {
    const line = { id: 'x', group: 'data', title: 'X', state: 'ok', detail: 'a\u001b[31m\nb' } as const;
    expect(linesAsText([line], 100, 'drydock')).not.toMatch(/\u001b/);
  });
});
