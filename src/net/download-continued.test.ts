import { describe, expect, it } from 'vitest';
import { body, cut, failure, json, serve, stopAfterEach } from '../../test/support/download-server.ts';

stopAfterEach();

describe('a body that breaks off', () => {
  it('is never handed on', async () => {
    const { get, requests } = await serve((_, response) => cut(response, 100));

    const error = await failure(get({ limits: { attempts: 2 } }));

    expect(error.code).toBe('feed.unreachable');
    expect(requests.map((request) => request.headers.range)).toEqual([undefined, undefined]);
  });

  it('is cut where it was announced to end, as HTTP/1.1 says', async () => {
    const { get } = await serve((_, response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n[1,2]trailing');
    });

    expect(await get({ limits: { attempts: 1 } })).toMatchObject({ body: Buffer.from('[1,2]') });
  });

  it('is continued where the server can (T-30)', async () => {
    const { get, requests } = await serve((request, response, count) => {
      const headers = { etag: '"a"', 'accept-ranges': 'bytes' };
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
      if (count === 1) return cut(response, 1000, headers);
      const end = count === 2 ? 1500 : body.length;
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
        'content-length': body.length - from,
      });
      if (end === body.length) return response.end(body.subarray(from));
      return response.write(body.subarray(from, end), () => setTimeout(() => response.destroy(), 20));
    });

    const result = await get({ limits: { attempts: 2 } });

    expect(result).toMatchObject({ status: 'changed', body });
    expect(requests.map((request) => request.headers.range)).toEqual([undefined, 'bytes=1000-', 'bytes=1500-']);
    expect(requests[1]?.headers['if-range']).toBe('"a"');
  });

  it.each([
    ['weak entity tag', { etag: 'W/"a"', 'accept-ranges': 'bytes' }],
    ['no entity tag and no date', { 'accept-ranges': 'bytes' }],
    ['no ranges', { etag: '"a"' }],
  ])('starts anew with %s', async (_, headers) => {
    const { get, requests } = await serve((_request, response, count) => {
      if (count === 1) cut(response, 1000, headers as Record<string, string>);
      else json(response, headers as Record<string, string>);
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests[1]?.headers.range).toBeUndefined();
  });

  it('starts anew when the server has another body by now', async () => {
    const { get } = await serve((_, response, count) => {
      if (count === 1) cut(response, 1000, { etag: '"old"', 'accept-ranges': 'bytes' });
      else json(response, { etag: '"new"', 'accept-ranges': 'bytes' });
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
  });

  it('starts anew when another part comes than was asked for', async () => {
    const { get, requests } = await serve((_, response, count) => {
      const headers = { etag: '"a"', 'accept-ranges': 'bytes' };
      if (count === 1) return cut(response, 1000, headers);
      if (count === 3) return json(response, headers);
      return response
        .writeHead(206, { ...headers, 'content-range': `bytes 0-99/${body.length}` })
        .end(body.subarray(0, 100));
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests[2]?.headers.range).toBeUndefined();
  });
});
