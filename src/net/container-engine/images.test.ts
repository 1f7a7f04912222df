import { afterEach, describe, expect, it } from 'vitest';
import {
  type FakeAnswer,
  type FakeEngine,
  failureOf,
  startFakeEngine,
  textOf,
} from '../../../test/support/fake-engine.ts';
import { connectEngine, type Engine, type EngineOptions } from './engine.ts';
import { exportImage, inspectImage } from './images.ts';

const engines: FakeEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function fake(answers: Readonly<Record<string, FakeAnswer>> = {}): Promise<FakeEngine> {
  const engine = await startFakeEngine({ answers });
  engines.push(engine);
  return engine;
}

async function connected(
  answers: Readonly<Record<string, FakeAnswer>>,
  options: Partial<EngineOptions> = {},
): Promise<Engine> {
  const { environment } = await fake(answers);
  return await connectEngine('docker', { environment, ...options });
}

describe('inspectImage', () => {
  it('reads what the engine says', async () => {
    const json = {
      Id: 'sha256:1',
      RepoTags: ['example:latest', 7],
      Created: '2024-01-01T00:00:00Z',
      Os: 'linux',
      Architecture: 'arm64',
      Variant: 'v8',
      Config: { User: 'nobody' },
      RootFS: { Type: 'layers', Layers: ['sha256:a', 'sha256:b'] },
    };
    const engine = await connected({ '/images/registry.example:5000/a/b:c/json': { json } });
    expect(await inspectImage(engine, 'registry.example:5000/a/b:c')).toEqual({
      id: 'sha256:1',
      names: ['example:latest'],
      created: '2024-01-01T00:00:00Z',
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      diffIds: ['sha256:a', 'sha256:b'],
      config: { User: 'nobody' },
    });
  });

  it('says where else an image may be that the engine does not have', async () => {
    const error = await failureOf(inspectImage(await connected({}), 'nginx:1'));
    expect(error).toMatchObject({ failure: 'absent', code: 'source.not-found' });
    expect(error.message).toContain('"docker pull nginx:1" fetches it; the registry may have it');
  });

  it.each(['', '-x', 'a b', 'a/../../version', './x', 'a//b', 'a?b', 'a#b', 'a\nb', 'é'])(
    'does not ask for %j, which can be no name',
    async (name) => {
      const engine = await fake();
      const error = await failureOf(inspectImage(await connectEngine('docker', engine), name));
      expect(error.failure).toBe('absent');
      expect(engine.requests).toEqual(['/version']);
    },
  );

  it.each([
    ['an error', { status: 500, json: { message: 'driver failed' } }, 'refused', 'HTTP 500: driver failed'],
    ['an error in other words', { status: 502, body: 'bad gateway' }, 'refused', 'HTTP 502: bad gateway'],
    ['garbage', { body: '{"Id":' }, 'broken', 'no JSON'],
    ['nothing of use', { json: { RepoTags: [] } }, 'broken', 'without saying what it is'],
    ['half an answer', { breaksAfter: Buffer.from('{"Id"') }, 'broken', 'in the middle of an answer'],
  ] as const)('tells of %s', async (_, answer, failure, words) => {
    const error = await failureOf(inspectImage(await connected({ '/images/x/json': answer }), 'x'));
    expect(error.failure).toBe(failure);
    expect(error.message).toContain(words);
  });

  it('tells when the engine is gone', async () => {
    const fakeEngine = await startFakeEngine();
    const engine = await connectEngine('docker', fakeEngine);
    await fakeEngine.close();
    const error = await failureOf(inspectImage(engine, 'x'));
    expect(error).toMatchObject({ failure: 'broken' });
    expect(error.message).toContain('does not answer any more');
  });
});

describe('exportImage', () => {
  it('tells an engine that dies in the middle', async () => {
    const engine = await connected({ '/images/x/get': { breaksAfter: Buffer.alloc(100_000) } });
    const error = await failureOf(textOf((await exportImage(engine, 'x')).bytes));
    expect(error.message).toMatch(/^the Docker engine at unix:\S+ ended the connection in the middle/);
  });

  it('tells an engine that does not go on', async () => {
    const stuck: FakeAnswer = (_, response) => void response.writeHead(200).write('the beginning');
    const engine = await connected({ '/images/x/get': stuck }, { timeouts: { idleMs: 50 } });
    const error = await failureOf(textOf((await exportImage(engine, 'x')).bytes));
    expect(error.message).toContain('sent nothing for 0.05 seconds');
  });

  it('gives a reader the time it takes', async () => {
    const engine = await connected(
      { '/images/x/get': { body: Buffer.alloc(200_000) } },
      { timeouts: { idleMs: 1000 } },
    );
    let bytes = 0;
    for await (const piece of (await exportImage(engine, 'x')).bytes) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 1200));
      bytes += piece.length;
    }
    expect(bytes).toBe(200_000);
  });

  it('finds the words of an engine that failed after the archive was begun', async () => {
    const words = '{"errorDetail":{"message":"no space left on device"},"error":"no space left on device"}\r\n';
    const engine = await connected({
      '/images/x/get': { body: Buffer.concat([Buffer.alloc(5000), Buffer.from(words)]) },
    });
    const exported = await exportImage(engine, 'x');
    expect(exported.failure()).toBeUndefined();
    await textOf(exported.bytes);
    expect(exported.failure()?.message).toMatch(/stopped in the middle of the export: no space left on device$/);
  });

  it('stops in the middle of a body when it is told to', async () => {
    const stuck: FakeAnswer = (_, response) => void response.writeHead(200).write('the beginning');
    const engine = await connected({ '/images/x/get': stuck });
    const reason = new Error('enough');
    const stop = new AbortController();
    const exported = await exportImage(engine, 'x', stop.signal);
    setTimeout(() => stop.abort(reason), 30);
    await expect(textOf(exported.bytes)).rejects.toBe(reason);
  });

  it.each([
    [404, 'absent'],
    [500, 'refused'],
  ] as const)('tells of HTTP %d', async (status, failure) => {
    const engine = await connected({ '/images/x/get': { status, json: { message: 'no' } } });
    expect((await failureOf(exportImage(engine, 'x'))).failure).toBe(failure);
  });
});
