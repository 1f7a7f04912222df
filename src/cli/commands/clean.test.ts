import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layer, ociLayout } from '../../../test/support/image.ts';
import { noise } from '../../../test/support/noise.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';

const image = writeTemporary('image.tar', ociLayout({ layers: [layer([{ path: 'noise', content: noise(600_000) }])] }));

/** A cache folder with a kept layer, compiled code, a database, and something that is not ours. */
async function usedCache(): Promise<string> {
  const folder = path.join(temporaryFolder(), 'cache');
  const { status } = await runDrydock(['layers', image, '--cache-dir', folder]);
  expect(status).toBe(0);
  mkdirSync(path.join(folder, 'compiled/deep'), { recursive: true });
  writeFileSync(path.join(folder, 'compiled/deep/code'), 'code');
  writeFileSync(path.join(folder, 'advisories-1.db'), 'database');
  writeFileSync(path.join(folder, 'advisories-1.db-wal'), '');
  writeFileSync(path.join(folder, 'letter.txt'), 'mine');
  const outside = writeTemporary('outside/file', 'mine too');
  symlinkSync(path.dirname(outside), path.join(folder, 'compiled/link'));
  return folder;
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
    expect(readdirSync(folder).sort()).toEqual(['advisories-1.db', 'advisories-1.db-wal', 'letter.txt']);
  });

  it('removes the databases too when it is told so', async () => {
    const folder = await usedCache();

    const { stdout } = await runDrydock(['clean', '--all', '--cache-dir', folder, '-f', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({ removed: [{ files: 1 }, {}, { what: 'advisory databases', files: 2 }] });
    expect(readdirSync(folder)).toEqual(['letter.txt']);
  });

  it('has nothing to do where nothing was kept', async () => {
    const folder = path.join(temporaryFolder(), 'never/made');

    expect(await runDrydock(['clean', '--cache-dir', folder])).toMatchObject({ status: 0 });
  });
});
