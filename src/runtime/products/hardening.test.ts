import { describe, expect, it } from 'vitest';
import { type HardeningInput, hardeningAdvice, type RunChange, writtenFolders } from './hardening.ts';

const input: HardeningInput = {
  needed: ['NET_BIND_SERVICE'],
  granted: ['CHOWN', 'NET_BIND_SERVICE', 'SETUID'],
  written: ['/var/run/x.pid', '/var/lib/db/data', '/proc/self/oom'],
  volumes: ['/var/lib/db'],
  runsAsRoot: true,
  wanted: 'listening',
};

describe('advice', () => {
  it('is what a run came up with', async () => {
    const changes: RunChange[] = [];
    const advice = await hardeningAdvice(input, async (change) => {
      changes.push(change);
      return 'listening';
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
      own?.includes('CHOWN') === true ? 'listening' : 'exited',
    );
    expect(capabilities).toMatchObject({
      proof: 'run',
      flags: ['--cap-drop=ALL', '--cap-add=CHOWN', '--cap-add=NET_BIND_SERVICE'],
    });
  });

  it('says what did not come up', async () => {
    const advice = await hardeningAdvice(input, async () => 'exited');
    expect(advice.map(({ id, proof }) => [id, proof])).toEqual([
      ['capabilities', 'refuted'],
      ['read-only', 'refuted'],
      ['user', 'refuted'],
    ]);
    expect(advice[1]!.flags).toEqual([]);
  });

  it('has nothing to say of the user of an image without root', async () => {
    const advice = await hardeningAdvice({ ...input, runsAsRoot: false }, async () => 'listening');
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
