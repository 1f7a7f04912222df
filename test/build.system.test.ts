import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { oldNode } from './support/old-node.ts';
import { isBuildFresh, sourceEntry } from './support/program.ts';
import { projectRoot, runProgram } from './support/run.ts';

const bin = path.join(projectRoot, 'bin/drydock.js');

describe('the built program', () => {
  it.skipIf(!isBuildFresh())('does what the source does (skipped: dist is older than src, run npm test)', async () => {
    const environment = { SOURCE_DATE_EPOCH: '1700000000', XDG_CACHE_HOME: '/dev/null/cache' };
    for (const args of [
      ['demo', '-f', 'json', '--no-progress'],
      ['--help'],
      ['explain', 'versions', 'deb', '1', '2'],
      ['nonsense'],
    ]) {
      expect(await runProgram(process.execPath, [bin, ...args], { environment })).toEqual(
        await runProgram(process.execPath, [sourceEntry, ...args], { environment }),
      );
    }
  });

  const old = oldNode();

  it.skipIf(old === undefined)('says that Node.js is too old, on one (skipped: the system has none)', async () => {
    const { status, stderr } = await runProgram(old!, [bin, 'version']);
    expect([status, stderr]).toEqual([69, expect.stringMatching(/^drydock needs Node\.js 24\.12 or newer; this is v/)]);
  });
});
