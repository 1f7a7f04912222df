import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import type { CageProfile } from '../../model/observation.ts';
import { inspectContainer } from '../../net/container-engine/containers.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import { type Cage, openCage } from './open-cage.ts';
import { beginRun, type Run } from './run.ts';

const IMAGE = 'docker.io/example/inside:1';

/** Something on this machine that an image must not reach: it listens on every address, v4 and v6. */
async function listenEverywhere(): Promise<{ server: Server; port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.end('reached\n');
  });
  await new Promise<void>((resolve) => server.listen({ host: '::', port: 0, ipv6Only: false }, resolve));
  return { server, port: (server.address() as { port: number }).port, connections: () => connections };
}

const cases: readonly { kind: string; profile: CageProfile; network: 'none' | 'internal'; only?: 'docker' }[] = [
  { kind: 'strict', profile: 'strict', network: 'none' },
  { kind: 'default', profile: 'default', network: 'none' },
  { kind: 'compatible', profile: 'compatible', network: 'none' },
  { kind: 'compatible with a network', profile: 'compatible', network: 'internal', only: 'docker' },
];

describe.each(runningEngines)('$title', (one) => {
  describe.skipIf(whyNoContainers(one.program))('from inside of a cage', () => {
    let real: RealEngine;
    let engine: Engine;
    let run: Run;
    let host: Awaited<ReturnType<typeof listenEverywhere>>;
    const cages = new Map<string, Cage>();

    const inside = async (cage: Cage, script: string): Promise<string> => {
      const command = ['sh', '-c', `( ${script} ) 2>&1; echo "status $?"`];
      const { stdout } = await runExec(engine, cage.container, { command }, { signal: AbortSignal.timeout(25_000) });
      return stdout.toString();
    };

    beforeAll(async () => {
      ({ real, engine } = await engineWith(one, {
        tag: IMAGE,
        config: { Cmd: ['sh', '-c', 'httpd -f -p 8080 -h /srv'] },
      }));
      host = await listenEverywhere();
      run = beginRun(engine, 120);
      for (const { kind, profile, network, only } of cases) {
        if (only !== undefined && only !== one.kind) continue;
        const start = { entrypoint: [], command: ['httpd', '-f', '-p', '8080', '-h', '/srv'], environment: [] };
        // A second one beside it, which the first must not reach.
        for (const which of [kind, `${kind}, another`]) {
          const cage = await openCage(engine, { image: IMAGE, profile, network, start, run });
          await cage.start();
          cages.set(which, cage);
        }
      }
    });
    afterAll(async () => {
      await run.close(true);
      await new Promise((resolve) => host.server.close(resolve));
      await real.stop();
    });

    describe.each(cases.filter(({ only }) => only === undefined || only === one.kind))('$kind', ({ kind, network }) => {
      it('works at all: its own server answers', async () => {
        expect(await inside(cages.get(kind)!, 'nc -w 2 127.0.0.1 8080 </dev/null')).toContain('status 0');
      });

      it('reaches neither this machine, nor its gateway, nor the metadata address, nor the internet', async () => {
        const addresses = Object.values(networkInterfaces())
          .flat()
          .flatMap((address) => (address === undefined || address.internal ? [] : [address.address]));
        const gateways = ['172.17.0.1', '172.18.0.1', '172.19.0.1', '10.88.0.1', '10.89.0.1'];
        const outside = ['169.254.169.254', '192.0.2.1', '2001:db8::1', 'fd00:ec2::254', 'fe80::1%eth0'];
        const targets = [...new Set([...addresses, ...gateways, ...outside])].slice(0, 24);
        const attempts = targets.map((address) => `nc -w 1 ${address} ${host.port} </dev/null`);
        const answer = await inside(cages.get(kind)!, `${attempts.join('; ')}; true`);
        expect(answer).not.toContain('reached');
        expect(host.connections()).toBe(0);
      });

      it('reaches this machine by none of the addresses of its own network', async () => {
        const own = Object.values((await inspectContainer(engine, cages.get(kind)!.container)).networks);
        const address = own[0]?.address;
        if (network === 'none') {
          expect(address).toBeUndefined();
          return;
        }
        expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        const first = address!.replace(/\.\d+$/, '.1');
        const answer = await inside(
          cages.get(kind)!,
          `nc -w 1 ${first} ${host.port} </dev/null; ping -c 1 -W 1 ${first}; ping6 -c 1 -W 1 ff02::1%eth0; ip route; true`,
        );
        expect(answer).not.toContain('reached');
        expect(answer).not.toContain('1 packets received');
        expect(answer).not.toContain('default via');
        expect(host.connections()).toBe(0);
      });

      it('reaches no other container', async () => {
        const other = await inspectContainer(engine, cages.get(`${kind}, another`)!.container);
        const addresses = Object.values(other.networks).flatMap(({ address }) => (address ? [address] : []));
        if (network === 'internal') expect(addresses).toHaveLength(1);
        for (const address of addresses) {
          expect(await inside(cages.get(kind)!, `nc -w 1 ${address} 8080 </dev/null`)).toContain('status 1');
        }
      });

      it('has no way out by names, routes, mounts and devices', async () => {
        const cage = cages.get(kind)!;
        expect(await inside(cage, 'nslookup example.com')).not.toContain('status 0');
        expect(await inside(cage, 'wget -T 2 -O - http://example.com/')).not.toContain('status 0');
        expect(await inside(cage, 'ip link set lo down')).not.toContain('status 0');
        expect(await inside(cage, 'mount -t tmpfs none /srv')).not.toContain('status 0');
        // Podman allows it, and the cage says so.
        if ((await inside(cage, 'unshare -U true')).includes('status 0')) {
          expect(cage.allows).toContainEqual(expect.stringContaining('user namespaces'));
        }
        expect(await inside(cage, 'cat /proc/sysrq-trigger; echo b >/proc/sysrq-trigger')).not.toContain('status 0');
        expect(await inside(cage, 'echo x >/proc/sys/kernel/core_pattern')).not.toContain('status 0');
        expect(await inside(cage, 'ls /dev/kmsg /dev/mem /dev/sda /dev/vda')).not.toContain('status 0');
        expect(await inside(cage, 'ls /var/run/docker.sock /run/podman')).not.toContain('status 0');
      });

      it('gains no privileges', async () => {
        const status = await inside(cages.get(kind)!, 'grep -E "NoNewPrivs|CapBnd|Seccomp:" /proc/self/status');
        expect(status).toMatch(/NoNewPrivs:\s*1/);
        expect(status).toMatch(/Seccomp:\s*2/);
        const bounds = Number.parseInt(/CapBnd:\s*([0-9a-f]+)/.exec(status)?.[1] ?? 'x', 16);
        const [sysAdmin, netAdmin, sysPtrace, sysModule] = [21, 12, 19, 16];
        for (const bit of [sysAdmin, netAdmin, sysPtrace, sysModule]) {
          expect(Math.floor(bounds / 2 ** bit) % 2).toBe(0);
        }
        if (kind === 'strict') expect(bounds).toBe(0);
      });
    });
  });
});
