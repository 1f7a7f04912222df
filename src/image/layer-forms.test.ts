import { describe, expect, it } from 'vitest';
import { layer, ociLayout, sha256 } from '../../test/support/image.ts';
import { openLocal } from '../../test/support/opened-sources.ts';
import { writeTemporary } from '../../test/support/temporary.ts';

const OCI = 'application/vnd.oci.image.layer';

/** An OCI archive with one layer, whose descriptor and presence are changed. */
function layoutWith(change: Record<string, unknown>, keep = true): string {
  return writeTemporary(
    'i.tar',
    ociLayout({
      layers: [layer([{ path: 'a', content: 'a' }])],
      edit: (files) => {
        const index = JSON.parse(String(files.get('index.json')));
        const name = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
        const manifest = JSON.parse(String(files.get(name(index.manifests[0].digest))));
        Object.assign(manifest.layers[0], change);
        if (!keep) files.delete(name(manifest.layers[0].digest));
        const bytes = Buffer.from(JSON.stringify(manifest));
        files.set(name(sha256(bytes)), bytes);
        Object.assign(index.manifests[0], { digest: sha256(bytes), size: bytes.length });
        files.set('index.json', Buffer.from(JSON.stringify(index)));
      },
    }),
  );
}

describe('forms of a layer are said by name', () => {
  it.each<[string, Record<string, unknown>, boolean, string, RegExp]>([
    [
      'eStargz',
      { annotations: { 'containerd.io/snapshot/stargz/toc.digest': sha256('toc') } },
      true,
      'image.lazy-layers',
      /1 layers are in the form eStargz \(0\)/,
    ],
    [
      'zstd:chunked',
      { annotations: { 'io.github.containers.zstd-chunked.manifest-checksum': sha256('toc') } },
      true,
      'image.lazy-layers',
      /in the form zstd:chunked \(0\)/,
    ],
    [
      'ocicrypt',
      { mediaType: `${OCI}.v1.tar+gzip+encrypted` },
      true,
      'image.layer-unreadable',
      /is encrypted \(ocicrypt\)/,
    ],
    [
      'nondistributable',
      { mediaType: `${OCI}.nondistributable.v1.tar+gzip`, urls: ['https://example.org/layer'] },
      false,
      'image.layer-missing',
      /is not in the layout: it is nondistributable/,
    ],
  ])('%s', async (_, change, keep, code, message) => {
    const source = await openLocal(layoutWith(change, keep));

    const { problems, layers } = source.images[0]!;
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]!.message).toMatch(message);
    expect(layers[0] === undefined).toBe(code !== 'image.lazy-layers');
    source.close();
  });
});
