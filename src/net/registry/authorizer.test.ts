import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type FakeRegistry, refuse } from '../../../test/support/fake-registry.ts';
import {
  bytesOf,
  clientOf,
  closeAfterEach,
  listeningLog,
  sourceError,
  startRegistry,
} from '../../../test/support/registry-client.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { Secret } from './secret.ts';

closeAfterEach();

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const password: Credentials = { kind: 'password', username: 'me', secret: new Secret('hunter2'), from: 'a test' };

/** Credentials of one registry, and the names of those that were asked for. */
function knowing(registry: () => string, credentials: Credentials) {
  const wanted: string[] = [];
  const source: CredentialSource = {
    find: (name) => {
      wanted.push(name);
      return Promise.resolve(name === registry() ? credentials : undefined);
    },
  };
  return { source, wanted };
}

interface TokenService {
  readonly registry: FakeRegistry;
  readonly tokens: { url: URL; authorization: string | undefined; method: string; body: string }[];
}

/**
 * A registry that wants the newest token of the service below its own address.
 * @param answer what the service says; default: a token with a number
 */
async function withTokens(
  answer: (count: number, authorization: string | undefined) => [number, unknown] = (count) => [
    200,
    { token: `token-${count}` },
  ],
  challenge?: string,
): Promise<TokenService> {
  const tokens: TokenService['tokens'] = [];
  const registry: FakeRegistry = await startRegistry({
    fault: (request, response) => {
      const url = new URL(request.url ?? '', `http://${registry.host}`);
      if (url.pathname === '/token') {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { authorization } = request.headers;
          tokens.push({ url, authorization, method: request.method ?? '', body: Buffer.concat(chunks).toString() });
          const [status, body] = answer(tokens.length, authorization);
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        });
        return true;
      }
      if (request.headers.authorization === `Bearer token-${tokens.length}` && tokens.length > 0) return false;
      refuse(response, 401, 'UNAUTHORIZED', {
        'www-authenticate':
          challenge ??
          `Bearer realm="http://${registry.host}/token",service="here",scope="repository:other/secret:pull,push"`,
      });
      return true;
    },
  });
  registry.addManifest({ schemaVersion: 2 }, manifestType);
  return { registry, tokens };
}

describe('a token', () => {
  it('is got without credentials where none are known, and used as long as it holds', async () => {
    const { registry, tokens } = await withTokens();
    const client = clientOf(registry.host);
    const digest = registry.addBlob(Buffer.from('x'));

    await client.manifest('latest', 1000);
    await client.document({ digest }, 1000);

    expect(tokens).toHaveLength(1);
    expect(tokens[0]).toMatchObject({ authorization: undefined, method: 'GET' });
    expect(registry.asked.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
      'Bearer token-1',
      'Bearer token-1',
    ]);
  });

  it('is asked for this repository and for pulling alone, whatever the registry would like', async () => {
    const { registry, tokens } = await withTokens();

    await clientOf(registry.host).manifest('latest', 1000);

    expect(Object.fromEntries(tokens[0]!.url.searchParams)).toEqual({ service: 'here', scope: 'repository:a/b:pull' });
  });

  it('is got with user and password', async () => {
    const { registry, tokens } = await withTokens();
    const { source, wanted } = knowing(() => registry.host, password);

    await clientOf(registry.host, { credentials: source }).manifest('latest', 1000);

    expect(tokens[0]?.authorization).toBe(basic('me:hunter2'));
    expect(wanted).toEqual([registry.host]);
  });

  it('is got with an identity token, in a form', async () => {
    const { registry, tokens } = await withTokens(() => [200, { access_token: 'token-1' }]);
    const { source } = knowing(() => registry.host, { kind: 'identity', secret: new Secret('T/='), from: 'a test' });

    await clientOf(registry.host, { credentials: source }).manifest('latest', 1000);

    expect(tokens[0]).toMatchObject({ method: 'POST', authorization: undefined });
    expect(Object.fromEntries(new URLSearchParams(tokens[0]!.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'drydock',
      service: 'here',
      scope: 'repository:a/b:pull',
      refresh_token: 'T/=',
    });
  });

  it('that is known already is sent as it is', async () => {
    const { registry, tokens } = await withTokens(() => [500, {}]);
    const { source } = knowing(() => registry.host, { kind: 'bearer', secret: new Secret('T'), from: 'a test' });

    const error = await sourceError(clientOf(registry.host, { credentials: source }).manifest('latest', 1000));

    expect(registry.asked.at(-1)?.authorization).toBe('Bearer T');
    expect(tokens).toEqual([]);
    expect(error.code).toBe('source.unauthorised');
  });

  it('is got anew when it ended by the clock, or by the word of the registry', async () => {
    let now = 0;
    const { registry, tokens } = await withTokens((count) => [200, { token: `token-${count}`, expires_in: 300 }]);
    const client = clientOf(registry.host, { clock: () => now });

    await client.manifest('latest', 1000);
    now = 290_000;
    await client.manifest('latest', 1000);
    expect(tokens).toHaveLength(1);
    now = 296_000;
    await client.manifest('latest', 1000);
    expect(tokens).toHaveLength(2);
    tokens.push(tokens[0]!);
    await client.manifest('latest', 1000);
    expect(tokens).toHaveLength(4);
  });

  it('is got once for all who ask at the same time', async () => {
    const { registry, tokens } = await withTokens();
    const client = clientOf(registry.host);
    const digest = registry.addBlob(Buffer.from('x'));

    await Promise.all([1, 2, 3].map(() => bytesOf(client.blob({ digest, size: 1 }, 10))));

    expect(tokens).toHaveLength(1);
  });

  it.each<[string, number, unknown, string, string]>([
    ['is refused', 401, {}, 'source.unauthorised', 'with the credentials of a test: they are wrong or too old'],
    ['is forbidden', 403, {}, 'source.unauthorised', 'a token for a/b'],
    ['is none', 200, {}, 'source.refused', 'no token that could be used'],
    ['is no text', 200, { token: 7 }, 'source.refused', 'no token that could be used'],
    ['would break a header', 200, { token: 'a\r\nx: y' }, 'source.refused', 'no token that could be used'],
    ['is too large', 200, { token: 'x'.repeat(2_000_000) }, 'source.limit', 'more than the 1048576 bytes'],
    ['fails', 500, {}, 'source.unreachable', 'answered HTTP 500'],
    ['is redirected without end', 302, {}, 'source.refused', 'redirects to no address'],
  ])('that %s is an error without secrets', async (_, status, body, code, words) => {
    const { registry } = await withTokens(() => [status, body]);
    const { source } = knowing(() => registry.host, password);
    const { log, said } = listeningLog();

    const error = await sourceError(clientOf(registry.host, { credentials: source, log }).manifest('latest', 1000));

    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(inspect([error, said], { depth: 9, showHidden: true })).not.toMatch(/hunter2|bWU6aHVudGVyMg/);
  });

  it('that does not help is not got again and again', async () => {
    const { registry, tokens } = await withTokens(() => [200, { token: 'useless' }]);

    const error = await sourceError(clientOf(registry.host).manifest('latest', 1000));

    expect(error.code).toBe('source.unauthorised');
    expect(tokens).toHaveLength(1);
  });
});

describe('basic authentication', () => {
  const challenge = 'Basic realm="Registry Realm"';

  it('is used where it is asked for, and for the next request at once', async () => {
    const registry = await startRegistry({
      fault: (request, response) => {
        if (request.headers.authorization === basic('me:hunter2')) return false;
        refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
        return true;
      },
    });
    registry.addManifest({ schemaVersion: 2 }, manifestType);
    const client = clientOf(registry.host, { credentials: knowing(() => registry.host, password).source });

    await client.manifest('latest', 1000);
    await client.manifest('latest', 1000);

    expect(registry.asked).toHaveLength(3);
  });

  it.each([
    ['no credentials are known', undefined, 'Log in with'],
    ['they are wrong', password, 'with the credentials of a test'],
  ])('fails with a word when %s', async (_, credentials, words) => {
    const { registry } = await withTokens(undefined, challenge);
    const { source } = knowing(() => (credentials === undefined ? '' : registry.host), password);

    const error = await sourceError(clientOf(registry.host, { credentials: source }).manifest('latest', 1000));

    expect(error.code).toBe('source.unauthorised');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('hunter2');
  });

  it('of a way that is not known is not tried', async () => {
    const { registry, tokens } = await withTokens(undefined, 'Negotiate');
    const { source } = knowing(() => registry.host, password);

    expect((await sourceError(clientOf(registry.host, { credentials: source }).manifest('latest', 1000))).code).toBe(
      'source.unauthorised',
    );
    expect(tokens).toEqual([]);
    expect(registry.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});

describe('a hostile registry', () => {
  it('that names a token service of a stranger gets a token without credentials, and that is said', async () => {
    const stranger = await startRegistry({
      address: '127.0.0.2',
      fault: (_, response) => {
        response.end(JSON.stringify({ token: 'token-0' }));
        return true;
      },
    });
    const { registry } = await withTokens(undefined, `Bearer realm="http://${stranger.host}/token",service="x"`);
    const { source } = knowing(() => registry.host, password);
    const { log, said } = listeningLog();

    const error = await sourceError(clientOf(registry.host, { credentials: source, log }).manifest('latest', 1000));

    expect(stranger.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
    expect(registry.asked.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer token-0']);
    expect(error.message).toContain(`were not sent: ${stranger.host}, which is to give the token, does not belong to`);
    expect(said).toContainEqual({
      data: { registry: registry.host, realm: stranger.host },
      message: 'credentials were not sent: the token service does not belong to the registry',
    });
  });

  it('that names a token service of a stranger never gets an identity token there', async () => {
    const stranger = await startRegistry({ address: '127.0.0.2' });
    const { registry } = await withTokens(undefined, `Bearer realm="http://${stranger.host}/v2/token"`);
    const { source } = knowing(() => registry.host, {
      kind: 'identity',
      secret: new Secret('hunter2'),
      from: 'a test',
    });

    await sourceError(clientOf(registry.host, { credentials: source }).manifest('latest', 1000));

    expect(stranger.asked).toEqual([
      { method: 'GET', url: '/v2/token?scope=repository%3Aa%2Fb%3Apull', authorization: undefined, range: undefined },
    ]);
  });

  it('whose token service redirects to a stranger gets nothing there', async () => {
    const stranger = await startRegistry({ address: '127.0.0.2' });
    const registry: FakeRegistry = await startRegistry({
      fault: (request, response) => {
        if (request.url?.startsWith('/token')) {
          response.writeHead(307, { location: `http://${stranger.host}/token` }).end();
        } else {
          refuse(response, 401, 'X', { 'www-authenticate': `Bearer realm="http://${registry.host}/token"` });
        }
        return true;
      },
    });
    const { source } = knowing(() => registry.host, password);

    await sourceError(clientOf(registry.host, { credentials: source }).manifest('latest', 1000));
    expect(stranger.asked.map(({ authorization }) => authorization)).toEqual([undefined]);

    const identity = knowing(() => registry.host, { kind: 'identity', secret: new Secret('T'), from: 'a test' }).source;
    const error = await sourceError(clientOf(registry.host, { credentials: identity }).manifest('latest', 1000));
    expect(error.message).toContain('redirects a request for a token');
    expect(stranger.asked).toHaveLength(1);
  });

  it('is not given the credentials of the registry that it mirrors, nor the other way round', async () => {
    const { registry } = await withTokens(undefined, 'Basic realm="x"');
    const { registry: mirror } = await withTokens(undefined, 'Basic realm="x"');
    const { source, wanted } = knowing(() => registry.host, password);
    const mirrors = new Map([[registry.host, [mirror.host]]]);

    await sourceError(clientOf(registry.host, { credentials: source, mirrors }).manifest('latest', 1000));

    expect(wanted).toEqual([mirror.host, registry.host]);
    expect(mirror.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
    expect(registry.asked.at(-1)?.authorization).toBe(basic('me:hunter2'));
  });
});
