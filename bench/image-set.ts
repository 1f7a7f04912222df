// The images that figures are measured on, built from Debian packages without an image registry.
//   node bench/image-set.ts [NAME...]        builds what is missing and says what is there
// Minutes and gigabytes: better run under `nice`. Needs root, and from Debian: mmdebstrap, docker.io, skopeo, npm.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dockerArchive } from '../test/support/image.ts';
import { withDockerEngine } from './docker-engine.ts';
import { countImage } from './image-counts.ts';

/** Where bench images are kept between runs: they take minutes to build. */
export const folder: string = process.env['DRYDOCK_BENCH_DIR'] ?? path.join(tmpdir(), 'drydock-bench');

export const imageNames = ['min', 'py', 'app'] as const;
export type ImageName = (typeof imageNames)[number];

/** One image in all its forms. */
export interface BenchImage {
  /** As `docker save` writes it, layers uncompressed. */
  readonly plain: string;
  /** OCI archives, and the same as OCI layout folders. */
  readonly gzip: string;
  readonly gzipFolder: string;
  readonly zstd: string;
  readonly zstdFolder: string;
}

export function benchImage(name: ImageName): BenchImage {
  const at = (suffix: string): string => path.join(folder, `${name}${suffix}`);
  return {
    plain: at('.tar'),
    gzip: at('-gz.tar'),
    gzipFolder: at('-gz'),
    zstd: at('-zst.tar'),
    zstdFolder: at('-zst'),
  };
}

/** Whether an image is there in every form. */
export function isBuilt(name: ImageName): boolean {
  return Object.values(benchImage(name)).every((file) => existsSync(file));
}

/** Dependencies of `app`'s tree of modules, as of one day: what they pull in does not change from build to build. */
const modules = {
  before: '2025-06-01',
  dependencies: {
    '@angular/cli': '19.0.0',
    eslint: '8.57.1',
    express: '4.21.2',
    jest: '29.7.0',
    lodash: '4.17.20',
    'react-scripts': '5.0.1',
    webpack: '5.97.0',
  },
};

/** Makes `target` by `make`, which is given another path to write to: half of a file never has the name of a whole. */
function whole(target: string, make: (unfinished: string) => void): void {
  if (existsSync(target)) return;
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  console.error(`building ${target} ...`);
  make(unfinished);
  renameSync(unfinished, target);
}

function run(program: string, words: readonly string[], cwd?: string): void {
  const { error, status } = spawnSync(program, words, { stdio: ['ignore', 2, 2], cwd: cwd ?? folder });
  if (error !== undefined) throw new Error(`${program} is needed`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: status ${status}`);
}

/** A root file system made by mmdebstrap from the machine's Debian mirror, as a tar: the layer of `min`. */
export function baseLayer(): string {
  const file = path.join(folder, 'trixie.tar');
  mkdirSync(folder, { recursive: true });
  whole(file, (unfinished) =>
    run('mmdebstrap', ['--quiet', '--variant=minbase', '--format=tar', 'trixie', unfinished]),
  );
  return file;
}

function applicationFolder(): string {
  const context = path.join(folder, 'context', 'app');
  mkdirSync(path.dirname(context), { recursive: true });
  whole(context, (unfinished) => {
    mkdirSync(unfinished);
    const about = { name: 'bench-app', version: '1.0.0', private: true, dependencies: modules.dependencies };
    writeFileSync(path.join(unfinished, 'package.json'), `${JSON.stringify(about, undefined, 2)}\n`);
    const words = ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
    run('npm', [...words, '--before', modules.before], unfinished);
  });
  return path.dirname(context);
}

async function buildWithDocker(names: readonly ImageName[]): Promise<void> {
  const missing = names.filter((name) => !existsSync(benchImage(name).plain));
  if (missing.length === 0) return;
  const base = baseLayer();
  const empty = path.join(folder, 'context', 'empty');
  mkdirSync(empty, { recursive: true });
  const context = missing.includes('app') ? applicationFolder() : empty;
  await withDockerEngine(folder, (engine) => {
    engine.run('import', base, 'bench:min');
    for (const name of missing) {
      const dockerfile = path.join(context, `${name}.Dockerfile`);
      cpSync(path.join(import.meta.dirname, 'dockerfiles', `${name}.Dockerfile`), dockerfile);
      whole(benchImage(name).plain, (unfinished) => {
        const tag = `bench:${name}`;
        engine.run('build', '--quiet', '--network', 'host', '--tag', tag, '--file', dockerfile, context);
        engine.run('save', '--output', unfinished, tag);
      });
    }
  });
}

/** The other forms of an image, from its `docker save` archive. */
function convert(name: ImageName): void {
  const image = benchImage(name);
  const forms = [
    ['gzip', image.gzip, image.gzipFolder],
    ['zstd', image.zstd, image.zstdFolder],
  ] as const;
  for (const [compression, archive, layout] of forms) {
    whole(archive, (unfinished) => {
      const quiet = ['--tmpdir', folder, '--insecure-policy', 'copy', '--quiet', '--dest-compress-format', compression];
      run('skopeo', [...quiet, `docker-archive:${image.plain}`, `oci-archive:${unfinished}:bench`]);
    });
    whole(layout, (unfinished) => {
      mkdirSync(unfinished);
      run('tar', ['-xf', archive, '-C', unfinished]);
    });
  }
}

/** Builds what is missing of the named images. */
export async function buildImages(names: readonly ImageName[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (names.includes('min')) {
    whole(benchImage('min').plain, (unfinished) => {
      const layers = [readFileSync(baseLayer())];
      const history = [{ created_by: 'ADD rootfs.tar / # buildkit' }];
      writeFileSync(unfinished, dockerArchive({ layers, history, repoTags: ['bench:min'], layout: 'blobs' }));
    });
  }
  await buildWithDocker(names.filter((name) => name !== 'min'));
  for (const name of names) convert(name);
}

function megabytes(file: string): string {
  return `${(statSync(file).size / 1e6).toFixed(0)} MB`;
}

if (import.meta.main) {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(imageNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`There is no image ${unknown}; there are ${imageNames.join(', ')}.`);
  const names = asked.length === 0 ? imageNames : (asked as ImageName[]);
  await buildImages(names);
  console.log('| name | layers | debs | entries | whiteouts | raw | gz | zst |\n|---|---|---|---|---|---|---|---|');
  for (const name of names) {
    const { plain, gzip, zstd } = benchImage(name);
    const { layers, debs, entries, whiteouts } = countImage(plain);
    const cells = [name, layers, debs, entries, whiteouts, megabytes(plain), megabytes(gzip), megabytes(zstd)];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(execFileSync('du', ['-sh', folder], { encoding: 'utf8' }).trim());
}
