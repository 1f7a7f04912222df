import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dockerArchive, ociLayout } from '../test/support/image.ts';

/** Where bench images are kept between runs: they take minutes to build. */
export const folder: string = process.env['DRYDOCK_BENCH_DIR'] ?? path.join(tmpdir(), 'drydock-bench');

/** A root file system made by mmdebstrap from the machine's Debian mirror, as a tar. */
function rootFileSystem(suite: string): string {
  const file = path.join(folder, `${suite}.tar`);
  if (existsSync(file)) return file;
  if (spawnSync('mmdebstrap', ['--version']).status !== 0) throw new Error('mmdebstrap is needed (Debian package)');
  mkdirSync(folder, { recursive: true });
  console.error(`building ${file} ...`);
  execFileSync('mmdebstrap', ['--quiet', '--variant=minbase', suite, file], { stdio: 'inherit' });
  return file;
}

/** `min` of the benchmark set: debian:trixie, one layer, in the three forms a layer can have. */
export function minimalImages(): {
  readonly plain: string;
  readonly gzip: string;
  readonly zstd: string;
  /** The layer alone, uncompressed: what floors are measured on. */
  readonly layer: string;
} {
  const layer = rootFileSystem('trixie');
  const images = {
    plain: path.join(folder, 'min.tar'),
    gzip: path.join(folder, 'min-gz.tar'),
    zstd: path.join(folder, 'min-zst.tar'),
  };
  if (!Object.values(images).every((file) => existsSync(file))) {
    const image = {
      layers: [readFileSync(layer)],
      history: [{ created_by: 'ADD rootfs.tar / # buildkit' }],
      repoTags: ['bench:min'],
    };
    writeFileSync(images.plain, dockerArchive({ ...image, layout: 'blobs' }));
    writeFileSync(images.gzip, ociLayout({ ...image, compression: 'gzip' }));
    writeFileSync(images.zstd, ociLayout({ ...image, compression: 'zstd' }));
  }
  return { ...images, layer };
}
