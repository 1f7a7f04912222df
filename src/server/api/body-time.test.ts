import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { limitBodyTime } from './body-time.ts';

describe('a body', () => {
  it.each([
    ['that comes in time is read', 'abc', 'abc'],
    ['that does not come is not waited for', 'a', ''],
  ])('%s', async (_, sent, expected) => {
    const server = createServer((request, response) => {
      limitBodyTime(request, 200);
      let text = '';
      request.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      request.on('error', () => {});
      // An answer may take longer than the body of its request.
      request.on('end', () => void sleep(400).then(() => response.end(text)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\n${sent}`);
    let answer = '';
    client.on('data', (piece: Buffer) => {
      answer += piece.toString();
    });
    await once(client, 'close', { signal: AbortSignal.timeout(30_000) });
    expect(answer.split('\r\n\r\n')[1] ?? '').toBe(expected);
    server.close();
  });
});
