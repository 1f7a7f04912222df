import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scanOne } from '../../../test/support/scan.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Package } from '../../model/package.ts';
import { programOf } from './known-programs.ts';

/** What Debian installed here that a row names, as far as it is not too much to be copied: browsers have 300 MB. */
const MOST_BYTES = 32 * 1024 * 1024;
const folders = ['/usr/bin', '/usr/sbin', '/usr/lib/git-core', '/usr/lib/openssh', '/usr/libexec/sudo'];
/** At least so many different programs: tools/test-programs.sh installs more. */
const LEAST = 30;
/** There they are installed, and fewer is a failure; who has fewer elsewhere is told why nothing was counted. */
const isCi = process.env['CI'] !== undefined;

/** Why what a program says of itself is not what its package does. */
const told: Readonly<Record<string, string>> = {
  'openssh 10.0p1': '10.0p2', // what was published as 10.0p1 says so
};

interface Installed {
  readonly file: string;
  readonly program: string;
  /** What dpkg says, without what Debian adds. */
  readonly version: string;
  /** It is as dpkg installed it: machines are made in ways that leave the database behind. */
  readonly isProven: boolean;
}

function upstreamOf(version: string): string {
  const upstream = version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
  return upstream.replace(/[+~](?:dfsg|ds|repack|really|git)[\d.]*$/, '').replace(/\.([a-z])$/, '$1');
}

/** The files of rows that this machine has, with the versions of their packages. */
function installedHere(): readonly Installed[] {
  const libraries = readdirSync('/usr/lib')
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => `/usr/lib/${name}`);
  const servers = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const files = new Map<string, string>();
  for (const folder of [...folders, ...libraries, ...servers.map((name) => `/usr/lib/postgresql/${name}/bin`)]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const program = programOf(name);
      const file = path.join(folder, name);
      if (program === undefined || !existsSync(file)) continue;
      const { size } = statSync(file);
      if (size > 8192 && size < MOST_BYTES) files.set(realpathSync(file), program.name);
    }
  }
  const owners = execFileSync('dpkg', ['-S', ...files.keys()], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const versions = versionsOfDpkg();
  return owners.split('\n').flatMap((line) => {
    const [, owner = '', file = ''] = /^([^, ]+): (\S+)$/.exec(line) ?? [];
    const program = files.get(file);
    const version = versions.get(owner.replace(/:.*/, ''));
    return program === undefined || version === undefined
      ? []
      : [{ file, program, version: upstreamOf(version), isProven: isProven(file, owner) }];
  });
}

/** @param owner with its architecture, where dpkg tells several apart */
function isProven(file: string, owner: string): boolean {
  const list = path.join(INFO, `${owner}.md5sums`);
  if (!existsSync(list)) return false;
  const digest = createHash('md5').update(readFileSync(file)).digest('hex');
  return readFileSync(list, 'utf8').includes(`${digest}  ${file.slice(1)}\n`);
}

function versionsOfDpkg(): ReadonlyMap<string, string> {
  const lines = execFileSync('dpkg-query', ['-W', '-f', '\u0024{Package} \u0024{Version}\n'], { encoding: 'utf8' });
  return new Map(lines.split('\n').map((line) => line.split(' ', 2) as [string, string]));
}

const INFO = '/var/lib/dpkg/info';
const isDebian = existsSync('/var/lib/dpkg/status');

describe.skipIf(!isDebian)('programs of Debian without its database (needs Debian)', () => {
  let installed: readonly Installed[] = [];
  let packages: readonly Package[] = [];
  /** Programs that told the version that dpkg knows. */
  const right: Set<string> = new Set();

  beforeAll(async () => {
    installed = installedHere();
    const root = temporaryFolder();
    for (const file of [...installed.map((one) => one.file), '/usr/lib/os-release']) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
      copyFileSync(file, path.join(root, file));
    }
    packages = (await scanOne(root, { checks: [] })).packages;
  });

  it('have the versions that dpkg knows', () => {
    const found = new Map(
      packages.flatMap(({ name, version, locations }) => locations.map((at) => [at, `${name} ${version}`])),
    );
    const wrong: string[] = [];
    for (const { file, program, version, isProven } of installed) {
      const is = found.get(file.slice(1));
      const expected = `${program} ${told[`${program} ${version}`] ?? version}`;
      if (is === expected) right.add(program);
      else if (is !== undefined && isProven) wrong.push(`${file}: ${is} instead of ${expected}`);
    }
    expect(wrong).toEqual([]);
    const silent = installed.filter(({ program, isProven }) => isProven && !right.has(program));
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  it('are enough of them', (context) => {
    const there = new Set(installed.map(({ program }) => program)).size;
    if (!isCi && there < LEAST) context.skip(`${there} programs are installed (sh tools/test-programs.sh)`);
    expect(right.size, [...right].sort().join(' ')).toBeGreaterThanOrEqual(LEAST);
  });
});
