import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test/support/temporary.ts';
import { makeFolder } from './make-folder.ts';

describe('makeFolder', () => {
  it('makes what is missing, with the mode that is asked for, and leaves what is there', () => {
    const folder = path.join(temporaryFolder(), 'a', 'b');
    makeFolder(folder, 0o700);
    makeFolder(folder, 0o755);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each(['below a file', 'where none can be made'])('ends with an error %s', (where) => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const folder = where === 'below a file' ? path.join(file, 'a', 'b') : '/proc/nowhere/a';
    const module = fileURLToPath(new URL('make-folder.ts', import.meta.url));
    const script = `import { makeFolder } from ${JSON.stringify(module)}; try { makeFolder(process.argv[1]); } catch (error) { console.log(error.code); }`;
    // In a process of its own: what never returns cannot be timed out in this one.
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script, folder], {
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    expect({ stdout: stdout.trim(), signal }).toEqual({
      stdout: expect.stringMatching(/^ENOTDIR|ENOENT$/),
      signal: null,
    });
    expect(existsSync(folder)).toBe(false);
  });
});
