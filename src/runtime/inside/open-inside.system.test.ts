import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxArchive, whyNoBusybox } from '../../../test/support/busybox-image.ts';
import { type RealEngine, startDocker, startPodman, whyNoEngine } from '../../../test/support/real-engines.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import {
  createContainer,
  killContainer,
  listContainers,
  removeContainer,
  startContainer,
  waitForExit,
} from '../../net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import { listImages } from '../../net/container-engine/image-store.ts';
import { createNetwork, removeNetwork } from '../../net/container-engine/networks.ts';
import type { InsideRun } from './inside-run.ts';
import { type Inside, openInside } from './open-inside.ts';
import { openSinkhole } from './open-sinkhole.ts';
import { RelayError } from './relay-client.ts';
import { importTools, type ToolsImage } from './tools-image.ts';

/** A server for others as somebody else, and one for itself; a client that waits. */
const program = `
  httpd -p 127.0.0.1:8081 -h /srv
  echo inside >/srv/index.html
  httpd -u 65534 -p 8080 -h /srv
  sleep 1000 & wait
`;

const engines = [
  { kind: 'docker', program: 'dockerd', begin: () => startDocker('overlay') },
  { kind: 'podman', program: 'podman', begin: startPodman },
] as const;

describe.each(engines)('a way into a container of $kind', ({ kind, program: server, begin }) => {
  const why = whyNoEngine(server) ?? whyNoBusybox();
  if (why !== undefined) {
    it.skip(why, () => {});
    return;
  }
  let real: RealEngine;
  let engine: Engine;
  let run: InsideRun;
  let container: string;
  let tools: ToolsImage;
  const signal = new AbortController().signal;
  const id = randomBytes(4).toString('hex');

  const start = async (script: string, network = 'none'): Promise<string> => {
    const made = await createContainer(engine, {
      image: 'busy:1',
      name: run.name(`image-${run.nextNumber()}`),
      labels: run.labels,
      command: ['sh', '-c', script],
      network,
      capabilitiesDropped: ['ALL'],
      capabilitiesAdded: ['SETUID', 'SETGID', 'NET_BIND_SERVICE'],
      securityOptions: ['no-new-privileges'],
    });
    await startContainer(engine, made.id);
    return made.id;
  };

  beforeAll(async () => {
    real = await begin();
    const archive = path.join(temporaryFolder(), 'image.tar');
    writeFileSync(archive, busyboxArchive({ tag: 'busy:1' }));
    real.load(archive);
    engine = await connectEngine(kind, { environment: real.environment });
    let count = 0;
    run = {
      engine,
      labels: { 'drydock.test': id },
      name: (what) => `drydock-${id}-${what}`,
      nextNumber: () => ++count,
    };
    container = await start(program);
    tools = await importTools(run, signal);
  });
  afterAll(async () => {
    for (const one of await listContainers(engine, run.labels)) await removeContainer(engine, one.id);
    await tools.remove();
    const left = await listImages(engine, run.labels);
    await real.stop();
    expect(left).toEqual([]);
  });

  /** What listens once there are so many, and what was not seen. */
  const settled = async (inside: Inside, count = 2): Promise<{ lines: string[]; gaps: readonly string[] }> => {
    for (let tries = 0; ; tries++) {
      const { sockets, gaps } = await inside.sockets(signal);
      if (sockets.length >= count || tries > 600) {
        const lines = sockets.map(
          ({ protocol, address, port, owner }) =>
            `${protocol} ${address}:${port} ${owner?.name} ${owner?.uid} ${owner?.executable}`,
        );
        return { lines, gaps };
      }
      await sleep(100);
    }
  };

  it.each(['host', 'sidecar'] as const)('shows its sockets with who holds them: %s', async (way) => {
    const inside = await openInside(run, { container, environment: process.env, signal, ways: [way], tools });
    try {
      expect([inside.way, inside.reasons]).toEqual([way, []]);
      expect(await settled(inside)).toEqual({
        lines: ['tcp :::8080 httpd 65534 /bin/busybox', 'tcp 127.0.0.1:8081 httpd 0 /bin/busybox'],
        gaps: [],
      });
    } finally {
      await inside.close();
    }
    const others = (await listContainers(engine, run.labels)).filter((one) => one.id !== container);
    expect(others).toEqual([]);
  });

  it('shows its sockets by its own programs where nothing else may be done', async () => {
    const inside = await openInside(run, { container, environment: process.env, signal, ways: ['exec'] });

    const { lines, gaps } = await settled(inside);

    expect(inside.way).toBe('exec');
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['tcp :::8080', 'tcp 127.0.0.1:8081']);
    expect(gaps).toEqual([expect.stringMatching(/not which processes hold them/)]);
    expect(inside.dial).toBeUndefined();
  });

  it.each(['host', 'sidecar'] as const)('reaches what it serves, to itself too: %s', async (way) => {
    const inside = await openInside(run, { container, environment: process.env, signal, ways: [way], tools });
    try {
      await settled(inside);
      for (const [port, address] of [
        [8080, '::'],
        [8081, '127.0.0.1'],
      ] as const) {
        const stream = await inside.dial!({ protocol: 'tcp', port, addresses: [address] }, signal);
        stream.write('GET / HTTP/1.0\r\n\r\n');

        expect(await text(stream)).toMatch(/^HTTP\/1\.[01] 200 OK[\s\S]*inside\n$/);
      }
      await expect(inside.dial!({ protocol: 'tcp', port: 9, addresses: ['0.0.0.0'] }, signal)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    } finally {
      await inside.close();
    }
  });

  it('reaches what it serves from an address that is none of loopback, and leaves others alone', async () => {
    const script = `mkdir -p /srv/cgi-bin; cd /srv/cgi-bin; printf '#!/bin/sh\\necho; echo from $REMOTE_ADDR\\n' >who; chmod 755 who
      httpd -p 0.0.0.0:8080 -h /srv; httpd -p 127.0.0.1:8081 -h /srv; sleep 1000`;
    const own = await start(script);
    const settings = { container: own, environment: process.env, signal, ways: ['host'] } as const;
    const inside = await openInside(run, { ...settings, ownNetwork: true });
    const other = await openInside(run, settings);
    try {
      const { lines } = await settled(inside);
      const all = { protocol: 'tcp', port: 8080, addresses: ['0.0.0.0'] } as const;
      const ask = async (dial: Inside['dial']): Promise<string> => {
        const stream = await dial!(all, signal);
        stream.write('GET /cgi-bin/who HTTP/1.0\r\n\r\n');
        return /from \S+/.exec(await text(stream))?.[0] ?? 'nothing';
      };
      expect(await ask(inside.dialFromElsewhere)).toBe('from 192.0.2.2');
      expect(await ask(inside.dial)).toBe('from 127.0.0.1');
      const local = { protocol: 'tcp', port: 8081, addresses: ['127.0.0.1'] } as const;
      await expect(inside.dialFromElsewhere!(local, signal)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
      expect((await settled(inside)).lines).toEqual(lines);
      expect(other.dialFromElsewhere).toBeUndefined();
    } finally {
      await inside.close();
      await other.close();
      await removeContainer(engine, own);
    }
  });

  it('says why a better way is none, and ends as nothing at all', async () => {
    const still = await start('exit 0');
    await waitForExit(engine, still);

    const inside = await openInside(run, { container: still, environment: process.env, signal, tools });

    expect(inside.way).toBe('none');
    expect(inside.reasons.map((reason) => reason.split(':')[0])).toEqual([
      'not from this machine',
      'not by a container beside it',
      'not by programs of its own',
    ]);
    expect((await inside.sockets()).gaps).toEqual(['nobody could read which sockets listen']);
    await removeContainer(engine, still);
  });

  it('ends with the container', async () => {
    const short = await start('sleep 1000');
    const inside = await openInside(run, {
      container: short,
      environment: process.env,
      signal,
      ways: ['sidecar'],
      tools,
    });
    const stream = await inside.dial!({ protocol: 'udp', port: 53, addresses: ['127.0.0.1'] }, signal);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    // The kernel ends all processes of a process namespace with its first.
    await killContainer(engine, short);
    await closed;

    await expect(inside.sockets()).rejects.toThrow(RelayError);
    await inside.close();
    await removeContainer(engine, short);
  });

  it('makes and removes the image of its tools where none is given', async () => {
    const own = {
      ...run,
      labels: { 'drydock.test': `${id}-own` },
      name: (what: string) => `drydock-${id}-own-${what}`,
    };

    const inside = await openInside(own, { container, environment: process.env, signal, ways: ['sidecar'] });
    const during = [(await listImages(engine, own.labels)).length, (await listContainers(engine, own.labels)).length];
    await inside.close();

    expect(inside.way).toBe('sidecar');
    expect(during).toEqual([1, 1]);
    expect(await listImages(engine, own.labels)).toEqual([]);
    expect(await listContainers(engine, own.labels)).toEqual([]);
  });

  it('answers all names with a sinkhole, from the first instruction on', async () => {
    const network = run.name(`net-${run.nextNumber()}`);
    await createNetwork(engine, {
      name: network,
      internal: true,
      labels: run.labels,
      ...(kind === 'docker' && { options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } }),
    });
    let sinkhole: Awaited<ReturnType<typeof openSinkhole>> | undefined;
    let image: string | undefined;
    try {
      sinkhole = await openSinkhole(run, tools, network, { signal });
      const { log } = sinkhole;
      image = await start(
        `wget -q -O /dev/null http://first.example/a?b=c; nslookup -type=txt second.example; echo hello | nc -w 2 third.example 4444; sleep 1000`,
        sinkhole.network,
      );
      for (let tries = 0; tries < 600 && !log.contacts().some(({ port }) => port === 4444); tries++) await sleep(100);

      const { stdout } = await runExec(engine, image, { command: ['cat', '/etc/resolv.conf'] });
      expect(stdout.toString()).toBe(`nameserver ${sinkhole.address}\n`);
      const contacts = log.contacts();
      expect(contacts.map(({ name, port }) => `${name}:${port}`)).toEqual(
        expect.arrayContaining([
          'first.example:undefined',
          'second.example:undefined',
          'third.example:undefined',
          'first.example:80',
        ]),
      );
      expect(log.events).toContainEqual(expect.objectContaining({ event: 'dns', name: 'second.example', type: 'TXT' }));
      expect(log.events).toContainEqual(
        expect.objectContaining({
          event: 'connection',
          port: 80,
          http: { request: 'GET /a?b=c HTTP/1.1', host: 'first.example' },
        }),
      );
      expect(log.events).toContainEqual(
        expect.objectContaining({ port: 4444, first: Buffer.from('hello\n').toString('base64') }),
      );
    } finally {
      if (image !== undefined) await removeContainer(engine, image);
      await sinkhole?.close();
      await removeNetwork(engine, network);
    }
    const others = (await listContainers(engine, run.labels)).filter((one) => one.id !== container);
    expect(others).toEqual([]);
  });
});
