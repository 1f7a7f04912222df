import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startApiService } from '../../../test/support/api-service.ts';
import { startBrowser, whyNoBrowser } from '../../../test/support/browser.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { ask, randomSecret } from '../../../test/support/service.ts';
import { tokenOf } from '../../../test/support/stopped-services.ts';
import type { ServiceSettings } from '../../config/service-settings.ts';

const secrets = { read: randomSecret(), admin: randomSecret(), report: randomSecret() };
const tokens = (['read', 'admin', 'report'] as const).map((scope) => tokenOf(scope, secrets[scope]));

async function withService(
  changed: Partial<ServiceSettings>,
  work: (service: Awaited<ReturnType<typeof startApiService>>) => Promise<void>,
): Promise<void> {
  const service = await startApiService({ tokens, roles: new Set(['api']), ...changed });
  try {
    await work(service);
  } finally {
    await service.stop();
  }
}

type Service = Awaited<ReturnType<typeof startApiService>>;

const signIn = (service: Service, token: string, headers: Record<string, string> = {}) =>
  service.call('POST', '/api/session', { token }, headers);

const cookieIn = ({ headers }: Awaited<ReturnType<Service['call']>>): string =>
  String(headers['set-cookie']).split(';', 1)[0]!;

describe('signing in', () => {
  it('gives a cookie that reads, and changes what our own page asks for', async () => {
    await withService({}, async (service) => {
      expect((await service.call('GET', '/api/session')).json).toEqual({ needed: true, signedIn: false });
      expect((await service.call('GET', '/api/images')).status).toBe(401);
      const answer = await signIn(service, secrets.admin);
      expect(answer.json).toMatchObject({ needed: true, signedIn: true, client: 'token:admin', scope: 'admin' });
      expect(String(answer.headers['set-cookie'])).toMatch(
        /^drydock-session-\d+=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      );
      const Cookie = cookieIn(answer);
      expect((await service.call('GET', '/api/session', undefined, { Cookie })).json).toMatchObject({
        signedIn: true,
        ends: expect.any(String),
      });
      expect((await service.call('GET', '/api/images', undefined, { Cookie })).status).toBe(200);
      const remove = (headers: Record<string, string>) =>
        service.call('DELETE', '/api/images/none', undefined, { Cookie, ...headers });
      expect((await remove({})).status).toBe(403);
      expect((await remove({ Origin: 'http://evil.example' })).status).toBe(403);
      expect((await remove({ Origin: service.url, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
      expect((await remove({ Origin: service.url })).status).toBe(404);
      expect((await remove({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(404);
      // For programs, which have tokens, there are no cookies.
      for (const target of ['/v1/namespaces', '/harbor/api/v1/metadata']) {
        expect((await ask(`${service.url}${target}`, { headers: { Cookie } })).status).toBe(401);
      }
    });
  });

  it('is as good as the token: its scope, and for as long as it is there', async () => {
    await withService({}, async (service) => {
      const Cookie = cookieIn(await signIn(service, ` ${secrets.read}\n`));
      const headers = { Cookie, Origin: service.url };
      expect((await service.call('DELETE', '/api/images/none', undefined, headers)).status).toBe(403);
      // A token that is sent counts, whatever the cookie says.
      const Authorization = `Bearer ${secrets.admin}`;
      expect((await service.call('DELETE', '/api/images/none', undefined, { ...headers, Authorization })).status).toBe(
        404,
      );
      const wrong = { ...headers, Authorization: 'Bearer wrong' };
      expect((await service.call('GET', '/api/images', undefined, wrong)).status).toBe(401);
      service.reload({ ...service.settings, tokens: [tokens[1]!] });
      expect((await service.call('GET', '/api/images', undefined, headers)).status).toBe(401);
      expect((await service.call('GET', '/api/session', undefined, headers)).json).toEqual({
        needed: true,
        signedIn: false,
      });
    });
  });

  it('ends what is followed with the token that began it', async () => {
    await withService({}, async (service) => {
      const Cookie = cookieIn(await signIn(service, secrets.read));
      const follow = async (headers: Record<string, string>) => {
        const { promise: begun, resolve } = Promise.withResolvers<void>();
        const reading = readEvents(`${service.url}/api/events`, headers, (events) => {
          if (events.length > 0) resolve();
          return false;
        }).then(
          () => 'ended',
          () => 'ended',
        );
        await begun;
        return { reading };
      };
      const still = async ({ reading }: { readonly reading: Promise<string> }) =>
        await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 200, 'followed'))]);
      const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
      const gone = [await follow({ Cookie }), await follow(bearer(secrets.read))];
      const stays = await follow(bearer(secrets.admin));
      service.reload({ ...service.settings, tokens });
      for (const stream of [...gone, stays]) expect(await still(stream)).toBe('followed');
      service.reload({ ...service.settings, tokens: [tokens[1]!] });
      for (const { reading } of gone) expect(await reading).toBe('ended');
      expect(await still(stays)).toBe('followed');
      service.reload({ ...service.settings, tokens: [tokenOf('report', secrets.admin)] });
      expect(await stays.reading).toBe('ended');
    });
  });

  it('refuses tokens that are not known, and those that read nothing', async () => {
    await withService({}, async (service) => {
      expect((await signIn(service, secrets.report)).json.code).toBe('service.scope');
      expect((await signIn(service, '')).status).toBe(400);
      const { status, json, headers } = await signIn(service, randomSecret());
      expect([status, json.code, headers['set-cookie']]).toEqual([401, 'service.sign-in', undefined]);
      const lines = service.lines.join('');
      for (const secret of Object.values(secrets)) expect(lines).not.toContain(secret);
    });
  });

  it('counts wrong tokens by whichever way they come, and keeps no right one out', async () => {
    await withService({}, async (service) => {
      const basic = (text: string) => `Basic ${Buffer.from(`any:${text}`).toString('base64')}`;
      const ways: readonly ((text: string) => Promise<{ status: number; headers: IncomingHttpHeaders }>)[] = [
        (text) => signIn(service, text),
        (text) => service.call('GET', '/api/images', undefined, { Authorization: `Bearer ${text}` }),
        (text) => service.call('GET', '/api/session', undefined, { Authorization: `Bearer ${text}` }),
        (text) => ask(`${service.url}/v1/namespaces`, { headers: { Authorization: basic(text) } }),
        (text) => ask(`${service.url}/harbor/api/v1/metadata`, { headers: { 'X-ScannerAdapter-API-Key': text } }),
      ];
      const same = randomSecret();
      for (let n = 0; n < 20; n++) expect((await ways[n % 5]!(same)).status).toBe(401);
      for (let n = 0; n < 9; n++) expect((await ways[n % 5]!(randomSecret())).status).toBe(401);
      for (const way of ways) {
        const { status, headers } = await way(randomSecret());
        expect([status, headers.connection]).toEqual([429, 'close']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        expect((await way(same)).status).toBe(401);
        expect((await way(secrets.read)).status).toBe(200);
      }
      // Each wrong token that came by signing in is told of once: the same one needs no line a request.
      expect(service.lines.filter((line) => line.includes('tried to sign in')).length).toBeLessThan(4);
      const late = await signIn(service, randomSecret());
      expect(late.json).toMatchObject({ code: 'service.sign-ins', detail: expect.stringContaining('Wait a minute') });
    });
  });

  it('cannot be done from another page, nor under another name than the one that is known', async () => {
    await withService({ publicUrl: 'https://drydock.example' }, async (service) => {
      const status = async (headers: Record<string, string>) => (await signIn(service, secrets.read, headers)).status;
      expect(await status({ Origin: 'https://evil.example' })).toBe(403);
      expect(await status({ 'Sec-Fetch-Site': 'same-site' })).toBe(403);
      expect(await status({ Host: 'evil.example', Origin: 'http://evil.example' })).toBe(403);
      const behind = { Host: 'drydock.example', Origin: 'https://drydock.example' };
      const answer = await signIn(service, secrets.read, behind);
      expect(answer.status).toBe(200);
      expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-drydock-session=.*; Secure$/);
      const plain = await signIn(service, secrets.read, { ...behind, Origin: 'http://drydock.example' });
      expect([plain.status, plain.json.code, plain.headers['set-cookie']]).toEqual([
        403,
        'service.plain-http',
        undefined,
      ]);
      expect(plain.json.detail).toContain('open https://drydock.example');
    });
  });

  it('is of one service: another one on this machine has its own', async () => {
    await withService({}, async (one) => {
      await withService({}, async (other) => {
        const cookies = [cookieIn(await signIn(one, secrets.admin)), cookieIn(await signIn(other, secrets.read))];
        const Cookie = cookies.reverse().join('; ');
        for (const [service, scope] of [
          [one, 'admin'],
          [other, 'read'],
        ] as const) {
          const { json } = await service.call('GET', '/api/session', undefined, { Cookie });
          expect(json).toMatchObject({ signedIn: true, scope });
        }
      });
    });
  });

  it('is not needed where there are no tokens', async () => {
    await withService({ tokens: [] }, async (service) => {
      const { json } = await service.call('GET', '/api/session');
      expect(json).toEqual({ needed: false, signedIn: true, client: '127.0.0.1', scope: 'admin' });
      expect((await signIn(service, 'anything')).json).toEqual(json);
    });
  });

  it('ends when somebody signs out', async () => {
    await withService({}, async (service) => {
      const { status, headers } = await service.call('DELETE', '/api/session');
      expect(status).toBe(204);
      expect(headers['set-cookie']).toEqual([
        expect.stringMatching(/^__Host-drydock-session-\d+=; .*Max-Age=0/),
        expect.stringMatching(/^drydock-session-\d+=; .*Max-Age=0/),
      ]);
    });
  });
});

describe('requests that other sites cause', () => {
  it.each(['/api/images', '/api/session', '/v1/namespaces', '/harbor/api/v1/metadata'])('%s', async (target) => {
    await withService({ tokens: [] }, async (service) => {
      for (const site of ['cross-site', 'same-site']) {
        expect((await ask(`${service.url}${target}`, { headers: { 'Sec-Fetch-Site': site } })).status).toBe(403);
      }
      // The page itself may be linked to from anywhere.
      const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };
      expect((await ask(`${service.url}/images`, { headers })).status).toBe(200);
    });
  });
});

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', () => {
  it('a page of this service signs in and works; one of another origin can do nothing with its session', async () => {
    const browser = await startBrowser();
    try {
      await withService({}, async (service) => {
        const { page, context } = await (async () => {
          const opened = await browser.open();
          return { page: opened.page, context: opened.page.context() };
        })();
        await page.goto(`${service.url}/`);
        const fetched = (path: string, method = 'GET', body?: string): Promise<number | string> =>
          page.evaluate(
            async ([target, verb, text]) => {
              try {
                const answer = await fetch(target!, {
                  method: verb!,
                  credentials: 'include',
                  ...(text !== '' && { body: text!, headers: { 'Content-Type': 'application/json' } }),
                });
                return answer.status;
              } catch (error) {
                return String(error);
              }
            },
            [path, method, body ?? ''] as const,
          );
        expect(await fetched('/api/images')).toBe(401);
        expect(await fetched('/api/session', 'POST', JSON.stringify({ token: secrets.admin }))).toBe(200);
        expect(await fetched('/api/images')).toBe(200);
        expect(await fetched('/api/images/none', 'DELETE')).toBe(404);
        expect(await page.evaluate('document.cookie')).toBe('');
        const [cookie] = await context.cookies();
        expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });

        // The same browser on another origin of the same machine: same-site, so that the cookie would be sent.
        const other = await startApiService({ roles: new Set(['api']) });
        try {
          await page.goto(`${other.url}/`);
          for (const method of ['GET', 'POST', 'DELETE']) {
            expect(await fetched(`${service.url}/api/images/none`, method)).toMatch(/TypeError/);
          }
          const statuses = service.lines
            .map((line) => JSON.parse(line) as Record<string, unknown>)
            .map((line) => JSON.stringify(line))
            .filter((line) => line.includes('/api/images/none'))
            .map((line) => /"status":"(\d+)"/.exec(line)?.[1]);
          expect(statuses.slice(1).every((status) => status === '403')).toBe(true);
        } finally {
          await other.stop();
        }
      });
    } finally {
      await browser.close();
    }
  });
});
