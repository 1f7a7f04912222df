import { describe, expect, it } from 'vitest';
import type { Verdict } from '../as-good.ts';
import { allowedCalls, type SeccompProfile, seccompPodSetting, seccompProfile, seccompResource } from './profile.ts';
import { proveProfile } from './prove-profile.ts';
import { DEFAULT_PROFILE_CALLS, runtimeCalls, usualCalls } from './runtime-calls.ts';

describe('a seccomp profile', () => {
  it('allows what was seen and nothing else, each name once, in order', () => {
    expect(seccompProfile(['read', 'accept4', 'read', 'not a name', ''], 'amd64')).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [{ names: ['accept4', 'read'], action: 'SCMP_ACT_ALLOW' }],
    });
  });

  it('can log what it would forbid', () => {
    const profile = seccompProfile(['read'], 'arm64', 'log');
    expect(profile).toMatchObject({ defaultAction: 'SCMP_ACT_LOG', architectures: ['SCMP_ARCH_AARCH64'] });
    expect(profile).not.toHaveProperty('defaultErrnoRet');
  });

  it('is a resource of Kubernetes, too', () => {
    const profile = seccompProfile(['read'], 'amd64');
    expect(seccompResource(profile, 'web')).toMatchObject({
      kind: 'SeccompProfile',
      metadata: { name: 'web' },
      spec: { defaultAction: 'SCMP_ACT_ERRNO', syscalls: profile.syscalls },
    });
    expect(seccompPodSetting('profiles/web.json')).toEqual({
      securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/web.json' } },
    });
  });

  it('of more calls allows more', () => {
    const less = new Set(allowedCalls(seccompProfile(runtimeCalls, 'amd64')));
    const more = new Set(allowedCalls(seccompProfile([...runtimeCalls, 'bpf'], 'amd64')));
    expect([...less].every((name) => more.has(name))).toBe(true);
  });

  it('with all that is usual is still smaller than the default by half', () => {
    const all = new Set([...runtimeCalls, ...usualCalls.flat()]);
    expect(all.size).toBeLessThanOrEqual(DEFAULT_PROFILE_CALLS / 2);
  });
});

describe('proving a profile', () => {
  const needs =
    (wanted: readonly string[]) =>
    async (profile: SeccompProfile): Promise<Verdict> => {
      const has = new Set(allowedCalls(profile));
      const refused = wanted.filter((name) => !has.has(name));
      return refused.length === 0
        ? { asGood: true, reason: 'it listens' }
        : { asGood: false, reason: `no ${refused.join()}` };
    };

  it('takes one run where nothing is missing, after one that has to fail', async () => {
    const proof = await proveProfile(['accept4'], 'amd64', needs(['accept4', 'read']));
    expect(proof).toMatchObject({ proven: true, added: [], runs: 2 });
    expect(allowedCalls(proof.profile)).not.toContain('connect');
  });

  it('proves nothing where programs are not held to profiles', async () => {
    const proof = await proveProfile(['accept4'], 'amd64', needs([]));
    expect(proof).toMatchObject({ proven: false, runs: 1, reason: expect.stringContaining('not held to profiles') });
    expect(allowedCalls(proof.profile)).toContain('accept4');
  });

  it('adds what is usual where something is missing', async () => {
    const proof = await proveProfile([], 'amd64', needs(['accept4']));
    expect(proof.proven).toBe(true);
    expect(proof.added).toContain('accept4');
    expect(proof.runs).toBeLessThanOrEqual(9);
  });

  it('says so where it does not come up', async () => {
    const proof = await proveProfile([], 'amd64', needs(['reboot']));
    expect(proof.proven).toBe(false);
    expect(proof.reason).toContain('no reboot');
  });
});
