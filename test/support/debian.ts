import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Package } from '../../src/model/package.ts';
import { temporaryFolder } from './temporary.ts';

/** A package as dpkg-query tells it. */
export interface DpkgTruth {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly source: string;
  readonly sourceVersion: string;
}

/** Why a test that builds a real Debian image was skipped, or undefined where it can run. */
export function whyNoDebian(): string | undefined {
  for (const program of ['mmdebstrap', 'dpkg-query']) {
    if (spawnSync(program, ['--version']).status !== 0) return `${program} is not installed`;
  }
  return process.getuid?.() === 0 ? undefined : 'mmdebstrap needs root here';
}

/**
 * Builds a root file system from the machine's Debian mirror.
 * @returns its tar, or the reason why there is none (no mirror can be reached)
 */
export function debianRoot(
  suite: string,
  include: readonly string[] = [],
): { readonly tar?: string; readonly why?: string } {
  const tar = path.join(temporaryFolder(), `${suite}.tar`);
  const more = include.length === 0 ? [] : [`--include=${include.join(',')}`];
  const built = spawnSync('mmdebstrap', ['--quiet', '--variant=minbase', ...more, suite, tar], { encoding: 'utf8' });
  return built.status === 0 ? { tar } : { why: `mmdebstrap could not build ${suite}: ${built.stderr.slice(-300)}` };
}

/** What dpkg-query itself says of the database in a root file system. */
export function dpkgTruth(tar: string): readonly DpkgTruth[] {
  const root = path.join(temporaryFolder(), 'root');
  mkdirSync(root);
  execFileSync('tar', ['-xf', tar, '-C', root, './var/lib/dpkg']);
  const form = '${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}\n';
  const output = execFileSync('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '-W', `-f=${form}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields[5] !== 'config-files' && fields[5] !== 'not-installed')
    .map(
      ([name, version, arch, source, sourceVersion]) => ({ name, version, arch, source, sourceVersion }) as DpkgTruth,
    )
    .sort(byName);
}

/** Packages of a scan in the same form. */
export function asTruth(packages: readonly Package[]): readonly DpkgTruth[] {
  return packages
    .map((pkg) => ({
      name: pkg.name,
      version: pkg.version,
      arch: pkg.arch ?? '',
      source: pkg.source?.name ?? pkg.name,
      sourceVersion: pkg.source?.version ?? pkg.version,
    }))
    .sort(byName);
}

function byName(a: DpkgTruth, b: DpkgTruth): number {
  const left = `${a.name}:${a.arch}`;
  const right = `${b.name}:${b.arch}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
