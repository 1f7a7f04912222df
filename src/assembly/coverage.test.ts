import { describe, expect, it } from 'vitest';
import { dpkgStatus as dpkgDatabase } from '../../test/support/databases.ts';
import { elfFile } from '../../test/support/executables.ts';
import { buildInfo } from '../../test/support/go-programs.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { goBinaries } from '../ecosystems/go/binaries.ts';
import { nodePackages } from '../ecosystems/node/packages.ts';
import { pythonInstalled } from '../ecosystems/python/installed.ts';
import type { Coverage, Ledger } from '../model/report.ts';
import { dpkgInfo } from '../packages/dpkg/info.ts';
import { dpkgStatus } from '../packages/dpkg/status.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const analyzers = [dpkgStatus, dpkgInfo, nodePackages, pythonInstalled, goBinaries];
const context = layersContext();

async function coverageOf(...layers: (readonly TarEntry[])[]): Promise<{ coverage: Coverage; ledger: Ledger }> {
  const image = imageOf(...layers);
  const { coverage } = await assembleImage(image, await readLayers(image, analyzers, context), analyzers, [], context);
  if (coverage.ledger === undefined) throw new Error('there is no ledger');
  return { coverage: { ...coverage, complete: true }, ledger: coverage.ledger };
}

const base: readonly TarEntry[] = [
  { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'one', version: '1' }]) },
  { path: 'var/lib/dpkg/info/one.list', content: '/.\n/usr/bin/one\n/usr/lib/libone.so.1\n/usr/lib/py/one.py\n' },
  { path: 'usr/bin/one', content: 'program', mode: 0o755 },
  { path: 'usr/lib/libone.so.1', content: 'library' },
  { path: 'usr/lib/py/one.py', content: 'pass' },
  { path: 'usr/lib/py/__pycache__/one.cpython-313.pyc', content: 'bytecode' },
  { path: 'etc/ld.so.cache', content: 'cache' },
];

describe('the ledger', () => {
  it('has every file of a stock image in a class, and none that is unexplained', async () => {
    const { coverage, ledger } = await coverageOf(base);

    expect(ledger.classes).toMatchObject({
      owned: { files: 3, bytes: 18 },
      modified: { files: 0 },
      generated: { files: 1, bytes: 8 },
      analysed: { files: 2 },
      data: { files: 1, bytes: 5 },
      executable: { files: 0 },
    });
    expect(ledger.executables).toEqual({ files: 4, bytes: 26, explained: { files: 4, bytes: 26 } });
    expect(ledger.unexplained).toBe(0);
    expect(coverage.unexplained).toEqual([]);
    expect(ledger.hidden).toEqual([]);
  });

  it('names a library that a later layer changed, and says what that hides', async () => {
    const { coverage, ledger } = await coverageOf(base, [{ path: 'usr/lib/libone.so.1', content: 'another' }]);

    expect(ledger.modified).toEqual(['usr/lib/libone.so.1']);
    expect(ledger.classes.modified).toEqual({ files: 1, bytes: 7 });
    expect(ledger.hidden).toEqual([{ layer: 0, files: 1, bytes: 7 }]);
    expect(coverage.unexplained).toEqual([]);
    expect(coverage.byClass.owned).toBe(3);
  });

  it.each<{ title: string; path: string; mode?: number }>([
    { title: 'a program', path: 'usr/local/bin/x', mode: 0o755 },
    { title: 'a library', path: 'opt/x.so' },
    { title: 'a script', path: 'srv/x.php' },
    { title: 'bytecode of a source of a lower layer', path: 'usr/lib/py/__pycache__/one.cpython-312.pyc' },
    { title: 'bytecode without a source', path: 'usr/lib/py/__pycache__/two.cpython-313.pyc' },
  ])('names $title that a later layer adds', async ({ path, mode = 0o644 }) => {
    const { coverage, ledger } = await coverageOf(base, [{ path, content: 'xx', mode }]);

    expect(coverage.unexplained).toEqual([path]);
    expect(ledger.classes.executable).toEqual({ files: 1, bytes: 2 });
    expect(ledger.executables.bytes - ledger.executables.explained.bytes).toBe(2);
  });

  it('has what came with a package of a language as explained, and nothing that came later', async () => {
    const folder = 'srv/node_modules/left-pad';
    const { coverage, ledger } = await coverageOf(
      base,
      [
        { path: `${folder}/package.json`, content: '{"name":"left-pad","version":"1.3.0"}' },
        { path: `${folder}/lib/index.js`, content: 'x' },
        { path: 'srv/index.js', content: 'x' },
      ],
      [{ path: `${folder}/lib/later.js`, content: 'x' }],
    );

    expect(coverage.unexplained).toEqual(['srv/index.js', `${folder}/lib/later.js`]);
    expect(ledger.classes.analysed.files).toBe(4);
  });

  it('has the folder of a package that was installed outside of site-packages as explained, and nothing beside it', async () => {
    const { coverage } = await coverageOf(base, [
      { path: 'opt/app/left_pad-1.3.0.dist-info/METADATA', content: 'Name: left-pad\nVersion: 1.3.0\n' },
      { path: 'opt/app/left_pad/__init__.py', content: 'x' },
      { path: 'opt/app/left_pad/__pycache__/__init__.cpython-313.pyc', content: 'x' },
      { path: 'opt/app/left_pad/native.so', content: 'x' },
      { path: 'opt/app/left_pad.py', content: 'x' },
      { path: 'opt/app/main.py', content: 'x' },
    ]);

    expect(coverage.unexplained).toEqual(['opt/app/left_pad.py', 'opt/app/main.py']);
  });

  it.each([
    {
      title: 'has a program that lists its modules as explained',
      more: 'mod\texample.com/m\tv1.0.0\t\ndep\texample.com/a\tv0.1.0\n',
      unexplained: 0,
    },
    { title: 'names a program of which only the version of Go is known', more: 'build\tGOOS=linux\n', unexplained: 1 },
  ])('$title', async ({ more, unexplained }) => {
    const info = buildInfo('go1.22.3', `path\texample.com/m\n${more}`);
    const filler = { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false };
    const content = elfFile({ sections: [filler, { name: '.go.buildinfo', address: 0x60_0000, content: info }] });
    const { ledger } = await coverageOf([{ path: 'usr/bin/x', content, mode: 0o755 }]);

    expect(ledger.unexplained).toBe(unexplained);
    expect(ledger.classes.analysed.files).toBe(1 - unexplained);
  });

  it('counts a file that only a hard link leaves in sight, once', async () => {
    const { coverage, ledger } = await coverageOf(
      [{ path: 'opt/x', content: 'xx', mode: 0o755 }],
      [
        { path: 'opt/y', type: 'hardlink', linkTarget: 'opt/x' },
        { path: 'opt/z', type: 'hardlink', linkTarget: 'opt/x' },
      ],
      [{ path: 'opt/.wh.x' }],
    );

    expect(coverage.files).toBe(1);
    expect(ledger.executables).toMatchObject({ files: 1, bytes: 2 });
    expect(coverage.unexplained).toHaveLength(1);
  });

  it('names the first hundred of very many, and counts all', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ path: `opt/${5000 - i}.sh`, content: 'x' }));
    const { coverage, ledger } = await coverageOf(many);

    expect(ledger.unexplained).toBe(2500);
    expect(coverage.unexplained).toHaveLength(100);
    expect(coverage.unexplained[0]).toBe('opt/2501.sh');
  });
});
