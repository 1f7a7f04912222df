import { describe, expect, it } from 'vitest';
import { traceCounting } from '../../../test/support/counting-trace.ts';
import { whyNoTracing } from '../../../test/support/traced-program.ts';

const reason = whyNoTracing() ?? (process.getuid?.() === 0 ? undefined : 'becoming another user needs root');

describe('a trace is whole', () => {
  it.skipIf(reason !== undefined).for([
    ['', ['-ff', '-A', '-DDD', '--seccomp-bpf']],
    ['u', ['-ff', '-A', '-DDD', '--seccomp-bpf']],
    ['d', ['-ff', '-A', '-DDD', '--seccomp-bpf']],
    ['cun', ['-ff', '-A', '-DDD', '--seccomp-bpf']],
    ['cund', ['-ff', '-A', '-DDD']],
  ] as const)('with hardening "%s" and the options %j', async ([hardening, options]) => {
    const run = { opensPerThread: 250, threads: 3, children: 3, execsPerChild: 20, hardening };

    const { counted, reading, wrong, execs, opens } = await traceCounting(run, options);

    expect(counted).toEqual({ opens: 3000, execs: 60 });
    expect({ opens, execs, wrong: wrong.slice(0, 5) }).toEqual({ ...counted, wrong: [] });
    expect(reading).toMatchObject({ undecoded: 0, cut: 0, incomplete: false });
  });
});
