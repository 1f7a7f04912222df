import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { contentSets } from './content-sets.ts';

const manifest = (...names: readonly string[]): string =>
  JSON.stringify({ metadata: { icm_version: 1 }, content_sets: names, image_contents: [] });

describe('contentSets', () => {
  it('reads what the build system says of a layer', async () => {
    const { facts, problems } = await readLayerWith(contentSets, [
      { path: 'root/buildinfo/content_manifests/ubi9-container-9.4-1.json', content: manifest('b-rpms', 'a-rpms') },
      { path: 'root/buildinfo/content_manifests/other-1.json', content: manifest('c-rpms', 'a-rpms') },
      { path: 'usr/share/buildinfo/content-sets.json', content: manifest('d-rpms') },
      {
        path: 'usr/share/buildinfo/labels.json',
        content: JSON.stringify({ cpe: 'cpe:/a:redhat:openshift:4.14::el9' }),
      },
      { path: 'root/buildinfo/labels.json', content: JSON.stringify({ cpe: 'none', name: 'x' }) },
      { path: 'root/buildinfo/content_manifests/deeper/x.json', content: manifest('no') },
      { path: 'root/buildinfo/other.json', content: manifest('no') },
      { path: 'root/buildinfo/Dockerfile-x', content: 'FROM x' },
      { path: 'usr/share/buildinfo/content_manifests/x.json', content: manifest('no') },
    ]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'repositories',
        path: 'root/buildinfo/content_manifests/ubi9-container-9.4-1.json',
        type: 'rpm',
        names: ['a-rpms', 'b-rpms', 'c-rpms', 'cpe:/a:redhat:openshift:4.14::el9', 'd-rpms'],
      },
    ]);
  });

  it.each([
    ['no JSON', '{"content_sets":'],
    ['a list', '["a-rpms"]'],
    ['empty', ''],
  ])('says that a manifest is %s', async (_, content) => {
    const { facts, problems } = await readLayerWith(contentSets, [
      { path: 'root/buildinfo/content_manifests/x.json', content },
    ]);

    expect(facts).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file.format', path: 'root/buildinfo/content_manifests/x.json' }]);
  });

  it('passes over names that are no text', async () => {
    const { facts, problems } = await readLayerWith(contentSets, [
      { path: 'root/buildinfo/content_manifests/x.json', content: '{"content_sets":[1,null,{},""],"cpe":7}' },
    ]);

    expect([facts, problems]).toEqual([[], []]);
  });

  it('stops at a number of names that no image has, and says so', async () => {
    const names = Array.from({ length: 12_000 }, (_, i) => `set-${i}`);
    const { facts, problems } = await readLayerWith(contentSets, [
      { path: 'root/buildinfo/content_manifests/x.json', content: manifest(...names) },
    ]);

    expect(facts).toMatchObject([{ names: expect.objectContaining({ length: 10_000 }) }]);
    expect(problems).toMatchObject([{ code: 'layer.limit' }]);
  });
});
