import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { cutBlob, type Fault, refuse, sendBlob } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import {
  bytesOf,
  clientOf,
  closeAfterEach,
  listeningLog,
  sourceError,
  startDialer,
  startRegistry,
} from '../../../test/support/registry-client.ts';
import { FormatError } from '../../errors.ts';
import { offlineDialer } from '../dial.ts';

closeAfterEach();

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const manifest = Buffer.from('{"schemaVersion":2}');
const big = randomBytes(400_000);
const descriptor = { digest: sha256(big), size: big.length };

/** A registry that has `manifest` under `latest`, and `big`. */
async function registryWith(fault?: Fault, more: { ranges?: boolean } = {}) {
  const registry = await startRegistry({ ...more, ...(fault !== undefined && { fault }) });
  registry.addManifest(manifest, manifestType);
  registry.addBlob(big);
  return registry;
}

/** The same answer, some times; then the registry itself. */
function times(most: number, answer: (response: ServerResponse) => void): Fault {
  return (_, response, count) => {
    if (count > most) return false;
    answer(response);
    return true;
  };
}

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

describe('a small blob', () => {
  it('is checked before it is used', async () => {
    const registry = await registryWith();
    const client = clientOf(registry.host);
    const good = { digest: registry.addBlob(manifest), size: manifest.length };
    const wrong = { digest: registry.addBlob(manifest, sha256('x')), size: manifest.length };

    expect(await client.document(good, 1000)).toEqual(manifest);
    expect((await sourceError(client.document(wrong, 1000))).code).toBe('source.refused');
    expect((await sourceError(client.document({ ...good, size: 3 }, 1000))).message).toContain('the manifest says 3');
    expect((await sourceError(client.document({ digest: `md5:${'0'.repeat(32)}` }, 1000))).code).toBe(
      'source.not-found',
    );
    expect((await sourceError(client.document({ digest: '../x' }, 1000))).code).toBe('source.refused');
  });
});

describe('a blob', () => {
  const rangesOf = (registry: { asked: readonly { range: string | undefined }[] }): (string | undefined)[] =>
    registry.asked.map(({ range }) => range);

  it('comes as it is', async () => {
    const registry = await registryWith();

    expect((await bytesOf(clientOf(registry.host).blob(descriptor, 1e9))).equals(big)).toBe(true);
    expect(registry.paths).toEqual([`/v2/a/b/blobs/${descriptor.digest}`]);
  });

  it.each([
    ['goes on where each of three connections broke', true],
    ['is read again from its beginning where the registry cannot go on', false],
  ])('%s', async (_, ranges) => {
    const registry = await registryWith(
      (request, response, count) => {
        if (count > 3) return false;
        cutBlob(request, response, big, ranges ? 100_000 : count * 100_000, ranges);
        return true;
      },
      { ranges },
    );
    const { log, said } = listeningLog();

    const read = await bytesOf(clientOf(registry.host, { log, registryLimits: { attempts: 2 } }).blob(descriptor, 1e9));

    expect(read.equals(big)).toBe(true);
    expect(rangesOf(registry)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-', 'bytes=300000-']);
    expect(said.map(({ message }) => message)).toEqual(Array(3).fill('a registry is asked again'));
  });

  it('is given up when connections break without bringing anything', async () => {
    const registry = await registryWith((request, response, count) => {
      if (count === 1) cutBlob(request, response, big, 100_000);
      else response.destroy();
      return true;
    });

    const error = await sourceError(bytesOf(clientOf(registry.host).blob(descriptor, 1e9)));

    expect(error.code).toBe('source.unreachable');
    // The first brought something, and the count begins there.
    expect(registry.asked).toHaveLength(4);
  });

  it('is given up after so many requests, however little each of them brings', async () => {
    const registry = await registryWith((request, response) => {
      cutBlob(request, response, big, 1);
      return true;
    });

    const error = await sourceError(
      bytesOf(clientOf(registry.host, { registryLimits: { requests: 5 } }).blob(descriptor, 1e9)),
    );

    expect(error.message).toContain('(asked 5 times)');
    expect(registry.asked).toHaveLength(5);
  });

  it('that stops coming is asked for again', async () => {
    const registry = await registryWith((_, response, count) => {
      if (count > 1) return false;
      response.writeHead(200, { 'content-length': big.length });
      response.write(big.subarray(0, 1000));
      return true;
    });

    const read = await bytesOf(clientOf(registry.host, { registryLimits: { idleMs: 300 } }).blob(descriptor, 1e9));

    expect(read.equals(big)).toBe(true);
    expect(rangesOf(registry)).toEqual([undefined, 'bytes=1000-']);
  });

  it('without a length is read to its end', async () => {
    const registry = await registryWith((_, response) => {
      response.writeHead(200);
      response.write(big.subarray(0, 1000), () => response.end(big.subarray(1000)));
      return true;
    });

    expect((await bytesOf(clientOf(registry.host).blob(descriptor, 1e9))).equals(big)).toBe(true);
  });

  it.each<[string, Fault, number]>([
    [
      'with a length',
      (_, response) => {
        sendBlob(response, big.subarray(0, 5000), undefined);
        return true;
      },
      1,
    ],
    [
      'without a length',
      (request, response) => {
        const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        response.writeHead(200);
        response.end(big.subarray(0, start > 0 ? 0 : 5000));
        return true;
      },
      2,
    ],
  ])('that is too short is damaged, %s', async (_, fault, requests) => {
    const registry = await registryWith(fault);
    const read: Uint8Array[] = [];
    const all = async (): Promise<void> => {
      for await (const chunk of clientOf(registry.host, { registryLimits: { attempts: 2 } }).blob(descriptor, 1e9)) {
        read.push(chunk);
      }
    };

    const error = await all().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ reason: 'truncated', message: expect.stringContaining('5000 bytes of 400000') });
    expect(Buffer.concat(read).equals(big.subarray(0, 5000))).toBe(true);
    expect(registry.asked).toHaveLength(requests);
  });

  it('that is too long ends where it should', async () => {
    const registry = await registryWith((_, response) => {
      response.writeHead(200);
      response.end(Buffer.concat([big, big]));
      return true;
    });
    let bytes = 0;
    const all = async (): Promise<void> => {
      for await (const chunk of clientOf(registry.host).blob(descriptor, 1e9)) bytes += chunk.length;
    };

    await expect(all()).rejects.toThrow(FormatError);
    expect(bytes).toBe(big.length);
  });

  it('of which nobody says the size ends at the limit', async () => {
    const registry = await registryWith();
    const { digest } = descriptor;

    expect(await bytesOf(clientOf(registry.host).blob({ digest }, big.length))).toHaveLength(big.length);
    await expect(bytesOf(clientOf(registry.host).blob({ digest }, big.length - 1))).rejects.toThrow(FormatError);
  });

  it.each<[string, Record<string, string>]>([
    ['another place', { 'content-range': `bytes 0-299999/${big.length}` }],
    ['another whole', { 'content-range': `bytes 100000-399999/500000` }],
    ['no place', {}],
  ])('is read again when the rest is of %s', async (_, headers) => {
    const registry = await registryWith((request, response, count) => {
      if (count === 1) cutBlob(request, response, big, 100_000);
      else if (request.headers.range !== undefined) response.writeHead(206, headers).end(big.subarray(0, 300_000));
      else return false;
      return true;
    });

    expect((await bytesOf(clientOf(registry.host).blob(descriptor, 1e9))).equals(big)).toBe(true);
    expect(rangesOf(registry)).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('is read again when the registry knows no such range', async () => {
    const registry = await registryWith((request, response, count) => {
      if (count === 1) cutBlob(request, response, big, 100_000);
      else if (request.headers.range !== undefined) refuse(response, 416, 'RANGE_INVALID');
      else return false;
      return true;
    });

    expect((await bytesOf(clientOf(registry.host).blob(descriptor, 1e9))).equals(big)).toBe(true);
  });

  it('that the registry does not have is not found', async () => {
    const registry = await registryWith();

    const error = await sourceError(bytesOf(clientOf(registry.host).blob({ digest: sha256('x'), size: 1 }, 1e9)));

    expect(error.code).toBe('source.not-found');
    expect(error.message).toContain('BLOB_UNKNOWN');
  });

  it('is let go of when nobody wants more of it', async () => {
    const registry = await registryWith();

    for await (const chunk of clientOf(registry.host).blob(descriptor, 1e9)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }

    expect(registry.asked).toHaveLength(1);
  });

  it('is given up when the caller stops', async () => {
    const registry = await registryWith((_, response) => {
      response.writeHead(200, { 'content-length': big.length });
      response.write(big.subarray(0, 1000));
      return true;
    });
    const stop = new AbortController();
    const read = bytesOf(clientOf(registry.host).blob(descriptor, 1e9, stop.signal));
    setTimeout(() => stop.abort(new Error('enough')), 50);

    await expect(read).rejects.toThrow('enough');
  });
});

describe('mirrors', () => {
  it('are asked first, below their path', async () => {
    const registry = await registryWith();
    const mirror = await registryWith();
    const mirrors = new Map([[registry.host, [`${mirror.host}/proxy`]]]);
    const client = clientOf(registry.host, { mirrors });

    await client.manifest('latest', 1000);
    await bytesOf(client.blob(descriptor, 1e9));

    expect(mirror.paths).toEqual(['/v2/proxy/a/b/manifests/latest', `/v2/proxy/a/b/blobs/${descriptor.digest}`]);
    expect(registry.paths).toEqual([]);
  });

  it('that fail are left with a word, and not asked again', async () => {
    const registry = await registryWith();
    const mirror = await registryWith(times(99, (response) => refuse(response, 503, 'X')));
    const { log, said } = listeningLog();
    const client = clientOf(registry.host, { mirrors: new Map([[registry.host, [mirror.host]]]), log });

    expect((await client.manifest('latest', 1000)).bytes).toEqual(manifest);
    await bytesOf(client.blob(descriptor, 1e9));

    expect(mirror.asked).toHaveLength(2);
    expect(registry.asked).toHaveLength(2);
    expect(said.at(-1)).toEqual({
      data: { mirror: mirror.host, reason: `${mirror.host} answered HTTP 503 (X) (asked 2 times)` },
      message: 'a mirror failed, the next one or the registry is asked',
    });
  });

  it('that lack something are asked for the rest', async () => {
    const registry = await registryWith();
    const mirror = await startRegistry();
    mirror.addBlob(big);
    const client = clientOf(registry.host, { mirrors: new Map([[registry.host, [mirror.host]]]) });

    await client.manifest('latest', 1000);
    await bytesOf(client.blob(descriptor, 1e9));

    expect(registry.paths).toEqual(['/v2/a/b/manifests/latest']);
    expect(mirror.asked).toHaveLength(2);
  });

  it('that give something else are left', async () => {
    const registry = await registryWith();
    const mirror = await startRegistry();
    const digest = sha256(manifest);
    mirror.manifests.set(digest, { bytes: Buffer.from('{"evil":true}'), mediaType: manifestType });
    const client = clientOf(registry.host, { mirrors: new Map([[registry.host, [mirror.host]]]) });

    expect((await client.manifest(digest, 1000)).bytes).toEqual(manifest);
  });

  it('that break in the middle of a blob are gone on from', async () => {
    const registry = await registryWith();
    const mirror = await registryWith((request, response, count) => {
      if (count === 1) cutBlob(request, response, big, 100_000);
      else response.destroy();
      return true;
    });
    const client = clientOf(registry.host, { mirrors: new Map([[registry.host, [mirror.host]]]) });

    expect((await bytesOf(client.blob(descriptor, 1e9))).equals(big)).toBe(true);
    expect(rangesOf(registry)).toEqual(['bytes=100000-']);
  });

  function rangesOf(registry: { asked: readonly { range: string | undefined }[] }): (string | undefined)[] {
    return registry.asked.map(({ range }) => range);
  }
});
