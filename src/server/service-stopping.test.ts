import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/service.ts';
import { slowApi, start, stopAfterEach } from '../../test/support/stopped-services.ts';
import { type ApiHandler, MOST_STREAMS } from './front.ts';
import type { ServiceWork } from './service.ts';

stopAfterEach();

describe('a client', () => {
  it('has so many requests at a time, and so many that wait', async () => {
    const { asked, work } = slowApi();
    const { url, ready } = await start({ clientRequests: 2, clientQueue: 1 }, { work });
    await ready;
    const answers = [1, 2, 3].map(() => ask(`${url}/api/x`));
    await expect.poll(() => asked.length).toBe(2);
    await sleep(50);
    expect(await ask(`${url}/api/x`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(await ask(`${url}/v1/namespaces`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    asked[0]!();
    await expect.poll(() => asked.length).toBe(3);
    for (const answer of asked) answer();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

describe('streams', () => {
  /** An API whose answers are streams, or at once where one is asked for. */
  const api: ApiHandler = {
    handle: (request, response, { stream }) => {
      if (request.url === '/api/now') return void response.end('now');
      response.writeHead(stream() ? 200 : 429);
      response.write('begun');
      if (response.statusCode !== 200) response.end();
    },
  };

  it('take no place of requests, and have places of their own', async () => {
    const { url, ready, stop } = await start(
      { clientRequests: 2, clientQueue: 0, drainTime: 50 },
      { work: { createApi: () => api } },
    );
    await ready;
    const open = async (): Promise<number> => {
      const asked = get(`${url}/api/stream`, { agent: false });
      asked.on('error', () => {});
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.on('error', () => {}).resume();
      return response.statusCode ?? 0;
    };
    const statuses = [];
    for (let n = 0; n < MOST_STREAMS; n++) statuses.push(await open());
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await open()).toBe(429);
    expect((await ask(`${url}/api/now`)).body).toBe('now');
    await stop();
  });
});

describe('stopping', () => {
  it('answers what was begun, and takes nothing new', async () => {
    const { asked, work } = slowApi();
    const service = await start({}, { work });
    await service.ready;
    const answer = ask(`${service.url}/api/x`);
    await expect.poll(() => asked.length).toBe(1);
    const stopped = service.stop();
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    expect((await ask(`${service.healthUrl}/readyz`)).status).toBe(503);
    await expect(ask(`${service.url}/healthz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await sleep(100);
    expect(isStopped).toBe(false);
    asked[0]!();
    expect((await answer).status).toBe(200);
    await stopped;
    expect(service.stop()).toBe(service.stop());
    expect(service.lines.at(-1)).toContain('"Event":"stopped"');
  });

  it('cuts off what takes too long', async () => {
    const { asked, work } = slowApi();
    const service = await start({ drainTime: 100 }, { work });
    await service.ready;
    const answer = ask(`${service.url}/api/x`);
    await expect.poll(() => asked.length).toBe(1);
    const cut = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    await service.stop();
    await cut;
    expect(service.lines.join('')).toContain('requests were cut off');
  });

  it('does not wait for work in the background that does not end', async () => {
    const work: ServiceWork = {
      handlers: { v1: () => {} },
      health: () => {},
      reload: () => {},
      stopBackground: () => new Promise(() => {}),
      close: async () => {},
    };
    const service = await start({ drainTime: 100 }, { begin: async () => work });
    await service.ready;
    const started = performance.now();
    await service.stop();
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(service.lines.join('')).toContain('background work did not end within drain-time');
  });

  it('ends connections that are only kept', async () => {
    const service = await start({ drainTime: 120_000 });
    await service.ready;
    const socket = connect(service.address.port, '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await once(socket, 'data');
    const started = performance.now();
    await service.stop();
    expect(performance.now() - started).toBeLessThan(60_000);
    socket.destroy();
  });
});
