import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/run.ts';
import { unitFile, unitSettings } from '../support/systemd-unit.ts';
import { temporaryFolder } from '../support/temporary.ts';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

/** Points of ten, fewer are better. Systemd calls what is below 2 well protected; what is left is the network. */
const MOST_EXPOSURE = 1.2;

describe.skipIf(!hasSystemd)('the systemd unit (skipped: no systemd-analyze)', () => {
  it('has nothing that systemd complains about', async () => {
    const root = temporaryFolder();
    const units = path.join(root, 'etc/systemd/system');
    mkdirSync(units, { recursive: true });
    cpSync(unitFile, path.join(units, 'drydock.service'));
    // What it is wanted by and comes after, as every machine with systemd has them.
    for (const name of ['multi-user', 'network-online', 'sysinit', 'basic', 'shutdown', 'network']) {
      writeFileSync(path.join(units, `${name}.target`), `[Unit]\nDescription=${name}\nDefaultDependencies=no\n`);
    }
    for (const program of ['usr/bin/drydock', 'bin/kill']) {
      mkdirSync(path.join(root, path.dirname(program)), { recursive: true });
      writeFileSync(path.join(root, program), '#!/bin/sh\n');
      chmodSync(path.join(root, program), 0o755);
    }
    const result = await runProgram('systemd-analyze', ['verify', '--man=no', `--root=${root}`, 'drydock.service']);
    expect([result.status, result.stdout, result.stderr]).toEqual([0, '', '']);
  });

  it(`is exposed by at most ${MOST_EXPOSURE} of 10 points`, async () => {
    const threshold = String(Math.round(MOST_EXPOSURE * 10));
    const args = ['security', '--no-pager', '--offline=true', `--threshold=${threshold}`, unitFile];
    const { status, stdout } = await runProgram('systemd-analyze', args);
    expect([status, /exposure level for .*: [\d.]+ OK/.test(stdout)], stdout).toEqual([0, true]);
  });

  it('lets V8 compile, and lets it do nothing else', () => {
    const settings = new Map(unitSettings());
    expect(settings.get('MemoryDenyWriteExecute')).toBe('no');
    expect(settings.get('CapabilityBoundingSet')).toBe('');
    expect(settings.get('NoNewPrivileges')).toBe('yes');
    expect(settings.get('ProtectSystem')).toBe('strict');
  });
});
