import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Report } from '../../src/model/report.ts';
import {
  createContainer,
  inspectContainer,
  listContainers,
  removeContainer,
  startContainer,
} from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { listImages } from '../../src/net/container-engine/image-store.ts';
import { listNetworks } from '../../src/net/container-engine/networks.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { type RunningEngine, whyNoContainers } from './both-engines.ts';
import { busyboxArchive } from './busybox-image.ts';
import { debianRoot, dpkgTruth, whyNoDebian } from './debian.ts';
import { dockerArchive, layer } from './image.ts';
import { type RealEngine, startDocker } from './real-engines.ts';
import { type RunResult, runDrydock } from './run.ts';
import { temporaryFolder, writeTemporary } from './temporary.ts';

const LONG = 300_000;

/** Services as an image of Debian has them, started by a script that nobody owns. */
const start = `#!/bin/sh
memcached -u nobody &
redis-server --protected-mode no --dir /tmp --daemonize no >/dev/null &
exec nginx -g 'daemon off;'
`;

/** Containers that were made with the runtime of the name of gVisor's: it is that of Docker, and takes them down. */
const made = path.join(temporaryFolder(), 'made');

function countingRuntime(): string {
  const script = `#!/bin/sh\ncase " $* " in *" create "*) echo >>${made} ;; esac\nexec runc "$@"\n`;
  const file = writeTemporary('runtime', script);
  chmodSync(file, 0o755);
  return file;
}

function services(): { readonly tar?: string; readonly why?: string } {
  const why = whyNoDebian();
  return why === undefined ? debianRoot('trixie', ['nginx-light', 'redis-server', 'memcached']) : { why };
}

/** One port at once, one for a moment, one late; a program of a package that is overwritten before it runs. */
const restless = `
  cat /bin/busybox >/usr/sbin/busybox-good
  /usr/sbin/busybox-good nc -l -p 8181 &
  /proc/self/root/bin/busybox httpd -f -p 8080 -h /srv &
  sleep 2
  nc -l -p 7777 </dev/null & sleep 0.2; nc 127.0.0.1 7777 </dev/null
  sleep 1
  httpd -f -p 9090 -h /srv
`;

/** What the engine starts for a HEALTHCHECK drops a program that listens. */
const healthcheck =
  'cat /bin/busybox >/srv/busybox-evil; chmod 755 /srv/busybox-evil; /srv/busybox-evil nc -l -p 4444 &';

const images = busyboxArchive(
  {
    tag: 'checked:1',
    config: {
      Cmd: ['httpd', '-f', '-p', '8080', '-h', '/srv'],
      Healthcheck: { Test: ['CMD-SHELL', healthcheck], Interval: 1e9, Timeout: 5e9, Retries: 100 },
    },
  },
  {
    tag: 'restless:1',
    config: { Cmd: ['sh', '-c', restless] },
    entries: [
      { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
      {
        path: 'var/lib/dpkg/status',
        content: 'Package: goodd\nStatus: install ok installed\nArchitecture: all\nVersion: 9.9-1\n\n',
      },
      { path: 'var/lib/dpkg/info/goodd.list', content: '/.\n/usr\n/usr/sbin\n/usr/sbin/busybox-good\n' },
      { path: 'usr/sbin/busybox-good', content: 'as the package brought it', mode: 0o755 },
    ],
  },
  { tag: 'web:1', config: { Cmd: ['httpd', '-f', '-p', '8080', '-h', '/srv'], ExposedPorts: { '9/tcp': {} } } },
  {
    tag: 'nobody:1',
    config: { User: '65534', Cmd: ['sh', '-c', "sh -c 'exec rm /.o/w/t.$$'; exec httpd -f -p 8080 -h /srv"] },
  },
  { tag: 'nothing:1', config: { Cmd: ['/no/such/program'] } },
  { tag: 'ends:1', config: { Cmd: ['sh', '-c', 'echo "no \u001b[31mpassword"; exit 3'] } },
  {
    tag: 'two:1',
    config: {
      Cmd: [
        'sh',
        '-c',
        '[ -f /cfg ] || exit 3; httpd -p 8080 -h /srv; sleep 1; touch /etc/second && httpd -p 9090 -h /srv; sleep 1000',
      ],
    },
  },
  {
    tag: 'calls:1',
    config: { Cmd: ['sh', '-c', 'wget -q -T 2 -O /tmp/x http://updates.pool.example/run; httpd -f -p 8080'] },
  },
);

/** What `drydock observe` does with an engine: a file of tests an engine, so that they run side by side. */
export function testObserve({ kind, program, start: startEngine }: RunningEngine): void {
  const why = whyNoContainers(program);
  let real: RealEngine;
  let engine: Engine;
  const environment = (): Readonly<Record<string, string>> => real.environment;

  beforeAll(async () => {
    if (why !== undefined) return;
    real = kind === 'docker' ? await startDocker('overlay', { runsc: countingRuntime() }) : await startEngine();
    engine = await connectEngine(kind, { environment: real.environment });
    real.load(writeTemporary('images.tar', images));
  }, LONG);
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  async function observe(
    ...args: readonly string[]
  ): Promise<{ readonly result: RunResult; readonly report: Report; readonly observation: Observation }> {
    const file = path.join(temporaryFolder(), 'report.json');
    const fixed = ['--offline', '--engine', kind, '-o', `json=${file}`, '--cache-dir', temporaryFolder()];
    const result = await runDrydock(['observe', ...args, ...fixed], { environment: environment(), timeout: LONG });
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      throw new Error(`no report: ${result.stderr}`);
    }
    const report = JSON.parse(text) as Report;
    return { result, report, observation: report.observation! };
  }

  /** What bears the labels of runs. */
  async function left(): Promise<readonly string[]> {
    const labels = { 'drydock.run': true } as const;
    const [containers, networks, volumes, made] = await Promise.all([
      listContainers(engine, labels),
      listNetworks(engine, labels),
      listVolumes(engine, labels),
      listImages(engine, labels),
    ]);
    return [...containers, ...networks, ...volumes, ...made].map((one) => JSON.stringify(one));
  }

  it('names the packages of nginx, redis and memcached at their ports, and what is open', {
    timeout: LONG,
  }, async (context) => {
    const { tar, why: notBuilt } = why === undefined ? services() : { why, tar: undefined };
    if (tar === undefined) return context.skip(notBuilt);
    const archive = dockerArchive({
      layers: [readFileSync(tar), layer([{ path: 'start.sh', content: start, mode: 0o755 }])],
      repoTags: ['services:1'],
      config: { Cmd: ['/start.sh'], ExposedPorts: { '80/tcp': {}, '8080/tcp': {} } },
    });
    const file = path.join(temporaryFolder(), 'services.tar');
    writeFileSync(file, archive);
    real.load(file);
    const truth = new Map(dpkgTruth(tar).map(({ name, version }) => [name, version]));

    const { report, observation } = await observe('services:1', '--checks', 'none', '--duration', '3s');

    const told = observation.ports.map(({ port, state, declared, package: owner, service }) => [
      port,
      state,
      declared,
      owner && `${owner.name} ${owner.version}`,
      service?.name,
    ]);
    expect(told).toEqual([
      [80, 'listening', true, `nginx ${truth.get('nginx')}`, 'http'],
      // The program is that of redis-tools, to which the one of redis-server is a link.
      [6379, 'listening', false, `redis-tools ${truth.get('redis-tools')}`, 'redis'],
      [8080, 'dead', true, undefined, undefined],
      [11211, 'listening', false, `memcached ${truth.get('memcached')}`, 'memcached'],
    ]);
    const open = report.findings.filter(({ kind: what }: Finding) => what === 'service').map(({ id }) => id);
    expect(open).toEqual(expect.arrayContaining(['service.redis-open', 'service.memcached-open']));
    // Three services as Debian brings them do nothing that a rule on calls tells.
    expect(report.findings.filter(({ kind: what }: Finding) => what === 'call')).toEqual([]);
    const used = observation.packagesInUse.map(({ name }) => name);
    expect(used).toEqual(expect.arrayContaining(['nginx', 'memcached', 'redis-tools', 'dash', 'libc6', 'libssl3t64']));
    expect(used.length).toBeLessThan(report.packages.length / 3);
    expect(observation.coverage).toMatchObject({ tracer: 'strace', lost: 0, undecoded: 0 });
    expect(await left()).toEqual([]);
  });

  it('proves a seccomp profile and what else is not needed', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const folder = path.join(temporaryFolder(), 'profiles');
    const more = ['--duration', '1s', '--service-scanners', 'none', '--prove', '--profiles', folder];
    const { observation } = await observe('web:1', '--checks', 'none', ...more);
    const { seccomp, advice } = observation.proofs!;
    expect(seccomp).toMatchObject({ proven: true });
    expect(seccomp.calls.length).toBeLessThanOrEqual(192);
    expect(advice.map(({ id, proof }) => [id, proof])).toEqual([
      ['capabilities', 'run'],
      ['read-only', 'run'],
      ['user', 'run'],
    ]);
    const profile = JSON.parse(readFileSync(path.join(folder, 'seccomp.json'), 'utf8')) as object;
    expect(profile).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: seccomp.calls }] });

    const line = readFileSync(path.join(folder, 'docker-run.sh'), 'utf8');
    expect(line).toContain('--security-opt=seccomp=seccomp.json --cap-drop=ALL --read-only');
    expect(JSON.parse(readFileSync(path.join(folder, 'kubernetes.json'), 'utf8'))).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true, runAsUser: 65534, seccompProfile: { type: 'Localhost' } },
    });

    // What is outside of it is refused.
    const name = `denied-${kind}`;
    const { id } = await createContainer(engine, {
      ...{ image: 'web:1', name, network: 'none', entrypoint: ['/bin/mkdir'], command: ['/srv/new'] },
      // Podman takes the name of a file.
      securityOptions: [`seccomp=${kind === 'docker' ? JSON.stringify(profile) : path.join(folder, 'seccomp.json')}`],
    });
    onTestFinished(async () => void (await removeContainer(engine, id)));
    await startContainer(engine, id);
    const ended = async (): Promise<number | undefined> => {
      const { running, exitCode } = await inspectContainer(engine, id);
      return running ? undefined : exitCode;
    };
    await expect.poll(ended).toBe(1);
    expect(await left()).toEqual([]);
  });

  it('proves nothing that a later service, a file of the run profile or another runtime gives the lie to', {
    timeout: LONG,
  }, async (context) => {
    if (why !== undefined) return context.skip(why);
    if (kind !== 'docker') return context.skip('the runtime is one that Docker was told of');
    const file = writeTemporary(
      'two.yaml',
      'mounts: [{ path: /cfg, text: x }]\nready: { port: 8080 }\nworkload: [{ exec: [cat, /cfg] }]\n',
    );
    writeFileSync(made, '');
    const { report, observation } = await observe(
      ...['two:1', '--checks', 'none', '--run-profile', file, '--duration', '5s', '--service-scanners', 'none'],
      ...['--prove', '--sandbox', 'gvisor'],
    );
    const { seccomp, advice, runs } = observation.proofs!;
    expect(seccomp).toMatchObject({
      proven: true,
      reason: 'it listened on 8080/tcp, 9090/tcp, did 1 of 1 steps of the workload as before and lived on',
    });
    expect(advice.map(({ id, proof }) => [id, proof])).toEqual([
      ['capabilities', 'run'],
      // Engines put no files into a root that is read-only.
      ['read-only', 'trace'],
      ['user', 'refuted'],
    ]);
    expect(advice[2]!.text).toContain('nothing listens on 9090/tcp');
    expect(report.problems.filter(({ code }) => code.startsWith('run.'))).toEqual([]);
    expect(readFileSync(made, 'utf8').length).toBe(1 + runs);
    expect(await left()).toEqual([]);
  });

  it('says of an image that ends what it wrote, and that it was not seen', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { result, report, observation } = await observe(
      'ends:1',
      '--checks',
      'none',
      '--require-complete',
      '-f',
      'table',
    );
    expect(result.status).toBe(4);
    expect(observation.attempts.at(-1)).toMatchObject({ outcome: 'exited', exitCode: 3 });
    expect(report.problems.map(({ code }) => code)).toContain('run.not-up');
    expect(result.stdout).toContain('no \\x1b[31mpassword');
    expect(result.stdout).not.toContain('\u001b');
    expect(await left()).toEqual([]);
  });

  it('traces who is not root, and says where somebody took the trace away', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { report, observation } = await observe('nobody:1', '--checks', 'none', '--duration', '2s');
    expect(observation.ports).toMatchObject([{ port: 8080, state: 'listening', uid: 65534 }]);
    expect(observation.coverage).toMatchObject({ tracer: 'strace', lost: 1 });
    expect(report.problems.map(({ code }) => code)).toContain('run.trace-incomplete');
    expect(await left()).toEqual([]);
  });

  it('says of a program that is not there that it is not', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { observation } = await observe('nothing:1', '--checks', 'none', '--duration', '2s');
    expect(observation.attempts.at(-1)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('no such file'),
    });
  });

  it('says of what the engine starts beside the program that it was not traced', {
    timeout: LONG,
  }, async (context) => {
    if (why !== undefined) return context.skip(why);
    if (kind === 'podman') return context.skip('Podman has timers of systemd start them, and no image tells of them');
    const { observation } = await observe(
      'checked:1',
      '--checks',
      'none',
      '--duration',
      '10s',
      '--service-scanners',
      'none',
    );
    const { blindSpots } = observation.coverage;
    expect(blindSpots).toContain('Its HEALTHCHECK is started by the engine: what it does was not seen.');
    expect(observation.ports.map(({ port }) => port)).toEqual([4444, 8080]);
    expect(blindSpots).toContainEqual(
      expect.stringMatching(/^Process \d+ \(busybox-evil\), which listens, was not started/),
    );
    expect(observation.processes).toContainEqual(
      expect.objectContaining({ executable: '/srv/busybox-evil', from: 'dropped', seenBy: 'proc' }),
    );
  });

  it('asks services that come late, and believes no name of a program', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { report, observation } = await observe('restless:1', '--checks', 'none', '--duration', '10s');
    const told = observation.ports.map(({ port, state, executable, package: owner, service }) => [
      // Who had the port for a moment may be told by the trace alone, by the link that it was started by.
      ...[port, state, port === 7777 ? undefined : executable, owner?.name, service?.name],
    ]);
    expect(report.packages.map(({ name }) => name)).toContain('goodd');
    expect(told).toEqual([
      [7777, 'listening', undefined, undefined, undefined],
      [8080, 'listening', '/bin/busybox', undefined, 'http'],
      [8181, 'listening', '/usr/sbin/busybox-good', undefined, undefined],
      [9090, 'listening', '/bin/busybox', undefined, 'http'],
    ]);
    const from = (name: string): unknown =>
      observation.processes.find(({ arguments: words }) => words[0]?.endsWith(name))?.from;
    expect(from('/busybox-good')).toBe('dropped');
    expect(from('/proc/self/root/bin/busybox')).toMatchObject({ layer: { index: 0 } });
    // Known by its own words, as no package brought it; goodd ran by its name alone.
    expect(observation.packagesInUse.map(({ name }) => name)).toEqual(['busybox']);
    expect(await left()).toEqual([]);
  });

  it('watches a container that runs, and leaves it as it is', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const { id } = await createContainer(engine, { image: 'web:1', name: 'watched', network: 'none' });
    try {
      await startContainer(engine, id);
      const before = await inspectContainer(engine, id);
      const { observation } = await observe('--container', 'watched', '--checks', 'none', '--duration', '2s');
      expect(observation.ports.map(({ port, state, executable }) => [port, state, executable])).toEqual([
        [9, 'dead', undefined],
        [8080, 'listening', '/bin/busybox'],
      ]);
      expect(observation.processes).toMatchObject([
        { pid: 1, name: 'httpd', running: true, from: { layer: { index: 0 } } },
      ]);
      expect(await inspectContainer(engine, id)).toEqual(before);
    } finally {
      await removeContainer(engine, id);
    }
  });

  it('leaves nothing when it is interrupted', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const args = ['observe', 'web:1', '--offline', '--engine', kind, '--checks', 'none', '--duration', '60s'];
    let sent = false;
    const result = await runDrydock([...args, '--cache-dir', temporaryFolder()], {
      environment: environment(),
      timeout: LONG,
      progress: true,
      onOutput: (send, stderr) => {
        if (sent || !stderr.includes('watching')) return;
        sent = true;
        send('SIGINT');
      },
    });
    expect(result.status).toBe(130);
    expect(await left()).toEqual([]);
  });

  it('takes down names and requests where nothing else answers', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const args = ['calls:1', '--checks', 'none', '--duration', '2s', '--network', 'sinkhole'];
    if (kind === 'podman') {
      // Its networks give this machine an address that the image could reach.
      await expect(observe(...args)).rejects.toThrow('Use --network none, or Docker.');
    } else {
      const { observation } = await observe(...args);
      expect(observation.contacts.map(({ name }) => name)).toContain('updates.pool.example');
      expect(observation.ports).toMatchObject([{ port: 8080, state: 'listening' }]);
    }
    expect(await left()).toEqual([]);
  });

  it('says what to do about an image that the engine does not have', async (context) => {
    if (why !== undefined) return context.skip(why);
    const result = await runDrydock(['observe', 'nowhere:1', '--offline', '--engine', kind], {
      environment: environment(),
    });
    expect([result.status, result.stderr]).toEqual([3, expect.stringContaining('give an archive of it, or pull it')]);
  });
}
