import { describe, expect, it } from 'vitest';
import { body, failure, json, serve, stopAfterEach } from '../../test/support/download-server.ts';
import { type Dialer, offlineDialer } from './dial.ts';
import { download } from './download.ts';

stopAfterEach();

describe('redirects', () => {
  it('are followed', async () => {
    const { get, requests } = await serve((request, response) => {
      if (request.url === '/data.json') response.writeHead(302, { location: '/elsewhere' }).end();
      else json(response);
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests.map((request) => request.url)).toEqual(['/data.json', '/elsewhere']);
  });

  it('in a circle are refused', async () => {
    const { get, requests } = await serve((_, response) => response.writeHead(301, { location: '/data.json' }).end());

    const error = await failure(get());

    expect(error.message).toContain('redirects more than 5 times');
    expect(requests).toHaveLength(6);
  });

  it.each([
    ['nowhere', undefined, 'to no address'],
    ['a bad address', 'http://[', 'to no address'],
    ['another protocol', 'file:///etc/passwd', 'redirects to file:'],
  ])('to %s are refused', async (_, location, words) => {
    const { get } = await serve((_request, response) => {
      response.writeHead(302, location === undefined ? {} : { location }).end();
    });

    expect((await failure(get())).message).toContain(words);
  });

  it('from https to http are refused, save to this machine', async () => {
    const answers: Record<string, string> = { 'https://a.example/x': 'http://b.example/x' };
    const fake: Dialer = {
      ...offlineDialer(),
      request: async (url) => {
        const location = answers[url.href];
        return {
          status: location === undefined ? 404 : 302,
          isPublic: true,
          header: (name) => (name === 'location' ? location : undefined),
          body: (async function* () {})(),
          discard() {},
        };
      },
    };

    expect((await failure(download(fake, 'https://a.example/x'))).message).toContain(
      'redirects from https to http://b.',
    );
    answers['https://a.example/x'] = 'http://127.0.0.1:1/x';
    expect(await download(fake, 'https://a.example/x')).toEqual({ status: 'absent' });
  });

  it('do not carry a password to another host', async () => {
    const { requests, origin, dialer } = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: `${origin.replace('127.0.0.1', 'localhost')}/x` });
      response.end('{}');
    });

    await download(dialer, origin.replace('//', '//me:p%40ss@'), { limits: { attempts: 1 } }).catch(() => {});

    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(requests.slice(1).map((request) => request.headers.authorization)).toEqual([undefined]);
  });
});
