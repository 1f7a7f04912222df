import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { pacmanLocal } from './local.ts';

const desc = `%NAME%
gcc-libs

%VERSION%
13.2.1-3

%BASE%
gcc

%DESC%
Runtime libraries shipped by GCC

%ARCH%
x86_64

%LICENSE%
GPL3
LGPL

%PACKAGER%
Someone <someone@example.org>

%SIZE%
1
`;
const files = '%FILES%\nusr/\nusr/lib/\nusr/lib/libgcc_s.so.1\nusr/lib/libstdc++.so.6\n\n%BACKUP%\netc/x\tabc\n';
const folder = 'var/lib/pacman/local/gcc-libs-13.2.1-3';

describe('pacmanLocal', () => {
  it('asks for descriptions and lists of packages, and for nothing else', async () => {
    const paths = [
      `${folder}/desc`,
      `${folder}/files`,
      `${folder}/mtree`,
      `${folder}/more/desc`,
      'var/lib/pacman/local/ALPM_DB_VERSION',
      'var/lib/pacman/local/desc',
      'opt/var/lib/pacman/local/a-1-1/desc',
    ];

    const { asked } = await readLayerWith(
      pacmanLocal,
      paths.map((path) => ({ path, content: desc })),
    );

    expect(asked).toEqual(paths.slice(0, 2));
  });

  it('gives the package, and the files that it owns without directories', async () => {
    const { facts, problems } = await readLayerWith(pacmanLocal, [
      { path: `${folder}/desc`, content: desc },
      { path: `${folder}/files`, content: files },
    ]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package',
        path: `${folder}/desc`,
        package: {
          type: 'alpm',
          name: 'gcc-libs',
          version: '13.2.1-3',
          arch: 'x86_64',
          source: { name: 'gcc', version: '13.2.1-3' },
          licences: ['GPL3', 'LGPL'],
          maintainer: 'Someone <someone@example.org>',
        },
      },
      {
        kind: 'ownership',
        path: `${folder}/files`,
        owner: 'gcc-libs',
        type: 'alpm',
        files: 'usr/lib/libgcc_s.so.1\nusr/lib/libstdc++.so.6',
      },
    ]);
  });

  it.each([
    ['empty', ''],
    ['no description', 'hello'],
    ['without a version', '%NAME%\na\n\n'],
    ['with an empty version', '%NAME%\na\n\n%VERSION%\n\n%ARCH%\nany\n'],
    ['with a name of two words', '%NAME%\na b\n\n%VERSION%\n1-1\n'],
    ['that is binary', '\u0000\u0001%NAME%'],
  ])('turns a description %s into a problem', async (_, content) => {
    const { facts, problems } = await readLayerWith(pacmanLocal, [{ path: `${folder}/desc`, content }]);

    expect(facts).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file.format', analyzer: 'pacman-local', path: `${folder}/desc` }]);
  });

  it('names the owner of a list by its directory where a layer has nothing else', async () => {
    const { facts } = await readLayerWith(pacmanLocal, [{ path: `${folder}/files`, content: files }]);

    expect(facts).toMatchObject([{ kind: 'ownership', owner: 'gcc-libs' }]);
  });
});
