import { describe, expect, it } from 'vitest';
import type { Verdict } from './as-good.ts';
import { type HardeningInput, hardeningAdvice, type RunChange, writtenFolders } from './hardening.ts';

const input: HardeningInput = {
  needed: ['NET_BIND_SERVICE'],
  granted: ['CHOWN', 'NET_BIND_SERVICE', 'SETUID'],
  written: ['/var/run/x.pid', '/var/lib/db/data', '/proc/self/oom'],
  volumes: ['/var/lib/db'],
  runsAsRoot: true,
};

const good: Verdict = { asGood: true, reason: 'it listens' };
const bad: Verdict = { asGood: false, reason: 'nothing listens on 9090/tcp' };

describe('advice', () => {
  it('is what a run came up with', async () => {
    const changes: RunChange[] = [];
    const advice = await hardeningAdvice(input, async (change) => {
      changes.push(change);
      return good;
    });
    expect(changes).toEqual([
      { capabilities: ['NET_BIND_SERVICE'] },
      { readOnlyRoot: { memoryFolders: ['/var/run'] } },
      { user: '65534:65534' },
    ]);
    expect(advice.map(({ id, proof, flags }) => [id, proof, flags])).toEqual([
      ['capabilities', 'run', ['--cap-drop=ALL', '--cap-add=NET_BIND_SERVICE']],
      ['read-only', 'run', ['--read-only', '--tmpfs=/var/run']],
      ['user', 'run', ['--user=65534:65534']],
    ]);
  });

  it('gives capabilities back until it comes up', async () => {
    const [capabilities] = await hardeningAdvice(input, async ({ capabilities: own }) =>
      own?.includes('CHOWN') === true ? good : bad,
    );
    expect(capabilities).toMatchObject({
      proof: 'run',
      flags: ['--cap-drop=ALL', '--cap-add=CHOWN', '--cap-add=NET_BIND_SERVICE'],
    });
  });

  it('says what did not come up', async () => {
    const advice = await hardeningAdvice(input, async () => bad);
    expect(advice.map(({ id, proof }) => [id, proof])).toEqual([
      ['capabilities', 'refuted'],
      ['read-only', 'refuted'],
      ['user', 'refuted'],
    ]);
    expect(advice[1]!.flags).toEqual([]);
    expect(advice[2]!.text).toBe(
      'It did not do the same as a user without rights (65534): nothing listens on 9090/tcp.',
    );
  });

  it('says of a root that nobody could make read-only what the calls say', async () => {
    const tried: RunChange[] = [];
    const advice = await hardeningAdvice({ ...input, noReadOnly: 'files are put there' }, async (change) => {
      tried.push(change);
      return good;
    });
    expect(tried.some(({ readOnlyRoot }) => readOnlyRoot !== undefined)).toBe(false);
    expect(advice[1]).toMatchObject({
      proof: 'trace',
      flags: [],
      text: 'A read-only root and /var/run in memory was not tried: files are put there.',
    });
  });

  it('has nothing to say of the user of an image without root', async () => {
    const advice = await hardeningAdvice({ ...input, runsAsRoot: false }, async () => good);
    expect(advice.map(({ id }) => id)).toEqual(['capabilities', 'read-only']);
  });
});

describe('written folders', () => {
  it('are the outermost, without the root', () => {
    expect(writtenFolders(['/x', '/var/log/a', '/var/log/n/b', '/var/log/n/c', '/tmp/y'], [])).toEqual([
      '/tmp',
      '/var/log',
    ]);
  });
});
