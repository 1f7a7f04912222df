import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { type LayerServer, serveLayers } from './layer-server.ts';

const folder = temporaryFolder();
for (const name of ['a', 'b']) {
  mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, name, 'layer.tar'), `layer ${name}`);
}
const layers = [{ name: 'a', file: 'a/layer.tar', byContent: false }];
/** Connections that stay open from one test to the next would be those of a server that is gone. */
let port = 19_279;
const at = (place: string): string => `http://127.0.0.1:${port}${place}`;

async function withServer(host: string, use: (server: LayerServer) => Promise<void>): Promise<void> {
  const server = await serveLayers(folder, layers, host, ++port);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

describe('serveLayers', () => {
  it.each(['localhost', '127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1'])('lets %s have the layers', async (host) => {
    await withServer(host, async () => {
      const response = await fetch(at('/a/layer.tar'));
      expect([response.status, await response.text()]).toEqual([200, 'layer a']);
      const head = await fetch(at('/a/layer.tar'), { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '7']);
    });
  });

  it('lets nobody else have anything', async () => {
    await withServer('192.0.2.7', async () => {
      expect((await fetch(at('/a/layer.tar'))).status).toBe(403);
      expect((await fetch(at('/'))).status).toBe(403);
    });
  });

  it.each(['/', '/b/layer.tar', '/a/', '/a/../b/layer.tar', '/a%2flayer.tar', '//a/layer.tar'])(
    'has no %s',
    async (place) => {
      await withServer('127.0.0.1', async () => {
        expect((await fetch(at(place))).status).toBe(404);
      });
    },
  );

  it('takes nothing', async () => {
    await withServer('127.0.0.1', async () => {
      expect((await fetch(at('/a/layer.tar'), { method: 'PUT', body: 'x' })).status).toBe(405);
    });
  });

  it('says why it cannot serve', async () => {
    await withServer('127.0.0.1', async () => {
      const second = serveLayers(folder, layers, '127.0.0.1', port);
      await expect(second).rejects.toThrow(`listen tcp :${port}: bind: address already in use`);
    });
    const nowhere = serveLayers(folder, layers, 'nowhere.invalid', port);
    await expect(nowhere).rejects.toThrow('lookup nowhere.invalid: no such host');
  });
});
