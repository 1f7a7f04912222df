import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { body, failure, json, serve, stopAfterEach } from '../../test/support/download-server.ts';
import { offlineDialer } from './dial.ts';
import { download } from './download.ts';
import { networkDialer } from './network-dialer.ts';

stopAfterEach();

describe('a body that comes', () => {
  it('is handed on with a validator that holds what the server said and the digest', async () => {
    const { get } = await serve((_, response) => json(response, { etag: '"a"' }));

    const result = await get();

    expect(result).toMatchObject({ status: 'changed', body });
    expect(JSON.parse((result as { validator: string }).validator)).toEqual({
      etag: '"a"',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is decompressed', async () => {
    const { get, requests } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('is asked for in the media type that is wanted, or in any', async () => {
    const { get, requests } = await serve((_, response) => json(response));
    await get({ accept: 'application/json' });
    await get();

    expect(requests.map(({ headers }) => headers['accept'])).toEqual(['application/json', undefined]);
  });

  it('tells how far it is', async () => {
    const { get } = await serve((_, response) => json(response));
    const seen: (readonly [number, number | undefined])[] = [];

    await get({ onProgress: (received, total) => seen.push([received, total]) });

    expect(seen.at(-1)).toEqual([body.length, body.length]);
  });

  it('may be a web page where one was asked for', async () => {
    const { get } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><a href="v3.20/">v3.20</a>');
    });

    expect(await get({ page: true })).toMatchObject({ status: 'changed' });
  });
});

describe('a body that did not change', () => {
  it.each([
    ['an entity tag', { etag: '"a"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 'if-none-match', '"a"'],
    [
      'a date',
      { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' },
      'if-modified-since',
      'Mon, 01 Jan 2024 00:00:00 GMT',
    ],
  ])('is told by %s', async (_, headers, condition, value) => {
    const { get, requests } = await serve((request, response) => {
      if (request.headers[condition] === value) response.writeHead(304).end();
      else json(response, headers);
    });
    const first = await get();

    const second = await get({ validator: (first as { validator: string }).validator });

    expect(second).toEqual({ status: 'unchanged' });
    expect(requests).toHaveLength(2);
  });

  it('is told by its digest where the server cannot tell', async () => {
    const { get } = await serve((_, response) => json(response));
    const first = (await get()) as { validator: string };

    expect(await get({ validator: first.validator })).toEqual({ status: 'unchanged', validator: first.validator });
  });

  it('is told by its digest where the server changes its tag for nothing', async () => {
    const { get } = await serve((_, response, count) => json(response, { etag: `"${count}"` }));
    const first = (await get()) as { validator: string };

    const second = (await get({ validator: first.validator })) as { status: string; validator: string };

    expect(second.status).toBe('unchanged');
    expect(JSON.parse(second.validator)).toMatchObject({ etag: '"2"' });
  });

  it('is downloaded anew when the validator is not one of ours', async () => {
    const { get } = await serve((_, response) => json(response));

    expect(await get({ validator: 'W/"x"' })).toMatchObject({ status: 'changed' });
  });
});

describe('an answer that is no body', () => {
  it.each([404, 410])('%i means absent', async (status) => {
    const { get } = await serve((_, response) => response.writeHead(status).end('no'));

    expect(await get()).toEqual({ status: 'absent' });
  });

  it.each([400, 401, 403, 501])('%i is refused at once', async (status) => {
    const { get, requests } = await serve((_, response) => response.writeHead(status).end('no'));

    const error = await failure(get());

    expect(error.code).toBe('feed.refused');
    expect(error.message).toContain(`answered HTTP ${status}`);
    expect(requests).toHaveLength(1);
  });

  it('304 without a validator is refused', async () => {
    const { get } = await serve((_, response) => response.writeHead(304).end());

    expect((await failure(get())).code).toBe('feed.refused');
  });

  it.each([
    ['a web page', 'text/html', '<html><body>Please log in</body></html>', 'web page'],
    ['a web page that calls itself JSON', 'application/json', '\ufeff \n<!DOCTYPE html><title>x</title>', 'web page'],
    ['nothing', 'application/json', '', 'empty'],
  ])('%s is refused', async (_, type, text, words) => {
    const { get } = await serve((_request, response) => response.writeHead(200, { 'content-type': type }).end(text));

    const error = await failure(get());

    expect(error.code).toBe('feed.refused');
    expect(error.message).toContain(words);
  });

  it('does not print what may be secret in the address', async () => {
    const { origin, dialer } = await serve((_, response) => response.writeHead(403).end());
    const address = `${origin.replace('//', '//me:secret@')}/x?token=hidden`;

    const error = await failure(download(dialer, address));

    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/x answered HTTP 403$/);
  });
});

describe('dialers', () => {
  it('an offline one refuses in words and asks nobody', async () => {
    const { origin, requests } = await serve((_, response) => json(response));

    const error = await failure(download(offlineDialer(), `${origin}/x`));

    expect(error.code).toBe('feed.unreachable');
    expect(error.message).toContain('--offline');
    expect(requests).toHaveLength(0);
  });

  it('remember whom they asked', async () => {
    const { get, origin, dialer } = await serve((_, response) => json(response));

    await get();
    await get();

    expect([...dialer.hosts]).toEqual([new URL(origin).host]);
  });

  it('refuse an address that is none', async () => {
    expect((await failure(download(networkDialer(), 'nonsense'))).code).toBe('feed.refused');
    await expect(networkDialer().request(new URL('ftp://a.example/'))).rejects.toThrow('only http and https');
  });
});
