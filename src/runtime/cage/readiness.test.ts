import { describe, expect, it } from 'vitest';
import { type ReadinessSources, waitUntilReady } from './readiness.ts';
import type { CageEnd } from './watch.ts';

const never = new Promise<never>(() => {});
/** The limit is for what does not come to pass: where something does, it is far. */
const quick = { stableMs: 60, pollMs: 10, healthMs: 10, timeoutMs: 30_000 };
const limited = { ...quick, timeoutMs: 400 };

function sources(changes: Partial<ReadinessSources>): ReadinessSources {
  return { sockets: async () => [], describe: async () => ({}), ended: never, ...changes };
}

describe('waitUntilReady', () => {
  it('takes what listens and stays', async () => {
    let looks = 0;
    const seen = async (): Promise<string[]> => {
      looks += 1;
      return looks < 5 ? [] : looks < 8 ? ['tcp :80'] : ['tcp :81', 'tcp :80'];
    };
    // A machine that stands for a moment between two looks must not make three of them seem stable.
    expect(await waitUntilReady(sources({ sockets: seen }), { ...quick, stableMs: 600 })).toMatchObject({
      outcome: 'listening',
      reason: 'the set of listening sockets did not change for 600 ms',
    });
    expect(looks).toBeGreaterThan(8);
  });

  it('does not mind in which order sockets are told', async () => {
    let looks = 0;
    const seen = async (): Promise<string[]> => {
      looks += 1;
      return looks % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
    };
    expect((await waitUntilReady(sources({ sockets: seen }), quick)).outcome).toBe('listening');
  });

  it.each([
    ['nothing listens', async () => [], 'it runs for 0.4 seconds and listens to nothing'],
    ['nobody can tell', async () => undefined, 'it runs for 0.4 seconds, and what listens cannot be seen here'],
    ['looking fails', async () => Promise.reject(new Error('x')), 'what listens cannot be seen here'],
    ['looking never ends', async () => never, 'what listens cannot be seen here'],
    ['it never comes to rest', async () => [`tcp :${Math.random()}`], 'did not come to rest within 0.4 seconds'],
  ])('says so where %s', async (_, sockets, reason) => {
    const readiness = await waitUntilReady(sources({ sockets }), limited);
    expect(readiness.outcome).toBe('running');
    expect(readiness.reason).toContain(reason);
  });

  it('takes the word of a HEALTHCHECK', async () => {
    let looks = 0;
    const describe_ = async (): Promise<{ health: 'starting' | 'healthy' }> => {
      looks += 1;
      return { health: looks < 3 ? 'starting' : 'healthy' };
    };
    expect((await waitUntilReady(sources({ describe: describe_ }), quick)).outcome).toBe('healthy');
  });

  it('asks no more for health where there is none', async () => {
    let looks = 0;
    const describe_ = async (): Promise<object> => {
      looks += 1;
      return {};
    };
    await waitUntilReady(sources({ describe: describe_ }), limited);
    expect(looks).toBe(1);
  });

  it('tells an end, also one that came before', async () => {
    const end: CageEnd = { exitCode: 3, reason: 'it ended by itself with status 3' };
    const readiness = await waitUntilReady(
      sources({ ended: Promise.resolve(end), sockets: async () => ['tcp :80'] }),
      quick,
    );
    expect(readiness).toMatchObject({ outcome: 'exited', reason: end.reason, end });
  });

  it.each([
    ['a port', { when: { port: 80 }, sockets: ['tcp :8080', 'tcp 0.0.0.0:80'] }, 'listening', 'port 80 is open'],
    ['seconds', { when: { seconds: 0.1 }, sockets: ['tcp :8080'] }, 'running', '0.1 seconds have passed'],
    ['another port', { when: { port: 80 }, sockets: ['tcp :8080'] }, 'running', 'waits for did not happen within 0.4'],
  ] as const)('waits for what a run profile says: %s', async (what, { when, sockets }, outcome, reason) => {
    const options = what === 'another port' ? limited : quick;
    const readiness = await waitUntilReady(sources({ sockets: async () => sockets }), { ...options, when });
    expect(readiness).toMatchObject({ outcome, reason: expect.stringContaining(reason) });
  });

  it('waits for a line', async () => {
    const line = new Promise<void>((resolve) => setTimeout(resolve, 150));
    const readiness = await waitUntilReady(sources({ line, sockets: async () => ['tcp :80'] }), quick);
    expect(readiness).toMatchObject({ outcome: 'running', reason: 'it wrote the line that was waited for' });
    expect(readiness.milliseconds).toBeGreaterThan(100);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    await expect(waitUntilReady(sources({}), { ...quick, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
