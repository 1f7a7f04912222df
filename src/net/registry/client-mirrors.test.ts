import { describe, expect, it } from 'vitest';
import { cutBlob, refuse } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import {
  bytesOf,
  clientOf,
  closeAfterEach,
  listeningLog,
  startRegistry,
} from '../../../test/support/registry-client.ts';
import {
  big,
  descriptor,
  manifest,
  manifestType,
  registryWith,
  times,
} from '../../../test/support/registry-with-blob.ts';

closeAfterEach();

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
