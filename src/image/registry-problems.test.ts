import { describe, expect, it } from 'vitest';
import { examine } from '../../test/support/examine.ts';
import { type Fault, refuse } from '../../test/support/fake-registry.ts';
import { sha256 } from '../../test/support/image.ts';
import { closeAfterEach, sourceError, startRegistry } from '../../test/support/registry-client.ts';
import { codes, image, indexType, manifestType, open } from '../../test/support/registry-image.ts';
import { defaultLimits } from '../limits.ts';

closeAfterEach();

const DOCKER = 'application/vnd.docker';

/** A manifest as a test breaks it. */
interface Manifest {
  manifests?: object[];
  config?: { digest: string };
  layers: { digest?: string; mediaType: string; size?: number; urls?: string[] }[];
}

describe('what is wrong is said', () => {
  /** Pushes the image with its manifest changed. */
  async function changed(change: (manifest: Manifest) => void, mediaType = manifestType) {
    const registry = await startRegistry();
    registry.push(image, 'whole');
    const manifest = JSON.parse(Buffer.from(registry.manifests.get('whole')!.bytes).toString('utf8'));
    change(manifest);
    registry.addManifest(manifest, mediaType);
    return { registry, manifest };
  }

  it.each([
    ['schema 1 by its type', { name: 'a' }, `${DOCKER}.distribution.manifest.v1+prettyjws`],
    ['schema 1 by its content', { schemaVersion: 1, fsLayers: [] }, 'application/json'],
  ])('%s', async (_, content, mediaType) => {
    const registry = await startRegistry();
    registry.addManifest(content, mediaType);

    const error = await sourceError(open(registry.host));

    expect(error.code).toBe('source.unsupported');
    expect(error.message).toContain('schema 1');
  });

  it.each([
    ['no JSON', Buffer.from('<html>'), 'source.refused', 'no valid JSON'],
    ['a list', Buffer.from('[1]'), 'source.refused', 'it is a list'],
    ['something else', Buffer.from('{"a":1}'), 'source.refused', 'no manifest'],
    ['keys in two spellings', Buffer.from('{"layers":[],"Layers":[]}'), 'source.refused', 'in two spellings'],
    ['nothing', Buffer.from('{"layers":[]}'), 'source.not-an-image', 'names nothing'],
  ])('a manifest that is %s', async (_, bytes, code, words) => {
    const registry = await startRegistry();
    registry.addManifest(bytes, manifestType);

    const error = await sourceError(open(registry.host));

    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it('a manifest that is too large', async () => {
    const registry = await startRegistry();
    registry.push(image);

    const limits = { ...defaultLimits, manifestBytes: 100 };

    expect((await sourceError(open(registry.host, 'app', { limits }))).code).toBe('source.limit');
  });

  it('too many layers', async () => {
    const { registry } = await changed((manifest) => {
      manifest.layers = Array(11).fill(manifest.layers[0]!);
    });

    const limits = { ...defaultLimits, layers: 10 };

    expect((await sourceError(open(registry.host, 'app', { limits }))).code).toBe('source.limit');
  });

  it('something that is no image', async () => {
    const registry = await startRegistry();
    const chart = registry.addBlob(Buffer.from('chart'));
    registry.addManifest(
      {
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: chart, size: 5 },
        layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', digest: chart, size: 5 }],
      },
      manifestType,
    );

    const error = await sourceError(open(registry.host));

    expect(error.code).toBe('source.not-an-image');
    expect(error.message).toContain('application/vnd.cncf.helm.config.v1+json');
  });

  it.each<[string, (manifest: Manifest) => void, string, string[], number]>([
    [
      'another type than the registry says',
      () => {},
      `${DOCKER}.distribution.manifest.v2+json`,
      ['image.media-type'],
      2,
    ],
    ['called an index', () => {}, indexType, ['image.media-type', 'image.media-type'], 2],
    ['called a page', () => {}, 'text/html', [], 2],
    [
      'manifest and index at once, a manifest by type',
      (manifest) => {
        manifest.manifests = [{ mediaType: manifestType, digest: sha256('x'), size: 1 }];
      },
      manifestType,
      ['image.ambiguous'],
      2,
    ],
    [
      'a foreign layer',
      (manifest) => {
        manifest.layers[0] = {
          mediaType: `${DOCKER}.image.rootfs.foreign.diff.tar.gzip`,
          digest: sha256('x'),
          size: 1,
          urls: ['http://169.254.169.254/layer'],
        };
      },
      manifestType,
      ['image.layer-missing'],
      1,
    ],
    [
      'an encrypted layer',
      (manifest) => {
        manifest.layers[1]!.mediaType += '+encrypted';
      },
      manifestType,
      ['image.layer-unreadable'],
      1,
    ],
    [
      'an unknown layer',
      (manifest) => {
        manifest.layers[1]!.mediaType = 'application/x-layer';
      },
      manifestType,
      ['image.media-type'],
      2,
    ],
    [
      'a layer without a digest',
      (manifest) => {
        delete manifest.layers[1]!.digest;
      },
      manifestType,
      ['image.layer-missing'],
      1,
    ],
    [
      'a digest that leads elsewhere',
      (manifest) => {
        manifest.layers[1]!.digest = '../../../../secret';
      },
      manifestType,
      ['image.layer-missing'],
      1,
    ],
    [
      'a layer without a size',
      (manifest) => {
        delete manifest.layers[1]!.size;
      },
      manifestType,
      ['image.digest-mismatch'],
      2,
    ],
    [
      'the same layer again',
      (manifest) => {
        manifest.layers[1] = manifest.layers[0]!;
      },
      manifestType,
      ['image.layer-repeated'],
      2,
    ],
    [
      'a configuration that is not there',
      (manifest) => {
        manifest.config!.digest = sha256('x');
      },
      manifestType,
      ['image.config-unreadable'],
      2,
    ],
    [
      'a configuration that is elsewhere',
      (manifest) => {
        manifest.config!.digest = '../../../../secret';
      },
      manifestType,
      ['image.config-unreadable'],
      2,
    ],
    [
      'no configuration',
      (manifest) => {
        delete manifest.config;
      },
      manifestType,
      ['image.config-unreadable'],
      2,
    ],
  ])('%s', async (_, change, mediaType, expected, layers) => {
    const { registry } = await changed(change, mediaType);

    const { images } = await open(registry.host);

    expect(codes(images[0]!.problems)).toEqual(expected);
    expect(images[0]!.layers.filter((content) => content !== undefined)).toHaveLength(layers);
    expect(registry.paths.every((path) => path.startsWith('/v2/app/'))).toBe(true);
  });

  it('a configuration with another digest is not used', async () => {
    const registry = await startRegistry();
    registry.push(image);
    const { config } = JSON.parse(Buffer.from(registry.manifests.get('latest')!.bytes).toString('utf8'));
    registry.addBlob(Buffer.from('{"os":"linux","architecture":"evil"}'), config.digest);

    const { images } = await open(registry.host);

    expect(images[0]?.info.platform).toBeUndefined();
    expect(codes(images[0]!.problems)).toEqual(['image.config-unreadable']);
  });

  /** Pushes the image and examines it while its top layer is answered for by `fault`, or by other bytes. */
  async function withTopLayer(fault: Fault | Uint8Array) {
    let top = '';
    const registry = await startRegistry({
      fault: (request, response, count) =>
        typeof fault === 'function' && request.url?.endsWith(top) === true && fault(request, response, count),
    });
    registry.push(image);
    const { layers } = JSON.parse(Buffer.from(registry.manifests.get('latest')!.bytes).toString('utf8'));
    top = layers[1].digest;
    if (fault instanceof Uint8Array) registry.addBlob(fault, top);
    return await examine(await open(registry.host));
  }

  it.each<[string, Fault | Uint8Array, string]>([
    [
      'that the registry does not have',
      (_, response) => {
        refuse(response, 404, 'BLOB_UNKNOWN');
        return true;
      },
      'image.layer-missing',
    ],
    ['that is empty', new Uint8Array(0), 'layer.truncated'],
    ['that is too short', Buffer.from('short'), 'layer.truncated'],
    ['that is too long', Buffer.alloc(100_000), 'layer.damaged'],
  ])('a layer %s does not end the scan', async (_, fault, code) => {
    const { problems, packages } = await withTopLayer(fault);

    expect(codes(problems)).toContain(code);
    expect(packages.length).toBeGreaterThan(3);
  });

  it('a layer with another digest', async () => {
    const registry = await startRegistry();
    registry.push({ ...image, wrongDigests: [1] });

    const { problems } = await examine(await open(registry.host));

    expect(codes(problems)).toContain('image.digest-mismatch');
  });

  it('a registry that stops answering in the middle ends the scan', async () => {
    const error = await sourceError(withTopLayer((_, response) => Boolean(response.destroy())));

    expect(error.code).toBe('source.unreachable');
  });
});
