import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { releasePaths } from '../../model/distribution.ts';
import { releaseFiles } from './files.ts';

describe('releaseFiles', () => {
  it('asks for the release files, and for nothing else', async () => {
    const others = ['etc/os-releasf', 'etc/issue', 'etc/motd.release', 'opt/etc/os-release', 'usr/bin/which'];

    const { asked } = await readLayerWith(
      releaseFiles,
      [...others, ...releasePaths].map((path) => ({ path, content: 'ID=x\n' })),
    );

    expect(asked).toEqual([...releasePaths].sort());
  });

  it('keeps the text, at most 64 KiB of it, and tells of the rest', async () => {
    const { facts, problems } = await readLayerWith(releaseFiles, [
      { path: 'etc/os-release', content: 'ID=debian\n' },
      { path: 'etc/alpine-release', content: 'x'.repeat(70_000) },
    ]);

    expect(facts).toEqual([
      { kind: 'release', path: 'etc/os-release', text: 'ID=debian\n' },
      { kind: 'release', path: 'etc/alpine-release', text: 'x'.repeat(65_536) },
    ]);
    expect(problems).toMatchObject([{ code: 'file.too-large', path: 'etc/alpine-release' }]);
  });

  it('makes nothing of links and directories', async () => {
    const { facts } = await readLayerWith(releaseFiles, [
      { path: 'etc/os-release', type: 'symlink', linkTarget: '../usr/lib/os-release' },
      { path: 'etc/lsb-release', type: 'directory' },
    ]);

    expect(facts).toEqual([]);
  });
});
