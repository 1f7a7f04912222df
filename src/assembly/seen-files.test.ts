import { describe, expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { SeenFile } from '../model/view.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const status = 'Package: hello\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0\n';

async function seen(directories: boolean): Promise<readonly string[]> {
  const context = layersContext();
  const image = imageOf(
    [
      { path: 'usr/bin', type: 'directory', mode: 0o755 },
      { path: 'usr/bin/hello', content: 'packed', mode: 0o4755 },
      { path: 'usr/bin/again', type: 'hardlink', linkTarget: 'usr/bin/hello' },
      { path: 'usr/bin/gone', content: 'gone' },
      { path: 'var/lib/dpkg/status', content: status },
      { path: 'var/lib/dpkg/info/hello.list', content: '/.\n/usr/bin/hello\n' },
    ],
    [
      { path: 'usr/bin/.wh.gone' },
      { path: 'srv/run', content: 'run', uid: 5, gid: 6, capabilities: Buffer.from('0100000202', 'hex') },
      { path: 'srv/link', type: 'symlink', linkTarget: 'run' },
    ],
  );
  const analyzers = ecosystems.flatMap((ecosystem) => ecosystem.analyzers);
  const layers = await readLayers(image, analyzers, context, {});
  const { view } = await assembleImage(image, layers, analyzers, ecosystems, context);
  const files: string[] = [];
  const note = (file: SeenFile): void => {
    const { layer, type, mode, uid, gid, size } = file;
    if (file.path().startsWith('var')) return;
    const words = [layer, file.path(), type, mode.toString(8), `${uid}:${gid}`, size];
    files.push([...words, file.capabilities() ?? '-', file.bringer() ?? '-'].join(' '));
  };
  view.each(note, { directories });
  return files.sort();
}

const files = [
  '0 usr/bin/again file 4755 0:0 6 - -',
  '0 usr/bin/hello file 4755 0:0 6 - hello',
  '1 srv/link symlink 777 0:0 0 - -',
  '1 srv/run file 644 5:6 3 0100000202 -',
];

describe('files in sight', () => {
  it('are shown once, hidden ones are not, and a hard link shows what it leads to', async () => {
    expect(await seen(false)).toEqual(files);
  });

  it('are followed by directories that a layer lists', async () => {
    expect(await seen(true)).toEqual(['0 usr/bin directory 755 0:0 0 - -', ...files].sort());
  });
});
