import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layer, ociLayout } from '../../../test/support/image.ts';
import { noise } from '../../../test/support/noise.ts';
import { runDrydock, runProgram } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';

const image = writeTemporary('image.tar', ociLayout({ layers: [layer([{ path: 'noise', content: noise(600_000) }])] }));

/** A cache folder with a kept layer, compiled code, a database, and something that is not ours. */
async function usedCache(): Promise<string> {
  const folder = path.join(temporaryFolder(), 'cache');
  const { status } = await runDrydock(['layers', image, '--cache-dir', folder]);
  expect(status).toBe(0);
  await compileInto(path.join(folder, 'compiled'));
  writeFileSync(path.join(folder, 'advisories-2.db'), 'database');
  writeFileSync(path.join(folder, 'advisories-2.db-wal'), '');
  writeFileSync(path.join(folder, 'letter.txt'), 'mine');
  return folder;
}

/** What Node.js itself puts into a compile cache. */
async function compileInto(folder: string): Promise<void> {
  const script = `require('node:module').enableCompileCache(process.argv[1]); require(process.argv[2])`;
  const program = writeTemporary('program.cjs', 'exports.a = 1;');
  await runProgram(process.execPath, ['-e', script, folder, program]);
  expect(readdirSync(folder)).toHaveLength(1);
}

/** Somebody's project, whose folders are called as those of a cache are. */
function project(): { readonly folder: string; readonly files: readonly string[] } {
  const folder = temporaryFolder();
  const outside = writeTemporary('v24.21.0-x64-26889df8-0/0e0fac69', 'mine too');
  const files = [
    'compiled/main.js',
    'compiled/v24.21.0-x64-26889df8-0/notes.txt',
    'compiled/v1/0e0fac69',
    'compiled/0e0fac69',
    'layers/ab/map.json',
    'layers/terrain/1.tif',
    'layers/readme.tmp',
    'advisories-2.db.md',
    'advisories-2.db-wal/x',
  ].map((name) => path.join(folder, name));
  for (const file of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'mine');
  }
  symlinkSync(path.dirname(outside), path.join(folder, 'compiled/v24.21.0-x64-00000000-0'));
  symlinkSync(outside, path.join(folder, 'advisories-2.db'));
  return { folder, files: [...files, outside, path.join(folder, 'advisories-2.db')] };
}

describe('drydock clean', () => {
  it('removes what was kept, and nothing else', async () => {
    const folder = await usedCache();
    expect(readdirSync(folder)).toContain('layers');

    const { status, stdout } = await runDrydock(['clean', '--cache-dir', folder]);

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Removed the layer cache: 1 file, [\d.]+ k?B\.\nRemoved the compiled code: \d+ files?, .*\.\n$/,
    );
    expect(readdirSync(folder).sort()).toEqual(['advisories-2.db', 'advisories-2.db-wal', 'letter.txt']);
  });

  it('removes the databases too when it is told so', async () => {
    const folder = await usedCache();
    // What a killed process left of one that it built, imported or pulled.
    for (const name of ['building-7-wal', 'importing-7-delta', `pulling-7-${'0a'.repeat(8)}`]) {
      writeFileSync(path.join(folder, `advisories-2.db.${name}`), '');
    }

    const { stdout } = await runDrydock(['clean', '--all', '--cache-dir', folder, '-f', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({ removed: [{ files: 1 }, {}, { what: 'advisory databases', files: 5 }] });
    expect(readdirSync(folder)).toEqual(['letter.txt']);
  });

  it('leaves the files of a project that its cache folder is', async () => {
    const { folder, files } = project();

    const { status, stdout } = await runDrydock(['clean', '--all', '--cache-dir', folder, '-f', 'json']);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ removed: [{ files: 0 }, { files: 0 }, { files: 0 }] });
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each<[string, (folder: string) => void, string]>([
    ['are links', (folder) => symlinkSync(project().folder, folder), 'it is a link'],
    [
      'others may write to',
      (folder) => {
        mkdirSync(folder);
        chmodSync(folder, 0o777);
      },
      'others may write to it',
    ],
  ])('leaves folders alone that %s, and says so', async (_, make, reason) => {
    const folder = temporaryFolder();
    for (const name of ['layers', 'compiled']) make(path.join(folder, name));

    const { status, stderr } = await runDrydock(['clean', '--cache-dir', folder]);

    expect(status).toBe(0);
    expect(stderr.split('\n').filter((line) => line.includes(`reason="${reason}"`))).toHaveLength(2);
    expect(readdirSync(folder)).toEqual(['compiled', 'layers']);
  });

  it('has nothing to do where nothing was kept', async () => {
    const folder = path.join(temporaryFolder(), 'never/made');

    expect(await runDrydock(['clean', '--cache-dir', folder])).toMatchObject({ status: 0 });
  });
});
