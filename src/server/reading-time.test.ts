import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { limitReadingTime } from './reading-time.ts';

const much = Buffer.alloc(32 * 1024 * 1024);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** What is sent before the client looks away, and the connection as the server sees it. */
async function connected(handler: RequestListener, requests: string, milliseconds = 300) {
  const limit = limitReadingTime(milliseconds);
  const server = createServer((request, response) => {
    limit(request, response);
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  closers.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const [socket] = await once(server, 'connection');
  client.write(requests);
  return { client, socket };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

const handler: RequestListener = ({ url }, response) => {
  if (url === '/slow') setTimeout(() => response.end('slow'), 900);
  else if (url === '/much') response.end(much);
  else response.end('small');
};

describe('a client that does not take its answer', () => {
  it.each([
    ['of one request', get('/much')],
    ['behind another one that it asked for at once', get('/small') + get('/much')],
    ['on a connection that was used before', get('/small') + get('/small') + get('/much')],
  ])('is cut off: %s', async (_, requests) => {
    const { client, socket } = await connected(handler, requests);
    client.pause();
    await once(socket, 'close', { signal: AbortSignal.timeout(60_000) });
  });

  it('is waited for while it takes some of it', async () => {
    const { client, socket } = await connected(handler, get('/much'), 2000);
    let bytes = 0;
    client.on('data', (piece: Buffer) => {
      bytes += piece.length;
      client.pause();
      setTimeout(() => client.resume(), 1);
    });
    await expect.poll(() => bytes).toBeGreaterThan(much.length);
    expect(socket.destroyed).toBe(false);
  });

  it.each([
    ['alone', get('/slow')],
    ['before others', get('/slow') + get('/small')],
  ])('is not cut off while its request is worked on: %s', async (_, requests) => {
    const { client } = await connected(handler, requests);
    let text = '';
    client.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    await expect.poll(() => text).toContain('slow');
  });
});
