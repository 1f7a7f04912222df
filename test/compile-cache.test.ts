import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './support/run.ts';
import { temporaryFolder } from './support/temporary.ts';

const isRoot = process.getuid?.() === 0;

/** Starts the real program in a package of ours. @returns where it lets Node.js keep compiled code */
function compiledInto(cache: string): string | undefined {
  const root = temporaryFolder();
  mkdirSync(path.join(root, 'dist/bundle'), { recursive: true });
  cpSync(path.join(projectRoot, 'bin'), path.join(root, 'bin'), { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(
    path.join(root, 'dist/bundle/main.js'),
    "import { getCompileCacheDir } from 'node:module';\nprocess.stdout.write(getCompileCacheDir() ?? '');\n",
  );
  const env = { PATH: process.env['PATH'], HOME: root, DRYDOCK_CACHE_DIR: cache };
  const told = execFileSync(process.execPath, [path.join(root, 'bin/drydock.js')], { env, encoding: 'utf8' });
  return told === '' ? undefined : path.dirname(told);
}

describe('compiled code is kept', () => {
  it.each<[string, (cache: string) => void, boolean]>([
    ['in a folder that is not there yet', () => {}, true],
    ['in a folder of this user', (cache) => mkdirSync(cache, { mode: 0o755 }), true],
    [
      'behind a link to such a folder',
      (cache) => {
        mkdirSync(cache, { mode: 0o755 });
        renameSync(cache, `${cache}-elsewhere`);
        symlinkSync(`${cache}-elsewhere`, cache);
      },
      true,
    ],
    [
      'not where others may write',
      (cache) => {
        mkdirSync(path.join(cache, 'compiled'), { recursive: true });
        chmodSync(path.join(cache, 'compiled'), 0o777);
      },
      false,
    ],
    [
      'not where others may put another folder in its place',
      (cache) => {
        mkdirSync(path.join(cache, 'compiled'), { recursive: true });
        chmodSync(cache, 0o777);
      },
      false,
    ],
    [
      'not in a link',
      (cache) => {
        mkdirSync(path.join(cache, 'other'), { recursive: true });
        symlinkSync('other', path.join(cache, 'compiled'));
      },
      false,
    ],
    [
      'not where a file is',
      (cache) => {
        mkdirSync(cache);
        writeFileSync(path.join(cache, 'compiled'), '');
      },
      false,
    ],
  ])('%s', (_, make, expected) => {
    const cache = path.join(temporaryFolder(), 'cache');
    make(cache);

    expect(compiledInto(cache)).toBe(expected ? path.join(cache, 'compiled') : undefined);
  });

  it.skipIf(!isRoot).each(['', 'compiled'])('not where another user owns it: cache/%s', (owned) => {
    const cache = path.join(temporaryFolder(), 'cache');
    mkdirSync(path.join(cache, 'compiled'), { recursive: true });
    chownSync(path.join(cache, owned), 12345, 12345);

    expect(compiledInto(cache)).toBeUndefined();
  });
});
