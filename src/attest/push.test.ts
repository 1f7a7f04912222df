import { afterEach, describe, expect, it } from 'vitest';
import { FakeRegistry } from '../../test/support/fake-registry.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { silent } from '../log.ts';
import { networkDialer } from '../net/network-dialer.ts';
import { RegistryClient } from '../net/registry/client.ts';
import { noCredentials } from '../net/registry/credentials.ts';
import { RegistryUploader } from '../net/registry/upload.ts';
import { pushAttestation, type Repository } from './push.ts';

describe('several who attach to one image at once', () => {
  const options = { dialer: networkDialer(), credentials: noCredentials, log: silent };
  let registry: FakeRegistry;

  afterEach(() => registry.close());

  const repository = (): Repository => ({
    client: new RegistryClient(registry.host, 'a/b', options),
    uploader: new RegistryUploader(registry.host, 'a/b', options),
  });

  it.each([
    ['one after the other', 0],
    ['each reads before any writes', 4],
  ])('lose nothing: %s', async (_, together) => {
    const waiting: (() => void)[] = [];
    registry = await FakeRegistry.start();
    const { digest } = registry.push({ layers: [debianLayer()] }, '1');
    const envelopes = ['one', 'two', 'three', 'four'].map((text) => Buffer.from(JSON.stringify({ payload: text })));
    const attach = async (envelope: Buffer): Promise<unknown> => {
      const own = repository();
      const { uploader } = own;
      let isFirst = true;
      // Nobody writes before all have read.
      const held = {
        ...own,
        uploader: {
          blob: uploader.blob.bind(uploader),
          manifest: async (...args: Parameters<RegistryUploader['manifest']>) => {
            if (isFirst && together > 0) {
              isFirst = false;
              await new Promise<void>((resolve) => {
                waiting.push(resolve);
                if (waiting.length === together) for (const go of waiting) go();
              });
            }
            return await uploader.manifest(...args);
          },
        } as unknown as RegistryUploader,
      };
      return await pushAttestation(held, digest, envelope, 'https://example.com/x');
    };

    if (together > 0) await Promise.all(envelopes.map(attach));
    else for (const envelope of envelopes) await attach(envelope);

    const read = (tag: string) => JSON.parse(Buffer.from(registry.manifests.get(tag)!.bytes).toString());
    const tag = digest.replace(':', '-');
    const attached = read(`${tag}.att`);
    expect(new Set(attached.layers.map((one: { size: number }) => one.size))).toEqual(
      new Set(envelopes.map(({ length }) => length)),
    );
    expect(attached.layers).toHaveLength(4);
    const listed: string[] = read(tag).manifests.map((one: { digest: string }) => one.digest);
    const everything = listed.flatMap((one) => read(one).layers.map((layer: { digest: string }) => layer.digest));
    expect(new Set(everything)).toEqual(new Set(attached.layers.map((one: { digest: string }) => one.digest)));
  });
});
