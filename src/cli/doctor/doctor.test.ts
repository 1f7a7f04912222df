import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { docker26, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { importAdvisories } from '../../advisories/import.ts';
import { starterRules } from '../../rules/starter.ts';
import { allFeeds } from '../select-feeds.ts';
import type { DoctorLine } from './doctor-line.ts';
import { lookAtAdvisories, lookAtCache, lookAtEngine, lookAtRules } from './look.ts';
import { linesAsText } from './show-lines.ts';

const now = new Date('2026-06-01T00:00:00Z');

describe('drydock doctor sees', () => {
  it('how old advisories are', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'osv/npm'), { recursive: true });
    const affected = [{ package: { ecosystem: 'npm', name: 'lodash' }, versions: ['4.17.20'] }];
    const record = { id: 'GHSA-35jh-r3h4-6jhm', modified: '2024-01-01T00:00:00Z', affected };
    writeFileSync(path.join(folder, 'osv/npm/all.ndjson.zst'), zstdCompressSync(`${JSON.stringify(record)}\n`));
    const file = path.join(temporaryFolder(), 'a.db');
    await importAdvisories({ path: file, folder, feeds: await allFeeds(), now });

    const [fresh] = await lookAtAdvisories(file, new Date('2026-06-01T12:00:00Z'));
    expect(fresh).toMatchObject({ state: 'ok', detail: expect.stringContaining('2026-06-01') });
    expect(await lookAtAdvisories(file, new Date('2026-07-01T12:00:00Z'))).toMatchObject([{ state: 'attention' }]);
  });

  it('rules that are old, cannot be used, or are none', () => {
    const settings = { ruleSets: [starterRules()!], deep: false, unwanted: false };
    expect(lookAtRules(settings, now)).toMatchObject([{ state: 'ok' }]);
    const old = { ...starterRules()!, name: 'mine', updatedAt: '2026-01-01T00:00:00Z' };
    expect(lookAtRules({ ...settings, ruleSets: [old], ruleProblems: ['x is damaged'] }, now)).toMatchObject([
      { id: 'rules-mine', state: 'attention', detail: expect.stringContaining('151 days old') },
      { state: 'failed', detail: 'x is damaged' },
    ]);
    expect(lookAtRules({ ...settings, ruleSets: [] }, now)).toMatchObject([{ state: 'absent' }]);
  });

  it('a cache folder that can be written and is believed, or not', () => {
    const open = temporaryFolder();
    chmodSync(open, 0o777);
    expect(lookAtCache(path.join(temporaryFolder(), 'not/yet/there')).state).toBe('ok');
    expect(lookAtCache(open).state).toBe('failed');
    expect(lookAtCache('/proc/nowhere').state).toBe('failed');
  });

  it('container engines, or that they do not answer', async () => {
    const engine = await startFakeEngine({ version: docker26 });
    const { signal } = new AbortController();
    const environment = {
      DOCKER_HOST: engine.environment['DOCKER_HOST']!,
      CONTAINER_HOST: 'unix:///nowhere/podman.sock',
    };
    try {
      const [docker, podman] = [
        await lookAtEngine('docker', { environment, signal }, false),
        await lookAtEngine('podman', { environment, signal }, false),
      ];
      expect(docker).toMatchObject({ state: 'ok', detail: expect.stringContaining('26.1.5') });
      expect(podman.state).toBe('attention');
    } finally {
      await engine.close();
    }
  });
});

describe('the command', () => {
  it('ends with 0 where nothing failed, and tells programs what it saw', async () => {
    const cache = temporaryFolder();
    const { status, stdout } = await runDrydock(['doctor', '-f', 'json', '--offline', '--cache-dir', cache]);
    const report = JSON.parse(stdout) as { lines: DoctorLine[] };
    expect(report).toMatchObject({ schemaVersion: 1, ok: true, counts: { failed: 0 } });
    expect(report.lines.find(({ id }) => id === 'advisories')?.state).toBe('absent');
    expect(status).toBe(0);
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
    const line = { id: 'x', title: 'X', state: 'ok', detail: 'a\u001b[31m\nb' } as const;
    expect(linesAsText([line], 100, 'drydock')).not.toMatch(/\u001b/);
  });
});
