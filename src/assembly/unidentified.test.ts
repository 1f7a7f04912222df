import { describe, expect, it } from 'vitest';
import { dpkgStatus } from '../../test/support/databases.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { UnidentifiedFact } from '../model/fact.ts';
import { Appetite } from '../model/file.ts';
import { UnidentifiedFacts } from '../packages/unidentified-facts.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

/** Says of files that end in `.mute` that they tell nothing, for the reason that they hold. */
const mute: Analyzer<UnidentifiedFact> = {
  name: 'mute',
  version: 1,
  wants: ({ type, name }) => (type === 'file' && name.endsWith('.mute') ? Appetite.Body : Appetite.None),
  open(layer) {
    const facts = new UnidentifiedFacts(layer);
    return {
      read: ({ path, content }) => facts.set(path, Buffer.from(content).toString()),
      close: () => facts.close(),
    };
  },
};

async function told(...layers: (readonly TarEntry[])[]) {
  const image = imageOf(...layers);
  const analyzers = [...new Set(ecosystems.flatMap((ecosystem) => ecosystem.analyzers)), mute];
  const read = await readLayers(image, analyzers, layersContext());
  const { view } = await assembleImage(image, read, analyzers, ecosystems, layersContext());
  return view.problems.filter(({ code }) => code === 'packages.unidentified');
}

const owned: readonly TarEntry[] = [
  { path: 'var/lib/dpkg/status', content: dpkgStatus([{ name: 'tool', version: '1' }]) },
  { path: 'var/lib/dpkg/info/tool.list', content: '/usr/bin/tool.mute\n' },
];

describe('what does not tell what it was made of', () => {
  it('is named', async () => {
    expect(await told([{ path: 'bin/a.mute', content: 'is packed' }])).toEqual([
      { code: 'packages.unidentified', message: 'it is packed', layer: 0, path: 'bin/a.mute' },
    ]);
  });

  it('is one problem for each reason and layer', async () => {
    const many = [4, 2, 3, 1].map((n) => ({ path: `bin/${n}.mute`, content: 'is packed' }));

    expect(await told([...many, { path: 'bin/5.mute', content: 'is stripped' }], many.slice(0, 2))).toMatchObject([
      { message: '2 files; each is packed: bin/1.mute, bin/3.mute', layer: 0 },
      { message: 'it is stripped', layer: 0 },
      { message: '2 files; each is packed: bin/2.mute, bin/4.mute', layer: 1 },
    ]);
  });

  it('is no matter where a package of the distribution owns it, or an upper layer hides it', async () => {
    const hidden = { path: 'bin/a.mute', content: 'is packed' };

    expect(
      await told([...owned, { path: 'usr/bin/tool.mute', content: 'is packed' }, hidden], [{ path: 'bin/.wh.a.mute' }]),
    ).toEqual([]);
  });

  it('counts once where a layer has the file twice', async () => {
    const twice = ['is packed', 'is stripped'].map((content) => ({ path: 'bin/a.mute', content }));

    expect(await told(twice)).toMatchObject([{ message: 'it is stripped' }]);
  });
});
