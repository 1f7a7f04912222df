import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { abortedAfter, type FakeAnswer, failureOf, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { getArchive, putArchive } from './archives.ts';
import { containerChanges, containerProcesses, containerStats } from './container-state.ts';
import {
  createContainer,
  inspectContainer,
  killContainer,
  listContainers,
  removeContainer,
  startContainer,
  waitForExit,
} from './containers.ts';
import { connectEngine, type Engine } from './engine.ts';
import { engineInfo } from './engine-info.ts';
import { watchEvents } from './events.ts';
import { runExec } from './exec.ts';
import { containerLogs } from './logs.ts';
import { listNetworks } from './networks.ts';
import { listVolumes } from './volumes.ts';

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

async function connected(answers: Readonly<Record<string, FakeAnswer>>): Promise<Engine> {
  const fake = await startFakeEngine({ answers });
  releases.push(() => fake.close());
  return await connectEngine('docker', { environment: fake.environment, timeouts: { headersMs: 2000, idleMs: 500 } });
}

/** Answers 101 and then sends what it is given; ends the connection after that. */
function hijacked(...pieces: readonly (string | Buffer)[]): FakeAnswer {
  return (request) => {
    request.socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    for (const piece of pieces) request.socket.write(piece);
    request.socket.end();
  };
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

const nonsense: readonly unknown[] = [
  null,
  7,
  'x',
  [],
  {},
  [null, 7, {}],
  { Id: 7, State: [], Config: 'x', Mounts: {} },
];

describe('answers that make no sense', () => {
  it.each(nonsense.map((value) => [JSON.stringify(value), value]))('are no container: %s', async (_, json) => {
    const engine = await connected({ '/containers/x/json': { json }, '/containers/create': { status: 201, json } });
    expect((await failureOf(inspectContainer(engine, 'x'))).failure).toBe('broken');
    expect((await failureOf(createContainer(engine, { image: 'i', network: 'none' }))).failure).toBe('broken');
  });

  it.each(nonsense.map((value) => [JSON.stringify(value), value]))('are empty lists: %s', async (_, json) => {
    const filters = JSON.stringify({ label: ['a'] });
    const engine = await connected({
      [`/containers/json?all=1&filters=${filters}`]: { json },
      [`/networks?filters=${filters}`]: { json },
      [`/volumes?filters=${filters}`]: { json },
      '/containers/x/changes': { json },
      '/containers/x/top?ps_args=-eo+pid,ppid,user,state,args': { json },
      '/containers/x/stats?stream=false&one-shot=true': { json },
      '/info': { json },
    });
    expect((await listContainers(engine, { a: true })).filter(({ id }) => typeof id !== 'string')).toEqual([]);
    expect(await listNetworks(engine, { a: true })).toEqual([]);
    expect(await listVolumes(engine, { a: true })).toEqual([]);
    expect(await containerChanges(engine, 'x')).toEqual({ changes: [], cut: false });
    expect(await containerProcesses(engine, 'x')).toEqual([]);
    expect(await containerStats(engine, 'x')).toEqual({});
    expect(await engineInfo(engine)).toMatchObject({
      os: 'unknown',
      limits: { memory: false, swap: false, processors: false, processes: false },
    });
  });

  it('claim no limit that is not said to be there', async () => {
    const engine = await connected({ '/info': { json: { MemoryLimit: 'yes', PidsLimit: 1, CpuCfsQuota: true } } });
    expect((await engineInfo(engine)).limits).toEqual({
      memory: false,
      swap: false,
      processors: true,
      processes: false,
    });
  });

  it('are told for a wait', async () => {
    const engine = await connected({
      '/containers/x/wait?condition=not-running': { json: { StatusCode: '0' } },
      '/containers/y/wait?condition=not-running': { json: { StatusCode: 0, Error: { Message: 'gone' } } },
    });
    expect((await failureOf(waitForExit(engine, 'x'))).failure).toBe('broken');
    expect((await failureOf(waitForExit(engine, 'y'))).message).toContain('gone');
  });
});

describe('streams of a hostile engine', () => {
  const exec = { '/containers/x/exec': { status: 201, json: { Id: 'e' } } } as const;

  it('stop at the bytes that were asked for', async () => {
    const endless: FakeAnswer = (request) => {
      const { socket } = request;
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      const piece = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 1, 0, 0]), Buffer.alloc(65_536, 'x')]);
      const more = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', more).on('error', () => {});
      more();
    };
    const engine = await connected({ ...exec, '/exec/e/start': endless, '/exec/e/json': { json: { Running: true } } });
    const result = await runExec(engine, 'x', { command: ['yes'] }, { bytes: 1_000_000 });
    expect(result.cut).toBe(true);
    expect(result.exitCode).toBeUndefined();
    expect(result.stdout.length).toBe(1_000_000);
  });

  it.each([
    ['no frames', ['no frames at all'], 'not in frames'],
    ['half a frame', [Buffer.from([1, 0, 0, 0, 0, 0, 0, 9, 65])], 'in the middle of the output'],
  ])('are told: %s', async (_, pieces, words) => {
    const engine = await connected({ ...exec, '/exec/e/start': hijacked(...pieces) });
    expect((await failureOf(runExec(engine, 'x', { command: ['a'] }))).message).toContain(words);
  });

  it.each([
    [404, 'absent'],
    [409, 'refused'],
    [200, 'refused'],
  ] as const)('are none where it answers %d instead', async (status, failure) => {
    const engine = await connected({ ...exec, '/exec/e/start': { status, json: { message: 'no' } } });
    expect(await failureOf(runExec(engine, 'x', { command: ['a'] }))).toMatchObject({ failure, status });
  });

  it('stop when they are told to', async () => {
    const silent: FakeAnswer = (request) => {
      request.socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    };
    const reason = new Error('enough');
    const engine = await connected({ ...exec, '/exec/e/start': silent });
    const running = runExec(engine, 'x', { command: ['a'] }, { signal: abortedAfter(50, reason) });
    await expect(running).rejects.toBe(reason);
  });

  it('take what came with the headers', async () => {
    const engine = await connected({
      '/exec/e/start': (request) => {
        request.socket.end('HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello');
      },
    });
    const connection = await engine.takeOver({ method: 'POST', path: '/exec/e/start' });
    expect(connection).toBeInstanceOf(Duplex);
    expect(Buffer.concat((await all(connection)) as Buffer[]).toString()).toBe('hello');
  });

  it('tell a log that is cut', async () => {
    const header = Buffer.from([2, 0, 0, 0, 0, 0, 0, 9]);
    const engine = await connected({ '/containers/x/logs?stdout=1&stderr=1&tail=5': { breaksAfter: header } });
    expect((await failureOf(all(containerLogs(engine, 'x', { tty: false, tail: 5 })))).failure).toBe('broken');
  });

  it('pass over events that are none', async () => {
    const lines =
      '[]\n7\n{"Type":"container"}\n{"Type":"container","Action":"die","Actor":{"ID":"c"},"timeNano":1500000000}\n';
    const engine = await connected({ '/events?filters={}': { body: lines } });
    expect(await all(watchEvents(engine))).toEqual([
      { type: 'container', action: 'die', id: 'c', attributes: {}, at: 1.5 },
    ]);
  });

  it('give an archive whose description is none', async () => {
    const answer: FakeAnswer = (_, response) =>
      void response.writeHead(200, { 'x-docker-container-path-stat': 'e25vIGpzb24=' }).end('bytes');
    const engine = await connected({ '/containers/x/archive?path=/a': answer });
    const archive = await getArchive(engine, 'x', '/a');
    expect(archive.stat).toBeUndefined();
    expect(Buffer.concat(await all(archive.bytes)).toString()).toBe('bytes');
  });
});

describe('an upload', () => {
  async function* tar(pieces: number): AsyncGenerator<Buffer> {
    for (let i = 0; i < pieces; i += 1) yield Buffer.alloc(65_536);
  }

  it('ends where the engine has heard enough', async () => {
    const engine = await connected({
      '/containers/x/archive?path=/a&noOverwriteDirNonDir=1': (_, response) =>
        void response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no such folder"}'),
    });
    const error = await failureOf(putArchive(engine, 'x', '/a', tar(10_000)));
    expect(error).toMatchObject({ failure: 'absent', words: 'no such folder' });
  });

  it('may take longer than an answer, as long as it goes on', async () => {
    let bytes = 0;
    const engine = await connected({
      '/containers/x/archive?path=/a&noOverwriteDirNonDir=1': (request, response) => {
        request.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        request.on('end', () => response.writeHead(200).end());
      },
    });
    async function* slow(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 6; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        yield Buffer.alloc(1000);
      }
    }
    await putArchive(engine, 'x', '/a', slow());
    expect(bytes).toBe(6000);
  });

  it('fails with what its source fails with', async () => {
    const engine = await connected({ '/containers/x/archive?path=/a&noOverwriteDirNonDir=1': () => {} });
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10);
      throw new Error('the disk is gone');
    }
    await expect(putArchive(engine, 'x', '/a', broken())).rejects.toThrow('the disk is gone');
  });
});

describe('requests', () => {
  it.each(['', '../version', 'a/b', '-x', 'a?b', 'a b', 'a\n', 'x'.repeat(300)])('never go out for %j', async (id) => {
    const fake = await startFakeEngine();
    releases.push(() => fake.close());
    const engine = await connectEngine('docker', fake);
    for (const asked of [inspectContainer(engine, id), startContainer(engine, id), removeContainer(engine, id)]) {
      expect((await failureOf(asked)).failure).toBe('absent');
    }
    expect(fake.requests).toEqual(['/version']);
  });

  it('say whether there was something to end', async () => {
    const engine = await connected({
      '/containers/x/kill?signal=SIGKILL': { status: 409, json: { message: 'container x is not running' } },
      '/containers/x?v=1&force=1': { status: 204, body: '' },
    });
    expect(await killContainer(engine, 'x')).toBe(false);
    expect(await removeContainer(engine, 'x')).toBe(true);
    expect(await removeContainer(engine, 'y')).toBe(false);
  });
});
