import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../../formats/byte-source.ts';
import { executablesOf } from '../../formats/executables/executable.ts';
import { findBuildInfo } from '../../formats/go/build-info.ts';
import { parseModuleInfo } from '../../formats/go/module-info.ts';

function run(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
  } catch {
    return undefined;
  }
}

const goRoot = run('go', 'env', 'GOROOT')?.trim();
if (goRoot === undefined) process.stderr.write('skipped: go is not installed, which tells what is in its programs\n');

/** Programs of Go and of others that a machine may have. */
const files =
  goRoot === undefined
    ? []
    : [
        ...new Set(
          [
            path.join(goRoot, 'bin'),
            path.join(goRoot, 'pkg/tool'),
            '/usr/bin',
            '/usr/sbin',
            '/usr/libexec',
            '/usr/lib/cni',
            '/usr/local/bin',
          ].flatMap((folder) => (run('go', 'version', folder) ?? '').split('\n').map((line) => line.split(': go')[0]!)),
        ),
      ].filter((file) => file !== '');

/** What `go version -m` writes of a file, in its own form. */
function told(file: string): string | undefined {
  const text = run('go', 'version', '-m', file);
  return text
    ?.slice(file.length + 2)
    .replaceAll('\n\t', '\n')
    .trim();
}

describe.skipIf(files.length === 0)('go version -m', () => {
  it.each(files.slice(0, 60).map((file) => [file]))('says the same of %s', (file) => {
    const [program] = executablesOf(new MemorySource(readFileSync(realpathSync(file))));

    const info = findBuildInfo(program!, false);

    expect(`${info?.goVersion}\n${info?.modules}`.trim()).toBe(told(file));
    const lines = info!.modules.split('\n').filter((line) => line.startsWith('dep\t'));
    expect(parseModuleInfo(info!.modules).dependencies).toHaveLength(lines.length);
  });
});
