import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineWith, runningEngines, whyNoContainers } from '../../../test/support/both-engines.ts';
import { type BusyboxImage, busyboxProgram } from '../../../test/support/busybox-image.ts';
import { triedImage } from '../../../test/support/caged.ts';
import type { RealEngine } from '../../../test/support/real-engines.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import type { AttemptOptions } from './attempts.ts';

const MiB = 1024 * 1024;
const shell = (script: string): Record<string, unknown> => ({ Cmd: ['sh', '-c', script] });

/** A program for a processor that this machine does not have (ELF, e_machine at byte 18). */
function foreignProgram(): Buffer {
  const bytes = busyboxProgram();
  bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
  return bytes;
}
const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64';

interface Kind {
  readonly title: string;
  readonly image: Omit<BusyboxImage, 'tag'>;
  readonly options?: Partial<AttemptOptions>;
  /** The last attempt, and how many there were. */
  readonly expected: object;
  readonly attempts?: number;
  readonly only?: 'docker';
}

const kinds: readonly Kind[] = [
  {
    title: 'a server',
    image: { config: shell('exec httpd -f -p 8080 -h /srv') },
    expected: { outcome: 'listening', changes: [] },
  },
  {
    title: 'a static program alone, as nobody',
    image: {
      bare: true,
      entries: [{ path: 'httpd', content: busyboxProgram(), mode: 0o755 }],
      config: { Entrypoint: ['/httpd', '-f', '-p', '8080'], User: '65534' },
    },
    expected: { outcome: 'listening' },
  },
  {
    title: 'a server with a read-only root',
    image: { config: shell('touch /x || echo cannot; exec httpd -f -p 8080 -h /srv') },
    options: { profile: 'strict' },
    expected: { outcome: 'listening', log: expect.arrayContaining(['cannot']) },
  },
  {
    title: 'one that cannot live with a read-only root',
    image: { config: shell('echo x >/srv/x || exit 3; sleep 60') },
    options: { profile: 'strict' },
    expected: { outcome: 'exited', exitCode: 3 },
  },
  {
    title: 'one that exits at once with an error',
    image: { config: shell('echo no such setting >&2; exit 1') },
    expected: { outcome: 'exited', exitCode: 1, log: ['no such setting'], reason: 'it ended by itself with status 1' },
    attempts: 2,
  },
  {
    title: 'one that has done its work',
    image: { config: shell('echo hello') },
    expected: { outcome: 'exited', exitCode: 0, log: ['hello'] },
  },
  {
    title: 'one that is never ready',
    image: { config: shell('sleep 600') },
    options: { readiness: { timeoutMs: 2000 } },
    expected: { outcome: 'running', reason: 'it runs for 2 seconds and listens to nothing' },
  },
  {
    title: 'one that needs what engines grant',
    image: { config: shell('mknod /x c 1 3 2>&1 || exit 9; exec httpd -f -p 80') },
    expected: { outcome: 'listening', changes: [expect.stringContaining('profile compatible')] },
    attempts: 2,
  },
  {
    title: 'one that wants a password',
    image: { config: shell('test -n "$PASSWORD" || exit 1; exec httpd -f -p 80') },
    options: {
      presets: [{ name: 'example', environment: { PASSWORD: 'x' }, assumption: 'PASSWORD is set' }],
    },
    expected: { outcome: 'listening', changes: ['PASSWORD is set (an assumption: preset example)'] },
    attempts: 3,
  },
  {
    title: 'one that runs as its user says',
    image: { config: shell('exit 1') },
    options: {
      runProfile: {
        file: 'run.yaml',
        environment: { GREETING: 'hello' },
        command: ['sh', '-c', 'sleep 1; cat /etc/app.conf; echo "$GREETING of $(id -u) in $(pwd)"; sleep 60'],
        user: '1000',
        workingDirectory: '/srv',
        files: [{ path: '/etc/app.conf', content: Buffer.from('from a file\n'), mode: 0o644 }],
        ready: { log: 'hello of 1000' },
        workload: [],
      },
    },
    expected: {
      outcome: 'running',
      changes: ['what run.yaml says'],
      reason: 'it wrote the line that was waited for',
      log: ['from a file', 'hello of 1000 in /srv'],
    },
  },
  {
    title: 'one without a command',
    image: { config: {} },
    expected: { outcome: 'failed', reason: expect.stringContaining('names no program') },
  },
  {
    title: 'one whose program is not there',
    image: { config: { Cmd: ['/no/such/program'] } },
    expected: { outcome: 'failed', reason: expect.stringMatching(/could not be started: .*no such file/) },
    attempts: 2,
  },
  {
    title: 'one for another processor',
    image: {
      bare: true,
      platform: `linux/${foreign}`,
      entries: [{ path: 'run', content: foreignProgram(), mode: 0o755 }],
      config: { Cmd: ['/run'] },
    },
    expected: { reason: expect.stringContaining(`the image is for ${foreign}`) },
    attempts: 2,
  },
  {
    title: 'a fork bomb',
    image: { config: shell('b() { b | b & }; b; while :; do sleep 1; done') },
    options: { limits: { processes: 64 }, readiness: { timeoutMs: 2000 } },
    expected: { outcome: expect.stringMatching(/running|exited/) },
    attempts: expect.any(Number) as unknown as number,
  },
  {
    title: 'one that fills its disk',
    image: { config: shell('i=0; while :; do i=$((i+1)); dd if=/dev/zero of=/srv/$i bs=1M count=20; done') },
    options: { limits: { diskBytes: 100 * MiB } },
    expected: { outcome: 'exited', killedBy: 'disk', reason: 'it wrote more than the 100 MB of disk that it has' },
  },
  {
    title: 'one that fills its volume',
    image: {
      config: {
        ...shell('i=0; while :; do i=$((i+1)); dd if=/dev/zero of=/data/$i bs=1M count=20; done'),
        Volumes: { '/data': {} },
      },
    },
    options: { limits: { diskBytes: 100 * MiB } },
    expected: { outcome: 'exited', killedBy: 'disk' },
  },
  {
    title: 'one that fills its memory',
    image: { config: shell('exec tail /dev/zero') },
    options: { limits: { memoryBytes: 64 * MiB } },
    expected: {
      outcome: 'exited',
      killedBy: 'memory',
      reason: 'it wanted more than the 64 MB of memory that it has',
    },
  },
  {
    title: 'one that writes a file without end',
    image: { config: shell('dd if=/dev/zero of=/srv/x bs=1M 2>/dev/null; ls -l /srv/x; sleep 60') },
    options: { limits: { fileBytes: 20 * MiB }, readiness: { timeoutMs: 2000 } },
    expected: { outcome: 'running', log: [expect.stringContaining(String(20 * MiB))] },
  },
  {
    title: 'one that writes a log without end',
    image: { config: shell('yes "a line that is written again and again"') },
    options: { readiness: { timeoutMs: 3000 } },
    expected: { outcome: 'running', log: expect.arrayContaining(['a line that is written again and again']) },
  },
  {
    title: 'one that writes a line without end',
    image: { config: shell('cat /dev/zero | tr "\\0" x') },
    options: { readiness: { timeoutMs: 2000 } },
    expected: { outcome: 'running', log: expect.arrayContaining([expect.stringMatching(/^x{500} \.\.\.$/)]) },
  },
  {
    title: 'one that writes what a terminal obeys',
    image: { config: shell(`printf '\\033]0;owned\\007\\033[2Jred\\r\\n\\302\\233x\\n'; sleep 600`) },
    options: { readiness: { timeoutMs: 1000 } },
    expected: { log: ['\\x1b]0;owned\\x07\\x1b[2Jred', '\\x9bx'] },
  },
  {
    title: 'one that a signal ends',
    image: { config: shell("sh -c 'kill -SEGV $$'; exit $?") },
    expected: { outcome: 'exited', killedBy: 'signal', reason: 'signal 11 ended it' },
    attempts: 2,
  },
  {
    title: 'one that is healthy by its own word',
    image: {
      config: {
        ...shell('sleep 1; touch /srv/up; sleep 600'),
        Healthcheck: { Test: ['CMD', 'test', '-e', '/srv/up'], Interval: 300_000_000, Timeout: 1_000_000_000 },
      },
    },
    expected: { outcome: 'healthy' },
    only: 'docker',
  },
  {
    title: 'one that takes too long',
    image: { config: shell('sleep 600') },
    options: { limits: { seconds: 1 } },
    expected: { outcome: 'exited', killedBy: 'time', reason: 'it ran for 1 seconds, which is its limit' },
    attempts: 1,
  },
];

const images = kinds.map(({ image }, i) => ({ ...image, tag: `docker.io/example/kind:${i}` })) as [BusyboxImage];

describe.each(runningEngines)('$title', (one) => {
  describe.skipIf(whyNoContainers(one.program))('tries', () => {
    let real: RealEngine;
    let engine: Engine;

    beforeAll(async () => {
      ({ real, engine } = await engineWith(one, ...images));
    });
    afterAll(async () => {
      await real.stop();
    });

    // Most of them wait for most of the time.
    it.concurrent.each(kinds.map((kind, i) => [kind.title, kind, `docker.io/example/kind:${i}`] as const))(
      '%s',
      async (_, { options = {}, expected, attempts = 1, only }, name) => {
        if (only !== undefined && only !== one.kind) return;
        await triedImage(engine, name, options, (tried) => {
          expect(tried.attempts.at(-1)).toMatchObject(expected);
          expect(tried.attempts.length).toEqual(attempts);
        });
      },
    );

    it('leaves no process of a fork bomb', () => {
      const left = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
      expect(left).toBeLessThan(2000);
    });
  });
});
