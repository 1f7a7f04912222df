import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, runDrydock, runProgram } from './support/run.ts';

const bin = path.join(projectRoot, 'bin/drydock.js');

/** `npm test` builds first; whoever calls vitest alone may have changed something since. */
function isFresh(): boolean {
  const stamp = statSync(path.join(projectRoot, 'dist/.stamp'), { throwIfNoEntry: false });
  if (stamp === undefined) return false;
  const sources = globSync(['src/**/*.ts', 'bin/*'], { cwd: projectRoot }).filter((file) => !file.endsWith('.test.ts'));
  return sources.every((file) => statSync(path.join(projectRoot, file)).ctimeMs <= stamp.mtimeMs);
}

/** A Node.js of the system that is too old for us, where there is one. */
function oldNode(): string | undefined {
  for (const node of ['/usr/bin/node', '/usr/local/bin/node']) {
    if (!existsSync(node)) continue;
    const [major = 0, minor = 0] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      .split('.')
      .map(Number);
    if (major < 24 || (major === 24 && minor < 12)) return node;
  }
  return undefined;
}

describe('the built program', () => {
  it.skipIf(!isFresh())('does what the source does (skipped: dist is older than src, run npm test)', async () => {
    const environment = { SOURCE_DATE_EPOCH: '1700000000', XDG_CACHE_HOME: '/dev/null/cache' };
    for (const args of [['demo', '-f', 'json'], ['--help'], ['explain', 'versions', 'deb', '1', '2'], ['nonsense']]) {
      expect(await runProgram(process.execPath, [bin, ...args], { environment })).toEqual(
        await runDrydock(args, { environment }),
      );
    }
  });

  const old = oldNode();

  it.skipIf(old === undefined)('says that Node.js is too old, on one (skipped: the system has none)', async () => {
    const { status, stderr } = await runProgram(old!, [bin, 'version']);
    expect([status, stderr]).toEqual([69, expect.stringMatching(/^drydock needs Node\.js 24\.12 or newer; this is v/)]);
  });
});
