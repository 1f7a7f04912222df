import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refuse } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import { clientOf, closeAfterEach, sourceError, startDialer } from '../../../test/support/registry-client.ts';
import { manifest, manifestType, registryWith, times } from '../../../test/support/registry-with-blob.ts';
import { offlineDialer } from '../dial.ts';

closeAfterEach();

describe('a manifest', () => {
  it('comes with its digest and type', async () => {
    const registry = await registryWith();

    expect(await clientOf(registry.host).manifest('latest', 1000)).toEqual({
      bytes: manifest,
      digest: sha256(manifest),
      mediaType: manifestType,
    });
    expect(registry.paths).toEqual(['/v2/a/b/manifests/latest']);
  });

  it('can be asked for by digest, also of the longer kind', async () => {
    const registry = await registryWith();
    const long = `sha512:${createHash('sha512').update(manifest).digest('hex')}`;
    registry.manifests.set(long, { bytes: manifest, mediaType: manifestType });
    const client = clientOf(registry.host);

    expect((await client.manifest(sha256(manifest), 1000)).bytes).toEqual(manifest);
    expect((await client.manifest(long, 1000)).digest).toBe(long);
  });

  it.each([
    [401, 'DENIED', 'source.unauthorised', 'without credentials (DENIED): it is private, or does not exist'],
    [403, 'DENIED', 'source.unauthorised', 'Log in with "docker login'],
    [404, 'MANIFEST_UNKNOWN', 'source.not-found', 'does not have the manifest latest of a/b (MANIFEST_UNKNOWN)'],
    [
      429,
      'TOOMANYREQUESTS',
      'source.rate-limited',
      'has been asked too often (TOOMANYREQUESTS). Wait, log in, or use a mirror',
    ],
    [500, 'UNKNOWN', 'source.unreachable', 'answered HTTP 500 (UNKNOWN) (asked 4 times)'],
    [503, '\u001b[31mevil', 'source.unreachable', 'answered HTTP 503 (asked 4 times)'],
    [418, 'UNKNOWN', 'source.refused', 'answered HTTP 418'],
    [304, '', 'source.refused', 'answered HTTP 304'],
  ])('HTTP %i %s is %s', async (status, code, expected, words) => {
    const registry = await registryWith(times(99, (response) => refuse(response, status, code)));

    const error = await sourceError(clientOf(registry.host).manifest('latest', 1000));

    expect(error.code).toBe(expected);
    expect(error.message).toContain(words);
    expect(error.message).toContain(registry.host);
    expect(registry.asked).toHaveLength([429, 500, 503].includes(status) ? 4 : 1);
  });

  it.each([429, 500, 502, 503, 504, 408])('is asked for again after HTTP %i', async (status) => {
    const registry = await registryWith(times(3, (response) => refuse(response, status, 'X')));

    expect((await clientOf(registry.host).manifest('latest', 1000)).bytes).toEqual(manifest);
    expect(registry.asked).toHaveLength(4);
  });

  it('is waited for as long as the registry says', async () => {
    const registry = await registryWith(times(1, (response) => refuse(response, 429, 'X', { 'retry-after': '1' })));
    const before = performance.now();

    await clientOf(registry.host).manifest('latest', 1000);

    expect(performance.now() - before).toBeGreaterThan(990);
  });

  it('is not waited for longer than that is sensible', async () => {
    const registry = await registryWith(times(1, (response) => refuse(response, 429, 'X', { 'retry-after': '86400' })));

    const error = await sourceError(clientOf(registry.host).manifest('latest', 1000));

    expect(error).toMatchObject({ code: 'source.rate-limited' });
    expect(error.message).toContain('left alone for 86400 seconds');
  });

  it('is asked for again when the connection breaks', async () => {
    const registry = await registryWith(times(2, (response) => response.destroy()));

    expect((await clientOf(registry.host).manifest('latest', 1000)).bytes).toEqual(manifest);
  });

  it('that never comes ends in time', async () => {
    const registry = await registryWith(() => true);
    const registryLimits = { headersMs: 300, attempts: 2 };

    const error = await sourceError(clientOf(registry.host, { registryLimits }).manifest('latest', 1000));

    expect(error.code).toBe('source.unreachable');
    expect(error.message).toContain('does not answer (asked 2 times)');
  });

  it('that comes drop by drop ends in time', async () => {
    const registry = await registryWith((_, response) => {
      response.writeHead(200, { 'content-type': manifestType });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
      return true;
    });
    const registryLimits = { documentMs: 400 };

    const error = await sourceError(clientOf(registry.host, { registryLimits }).manifest('latest', 1000));

    expect(error.code).toBe('source.unreachable');
    expect(error.message).toContain('takes longer than 0.4 seconds');
  });

  it.each([
    ['says so', { 'content-length': '2000' }],
    ['does not say so', {}],
  ])('that is too large is not read, where the registry %s', async (_, headers) => {
    const registry = await registryWith((_request, response) => {
      response.writeHead(200, { 'content-type': manifestType, ...headers });
      response.end(Buffer.alloc(2000, ' '));
      return true;
    });

    const error = await sourceError(clientOf(registry.host).manifest('latest', 1999));

    expect(error.code).toBe('source.limit');
    expect(error.message).toContain('more than the 1999 bytes');
    expect(registry.asked).toHaveLength(1);
  });

  it('without a length is read to its end', async () => {
    const registry = await registryWith((_, response) => {
      response.writeHead(200, { 'content-type': manifestType });
      response.write(manifest.subarray(0, 5), () => response.end(manifest.subarray(5)));
      return true;
    });

    expect((await clientOf(registry.host).manifest('latest', 1000)).bytes).toEqual(manifest);
  });

  it('that has another digest than the one asked for is refused', async () => {
    const registry = await registryWith();
    const wanted = sha256('something else');
    registry.manifests.set(wanted, { bytes: manifest, mediaType: manifestType });

    const error = await sourceError(clientOf(registry.host).manifest(wanted, 1000));

    expect(error.code).toBe('source.refused');
    expect(error.message).toContain(`it has the digest ${sha256(manifest)}, not ${wanted}`);
  });

  it('that has another digest than the registry says is refused', async () => {
    const registry = await registryWith((_, response) => {
      response.writeHead(200, { 'docker-content-digest': sha256('something else') });
      response.end(manifest);
      return true;
    });

    expect((await sourceError(clientOf(registry.host).manifest('latest', 1000))).code).toBe('source.refused');
  });

  it('is not asked for without a network', async () => {
    const error = await sourceError(clientOf('ghcr.io', { dialer: offlineDialer() }).manifest('latest', 1000));

    expect(error.code).toBe('source.unreachable');
    expect(error.message).toContain('no network is allowed');
  });

  it('of a registry that is not there', async () => {
    const registry = await registryWith();
    const { host } = registry;
    registry.close();

    const error = await sourceError(clientOf(host).manifest('latest', 1000));

    expect(error.code).toBe('source.unreachable');
    expect(error.message).toContain(`${host} refuses connections (asked 4 times)`);
  });

  it('of a registry that has no name is asked for once', async () => {
    let asked = 0;
    const dialer = startDialer({
      lookup: (_host, _options, done) => {
        asked++;
        done(Object.assign(new Error('absent'), { code: 'ENOTFOUND' }), '', 0);
      },
    });

    const error = await sourceError(clientOf('registry.example', { dialer }).manifest('latest', 1000));

    expect(error.code).toBe('source.unreachable');
    expect(error.message).toContain('its name does not resolve');
    expect(asked).toBe(1);
  });

  it('is given up at once when the caller stops', async () => {
    const registry = await registryWith(() => true);
    const stop = new AbortController();
    const asked = clientOf(registry.host).manifest('latest', 1000, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 50);

    await expect(asked).rejects.toThrow('enough');
    expect(registry.asked).toHaveLength(1);
  });

  it('is never asked for without TLS from a registry that was not named for it', async () => {
    const registry = await registryWith();
    const dialer = startDialer({
      lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    const host = `registry.example:${registry.port}`;

    const error = await sourceError(
      clientOf(host, { dialer, registryLimits: { attempts: 1 } }).manifest('latest', 1000),
    );

    expect(error.code).toBe('source.unreachable');
    expect(error.message).toContain('--plain-http');
    expect(registry.asked).toEqual([]);
    expect((await clientOf(host, { dialer, plainHttp: [host] }).manifest('latest', 1000)).bytes).toEqual(manifest);
  });
});
