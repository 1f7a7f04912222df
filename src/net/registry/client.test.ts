import { describe, expect, it } from 'vitest';
import { cutBlob, type Fault, refuse, sendBlob } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import { bytesOf, clientOf, closeAfterEach, listeningLog, sourceError } from '../../../test/support/registry-client.ts';
import { big, descriptor, manifest, registryWith } from '../../../test/support/registry-with-blob.ts';
import { FormatError } from '../../errors.ts';

closeAfterEach();

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
    const told: string[] = [];
    const progress = { report: (step: string) => void told.push(step) };

    const read = await bytesOf(
      clientOf(registry.host, { log, progress, registryLimits: { attempts: 2 } }).blob(descriptor, 1e9),
    );

    expect(read.equals(big)).toBe(true);
    expect(rangesOf(registry)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-', 'bytes=300000-']);
    expect(said.map(({ message }) => message)).toEqual(Array(3).fill('a registry is asked again'));
    expect(told).toEqual(Array(3).fill(expect.stringMatching(`^retrying in 0\\.1 s: ${registry.host} `)));
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
