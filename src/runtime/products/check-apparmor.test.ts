import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { appArmorProfile } from './apparmor.ts';
import { checkAppArmor } from './check-apparmor.ts';

const text = appArmorProfile({
  name: 'web',
  used: new Map([['/bin/web', 'executed'] as const]),
  written: ['/tmp/x'],
  capabilities: ['CHOWN'],
  families: ['AF_INET'],
});
const { signal } = new AbortController();
const isInstalled = ['apparmor_parser', '/usr/sbin/apparmor_parser'].some(
  (program) => spawnSync(program, ['--version']).status === 0,
);

describe('the parser of AppArmor', () => {
  it.skipIf(!isInstalled)('understands what is written', async () => {
    expect(await checkAppArmor(text, temporaryFolder(), signal)).toMatchObject({ parser: 'accepted' });
  });

  it.skipIf(!isInstalled)('says what it does not understand, without naming a folder of this machine', async () => {
    const folder = temporaryFolder();
    const checked = await checkAppArmor(text.replace('capability chown', 'capability fly'), folder, signal);
    expect(checked).toMatchObject({ parser: 'refused', reason: expect.stringMatching(/apparmor\.profile.*fly/i) });
    expect(checked?.reason).not.toContain(folder);
  });

  it.skipIf(isInstalled)('is missed where it is not there', async () => {
    expect(await checkAppArmor(text, temporaryFolder(), signal)).toEqual({
      ...{ parser: 'unasked', reason: 'apparmor_parser is not installed' },
    });
  });

  it('is not waited for beyond the signal', async () => {
    const reason = new Error('enough');
    await expect(checkAppArmor(text, temporaryFolder(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
