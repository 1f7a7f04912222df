import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tar } from '../../../../test/support/tar.ts';
import {
  debian8,
  folder,
  indexer,
  indexInEachTest,
  post,
  status,
  store,
} from '../../../../test/support/v1-indexing.ts';

indexInEachTest();

describe('several at once', () => {
  /** A server whose answers wait until they are let go. */
  async function holding(): Promise<{ host: string; asked: string[]; letGo(): void; close(): void }> {
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      waiting.push(() => response.end(tar([debian8, status('bash')])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      letGo: () => {
        for (const go of waiting.splice(0)) go();
      },
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  it('the same layer is read once', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [], compat: false, hosts: [server.host] } });
    const at = { path: `http://${server.host}/x` };
    const all = [post('x', undefined, at, by), post('x', undefined, at, by), post('x', undefined, at, by)];
    const other = post('x', undefined, { path: '/nonexistent' }, by);
    await expect.poll(() => server.asked.length).toBe(1);
    server.letGo();
    expect(await Promise.all(all)).toEqual([undefined, undefined, undefined]);
    // It was indexed by then.
    expect(await other).toBeUndefined();
    expect(server.asked).toHaveLength(1);
    server.close();
  });

  it('no more are read than may be, and whoever gives up leaves the queue', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [], compat: false, hosts: [server.host] }, concurrency: 2 });
    const stop = new AbortController();
    const at = (name: string, signal?: AbortSignal): Promise<string | undefined> =>
      post(name, undefined, { path: `http://${server.host}/${name}`, ...(signal && { signal }) }, by);
    const first = [at('a'), at('b')];
    await expect.poll(() => server.asked.length).toBe(2);
    const given = at('c', stop.signal);
    const last = at('d');
    stop.abort(new Error('gave up'));
    await expect(given).rejects.toThrow('gave up');
    server.letGo();
    expect(await Promise.all(first)).toEqual([undefined, undefined]);
    await expect.poll(() => server.asked.length).toBe(3);
    server.letGo();
    expect(await last).toBeUndefined();
    expect(server.asked.toSorted()).toEqual(['/a', '/b', '/d']);
    server.close();
  });

  it('a known layer waits for nobody', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [folder], compat: false, hosts: [server.host] }, concurrency: 1 });
    await post('known', tar([debian8]), {}, by);
    const slow = post('slow', undefined, { path: `http://${server.host}/x` }, by);
    await expect.poll(() => server.asked.length).toBe(1);
    expect(await post('known', undefined, { path: '/nonexistent' }, by)).toBeUndefined();
    server.letGo();
    expect(await slow).toBeUndefined();
    server.close();
  });

  it('a parent that goes meanwhile is an unknown one', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [folder], compat: false, hosts: [server.host] } });
    await post('base', tar([debian8]), {}, by);
    const top = post('top', undefined, { path: `http://${server.host}/x`, parent: 'base' }, by);
    await expect.poll(() => server.asked.length).toBe(1);
    await store.layers.remove('base');
    server.letGo();
    expect(await top).toBe('unknown-parent');
    server.close();
  });

  it('what the store says is passed on', async () => {
    const name = 'n'.repeat(129);
    await expect(post(name, tar([debian8]), { path: path.join(folder, 'long.tar') })).rejects.toMatchObject({
      code: 'store.too-long',
    });
  });
});
