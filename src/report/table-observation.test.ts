import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/support/report.ts';
import type { Observation } from '../model/observation.ts';
import { renderTable } from './table.ts';

const nginx = { name: 'nginx', version: '1.26.3-3', purl: 'pkg:deb/debian/nginx@1.26.3-3' };

const observation: Observation = {
  engine: { name: 'the Docker engine at unix:///d.sock' },
  cage: { profile: 'default', allows: [] },
  attempts: [{ outcome: 'listening', changes: [], milliseconds: 1500, reason: 'it listens', log: ['never shown'] }],
  startedAt: '2026-01-01T00:00:00Z',
  milliseconds: 10_000,
  ports: [
    {
      protocol: 'tcp',
      port: 80,
      addresses: ['0.0.0.0'],
      declared: true,
      state: 'listening',
      localOnly: false,
      pid: 7,
      process: 'nginx\u001b[31m',
      user: 'root',
      package: nginx,
      service: { name: 'http' },
    },
    { protocol: 'tcp', port: 8080, addresses: [], declared: true, state: 'dead', localOnly: false },
    { protocol: 'udp', port: 9, addresses: ['127.0.0.1'], declared: false, state: 'listening', localOnly: true },
  ],
  processes: [],
  packagesInUse: [{ ...nginx, use: 'listening', files: ['/usr/sbin/nginx'], count: 1 }],
  untouched: [{ name: 'perl', version: '5.40', layer: 0, bytes: 40_000_000 }],
  calls: { openat: { count: 5, failed: 1 } },
  contacts: [{ name: 'pool.example', address: '10.0.0.2', port: 3333, count: 1 }],
  drift: [{ path: '/tmp/x', change: 'added', executable: true }],
  coverage: {
    tracer: 'strace',
    version: '6.13',
    calls: 5,
    lost: 0,
    undecoded: 0,
    blindSpots: ['nobody saw the kernel'],
    sockets: 'host',
  },
};

const render = (more: Partial<Observation>): string =>
  renderTable({ ...makeReport(), observation: { ...observation, ...more } }, { width: 120, colour: false });

describe('the table of an observation', () => {
  it('tells ports with who listens, and those that nobody serves', () => {
    const text = render({});
    expect(text).toMatch(/^ {2}80\/tcp +listens +nginx 1\.26\.3-3 +nginx\\x1b\[31m as root \[http\]$/m);
    expect(text).toContain('PORTS  2 listening of 3');
    expect(text).toMatch(/8080\/tcp +declared, nobody listens/);
    expect(text).toMatch(/9\/udp +listens \(local only\), not declared/);
  });

  it('tells what was used, called and left behind, and what nobody saw', () => {
    const text = render({});
    expect(text).toContain('listening nginx 1.26.3-3');
    expect(text).toContain('perl 5.40 (40.0 MB)');
    expect(text).toContain('pool.example (10.0.0.2:3333)');
    expect(text).toContain('1 new program: /tmp/x');
    expect(text).toContain('nobody saw the kernel');
    expect(text).not.toContain('never shown');
  });

  it('tells root by its number, whatever the image calls it', () => {
    const [port] = observation.ports;
    const text = (user: string | undefined, uid: number): string => {
      const { user: _, ...rest } = port!;
      return render({ ports: [{ ...rest, process: 'x', uid, ...(user !== undefined && { user }) }] });
    };
    expect(text('nobody', 0)).toContain('x as root (uid 0, named nobody)');
    expect(text(undefined, 0)).toContain('x as root [');
    expect(text('root', 0)).toContain('x as root [');
    expect(text('root', 33)).toContain('x as uid 33 (named root)');
    expect(text('www-data', 33)).toContain('x as www-data');
    expect(text(undefined, 33)).toContain('x as uid 33');
  });

  it('calls new what was added alone', () => {
    const drift = [
      { path: '/tmp/x', change: 'added', executable: true },
      { path: '/usr/bin/a', change: 'changed', executable: true },
      { path: '/usr/bin/b', change: 'removed', executable: true },
    ] as const;
    expect(render({ drift })).toContain(
      '1 new program: /tmp/x; 1 changed program: /usr/bin/a; 1 removed program: /usr/bin/b',
    );
  });

  it('shows the log of what did not come up', () => {
    const attempts = [
      { outcome: 'exited', changes: [], milliseconds: 10, exitCode: 3, reason: 'it ended', log: ['no password'] },
    ] as const;
    const text = render({ attempts });
    expect(text).toContain('exited after 0.0 s: it ended, exit status 3');
    expect(text).toContain('| no password');
  });

  it('claims not to know all that is used where nobody watched', () => {
    const text = render({ coverage: { ...observation.coverage, tracer: 'none', reason: 'no ptrace' } });
    expect(text).toContain('PACKAGES IN USE  at least 1 of');
    expect(text).not.toContain('untouched');
    expect(text).toContain('no calls were watched: no ptrace');
  });
});
