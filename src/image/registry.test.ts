import { describe, expect, it } from 'vitest';
import { examine } from '../../test/support/examine.ts';
import { dockerArchive, type OciOptions, sha256 } from '../../test/support/image.ts';
import { closeAfterEach, sourceError, startRegistry } from '../../test/support/registry-client.ts';
import {
  codes,
  descriptorOf,
  image,
  indexType,
  manifestType,
  open,
  options,
} from '../../test/support/registry-image.ts';
import { alpineLayer } from '../../test/support/root-file-systems.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import { UsageError } from '../errors.ts';
import { openImage } from './open.ts';

closeAfterEach();

describe('an image of a registry', () => {
  it.each(['none', 'gzip', 'zstd'] as const)('has what its archive has, compressed with %s', async (compression) => {
    const registry = await startRegistry();
    registry.push({ ...image, compression });
    const archive = writeTemporary('image.tar', dockerArchive(image));

    const there = await examine(await open(registry.host));
    const here = await examine(await openImage(archive, options));

    expect(there.packages.length).toBeGreaterThan(3);
    const strip = ({ packages }: typeof here) =>
      packages.map(({ layer: where, ...rest }) => ({ ...rest, index: where?.index }));
    expect(strip(there)).toEqual(strip(here));
    expect(there.files).toBe(here.files);
    expect(codes(there.problems)).toEqual(codes(here.problems));
  });

  it('tells what it is', async () => {
    const registry = await startRegistry();
    const { digest } = registry.push(image, '1.0');

    const { images } = await open(registry.host, `team/app:1.0@${digest}`);

    expect(images[0]?.info).toMatchObject({
      reference: `${registry.host}/team/app:1.0@${digest}`,
      names: [`${registry.host}/team/app:1.0@${digest}`],
      digest,
      mediaType: manifestType,
      platform: 'linux/amd64',
      id: expect.stringMatching(/^sha256:/),
      layers: [
        { index: 0, instruction: 'COPY layer-0 /' },
        { index: 1, diffId: sha256(image.layers[1]!) },
      ],
    });
    expect(images[0]?.problems).toEqual([]);
  });

  it('is fetched layer by layer, each when it is read', async () => {
    const registry = await startRegistry();
    registry.push(image);

    const source = await open(registry.host);
    expect(registry.paths.filter((path) => path.includes('/blobs/'))).toHaveLength(1);
    await examine(source);

    expect(registry.paths.filter((path) => path.includes('/blobs/')).length).toBeGreaterThanOrEqual(3);
  });

  it('needs a name', async () => {
    await expect(open('localhost:1', 'Upper')).rejects.toThrow(UsageError);
  });
});

describe('an index', () => {
  const variants: OciOptions = {
    ...image,
    attestations: true,
    more: [
      { layers: [alpineLayer()], platform: 'linux/arm64' },
      { layers: [alpineLayer()], platform: 'linux/arm/v7' },
    ],
  };

  it.each([
    ['linux/amd64', ['linux/amd64']],
    ['linux/arm64', ['linux/arm64']],
    ['linux/arm64/v8', ['linux/arm64']],
    ['linux/arm', ['linux/arm/v7']],
    ['all', ['linux/amd64', 'linux/arm64', 'linux/arm/v7']],
  ])('for %s gives %j, and fetches no other', async (platform, expected) => {
    const registry = await startRegistry();
    registry.push(variants);

    const { images } = await open(registry.host, 'app', { platform });

    expect(images.map(({ info }) => info.platform)).toEqual(expected);
    expect(registry.paths.filter((path) => path.includes('/manifests/'))).toHaveLength(1 + expected.length);
  });

  it('without the platform that was asked for names those that it has', async () => {
    const registry = await startRegistry();
    registry.push(variants);

    const error = await sourceError(open(registry.host, 'app', { platform: 'linux/s390x' }));

    expect(error.code).toBe('source.platform');
    expect(error.message).toContain('Available: linux/amd64, linux/arm64, linux/arm/v7.');
  });

  it('is not needed for the platform to be checked', async () => {
    const registry = await startRegistry();
    registry.push(image);

    const error = await sourceError(open(registry.host, 'app', { platform: 'linux/arm64' }));

    expect(error.code).toBe('source.platform');
    expect(error.message).toContain('Available: linux/amd64.');
    expect((await open(registry.host, 'app', { platform: 'all' })).images).toHaveLength(1);
  });

  it('may name an index', async () => {
    const registry = await startRegistry();
    registry.push({ ...variants, nestedIndex: true });

    expect((await open(registry.host, 'app', { platform: 'linux/arm64' })).images).toHaveLength(1);
  });

  it('that is deep ends', async () => {
    const registry = await startRegistry();
    registry.push(image, 'image');
    const inner = registry.manifests.get('image')!;
    let entry: object = {
      ...descriptorOf(inner.bytes, manifestType),
      platform: { os: 'linux', architecture: 'amd64' },
    };
    for (let depth = 0; depth < 8; depth++) {
      const { digest } = registry.addManifest(
        { schemaVersion: 2, mediaType: indexType, manifests: [entry] },
        indexType,
      );
      entry = { mediaType: indexType, digest, size: 1 };
    }

    expect((await sourceError(open(registry.host))).code).toBe('source.not-an-image');
    expect(registry.asked).toHaveLength(5);
  });

  it('that names a thousand others and more ends', async () => {
    const registry = await startRegistry();
    const empty = registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests: [] }, indexType, 'empty');
    const manifests = Array(3000).fill({ mediaType: indexType, digest: empty.digest, size: 1 });
    registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests }, indexType);

    expect((await sourceError(open(registry.host))).code).toBe('source.not-an-image');
    expect(registry.asked).toHaveLength(2);
  });

  it.each([
    ['a manifest', manifestType],
    ['an index', indexType],
  ])('cannot lead out of the repository: %s', async (_, mediaType) => {
    const registry = await startRegistry();
    const manifests = [{ mediaType, digest: '../../../secret', size: 1 }];
    registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests }, indexType);

    expect((await sourceError(open(registry.host))).code).toBe('source.refused');
    expect(registry.asked).toHaveLength(1);
  });

  it('that names nothing is no image', async () => {
    const registry = await startRegistry();
    registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests: [] }, indexType);

    expect((await sourceError(open(registry.host))).code).toBe('source.not-an-image');
  });
});
