import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Proofs } from '../../runtime/observe/prove-run.ts';
import { seccompProfile } from '../../runtime/products/seccomp/profile.ts';
import { writeProfiles } from './write-profiles.ts';

function proofs(proven: boolean): Proofs {
  const profile = seccompProfile(['read'], 'amd64');
  const seccomp = { profile, proven, added: [], runs: 2, reason: 'it listens' };
  const told = { seccomp: { calls: ['read'], proven, added: [], reason: 'it listens' }, advice: [], runs: 2 };
  return { told, seccomp, advice: [], appArmor: '', networkPolicy: {}, problems: [] };
}

describe('profiles in a folder', () => {
  const always = [
    ...['apparmor.profile', 'docker-run.sh', 'hardening.json', 'kubernetes.json', 'network-policy.json'],
    'seccomp-log.json',
  ];
  const users = ['docker-run.sh', 'kubernetes.json'];
  const text = (folder: string, name: string): string => readFileSync(path.join(folder, name), 'utf8');

  it('are all there where the seccomp profile is proven', async () => {
    const folder = temporaryFolder();
    const files = await writeProfiles(folder, proofs(true), 'amd64', new AbortController().signal);
    expect(files.toSorted()).toEqual([...always, 'seccomp-kubernetes.json', 'seccomp.json'].sort());
    expect(text(folder, 'seccomp.json')).toContain('SCMP_ACT_ERRNO');
    for (const name of users) expect(text(folder, name)).toContain('seccomp.json');
  });

  it('are none that forbid calls where it is not, and none of an earlier run', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'seccomp.json'), '{}');
    const files = await writeProfiles(folder, proofs(false), 'amd64', new AbortController().signal);
    expect(files.toSorted()).toEqual(always);
    expect(() => readFileSync(path.join(folder, 'seccomp.json'))).toThrow('ENOENT');
    expect(text(folder, 'seccomp-log.json')).toContain('SCMP_ACT_LOG');
    for (const name of users) expect(text(folder, name)).not.toContain('seccomp.json');
  });
});
