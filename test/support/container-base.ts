import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { projectRoot } from './run.ts';
import { temporaryFolder } from './temporary.ts';

/** What tools/prepare.sh and the build file call. */
const programs =
  'sh dirname basename readlink ls find cksum sort tr sed cat cp mkdir mv rm rmdir grep touch uname chmod tail sleep env';

/** Dependencies that a build does not need, and leftovers of test runs. */
const leftOut = ['.cache', '.vite*', '@biomejs', '.drydock-lock'];

const whereIs = (program: string): string =>
  realpathSync(execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim());

/** The folder of the npm that is installed, or undefined. */
function npmFolder(): string | undefined {
  if (spawnSync('npm', ['--version']).status !== 0) return undefined;
  const folder = path.resolve(whereIs('npm'), '../..');
  return existsSync(path.join(folder, 'bin/npm-cli.js')) ? folder : undefined;
}

function copyLibraries(root: string, files: readonly string[]): void {
  for (const file of files) {
    // Static programs have none, and ldd says so by its status.
    const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8' });
    for (const [library] of stdout.matchAll(/\/[^\s:]+(?= \()/g)) {
      mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
      copyFileSync(library, path.join(root, library));
    }
  }
}

function emptyRoot(): string {
  const root = temporaryFolder();
  chmodSync(root, 0o755);
  mkdirSync(path.join(root, 'usr/bin'), { recursive: true });
  mkdirSync(path.join(root, 'tmp'));
  chmodSync(path.join(root, 'tmp'), 0o1777);
  return root;
}

const nodeFile = (): string => globSync('node_modules/node-linux-*/bin/node', { cwd: projectRoot })[0] ?? '';

/**
 * What stands for the public image with a shell and npm: programs of this machine, and the dependencies of this checkout,
 * so that a build needs no network.
 * @returns the folder, or why there can be none
 */
export function buildRoot(): { readonly root: string } | { readonly why: string } {
  const npm = npmFolder();
  if (npm === undefined) return { why: 'there is no npm to give it' };
  if (nodeFile() === '') return { why: 'the checkout has no Node.js of its own' };
  const root = emptyRoot();
  const files: string[] = [];
  for (const name of programs.split(' ')) {
    const file = whereIs(name);
    copyFileSync(file, path.join(root, 'usr/bin', name));
    files.push(file);
  }
  const modules = realpathSync(path.join(projectRoot, 'node_modules'));
  copyLibraries(root, [...files, nodeFile(), ...globSync(path.join(modules, '@rolldown/*/*.node'))]);
  symlinkSync('usr/bin', path.join(root, 'bin'));
  mkdirSync(path.join(root, 'usr/lib'));
  cpSync(npm, path.join(root, 'usr/lib/npm'), { recursive: true });
  symlinkSync('../lib/npm/bin/npm-cli.js', path.join(root, 'usr/bin/npm'));
  const copied = path.join(root, 'drydock/node_modules');
  mkdirSync(copied, { recursive: true });
  execFileSync(
    '/bin/sh',
    ['-c', 'from=$1; to=$2; shift 2; tar -C "$from" "$@" -cf - . | tar -C "$to" -xf -', 'sh'].concat(
      modules,
      copied,
      leftOut.map((name) => `--exclude=./${name}`),
    ),
  );
  symlinkSync(path.join('/drydock', nodeFile()), path.join(root, 'usr/bin/node'));
  const lock = ['package-lock.json', 'tools/node/package.json', 'web/package.json'].map((name) =>
    readFileSync(path.join(projectRoot, name)),
  );
  writeFileSync(path.join(copied, '.drydock-lock'), execFileSync('cksum', { input: Buffer.concat(lock) }));
  return { root };
}

/** What stands for the public image without a shell: the libraries that Node.js needs, and certificates. */
export function runRoot(): string {
  const root = emptyRoot();
  copyLibraries(root, [nodeFile()]);
  mkdirSync(path.join(root, 'etc/ssl/certs'), { recursive: true });
  for (const file of globSync('/etc/ssl/certs/ca-certificates.crt')) copyFileSync(file, path.join(root, file));
  return root;
}
