import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { layer } from './image.ts';
import type { TarEntry } from './tar.ts';
import { temporaryFolder } from './temporary.ts';

/** Why packages of Debian cannot be downloaded here, or undefined where they can. */
export function whyNoDebs(): string | undefined {
  for (const program of ['apt-get', 'dpkg-deb']) {
    if (spawnSync(program, ['--version']).status !== 0) return `${program} is not installed`;
  }
  return spawnSync('apt-get', ['download', '-qq', 'base-files'], { cwd: temporaryFolder() }).status === 0
    ? undefined
    : 'no mirror of Debian can be reached';
}

/** Packages of Debian as the layers that installing them leaves: their files, then the database that lists them. */
export function installedDebs(names: readonly string[]): { readonly files: readonly Buffer[]; readonly base: Buffer } {
  const folder = temporaryFolder();
  execFileSync('apt-get', ['download', '-qq', ...names], { cwd: folder, stdio: 'ignore' });
  const debs = readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .toSorted()
    .map((name) => path.join(folder, name));
  const dpkg = (...words: readonly string[]): Buffer => execFileSync('dpkg-deb', words, { maxBuffer: 1 << 30 });
  const stanzas: string[] = [];
  const info: TarEntry[] = [];
  for (const deb of debs) {
    const control = dpkg('-f', deb).toString();
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
    stanzas.push(control.trimEnd().replace('\n', '\nStatus: install ok installed\n'));
    const owner = field('Multi-Arch') === 'same' ? `${field('Package')}:${field('Architecture')}` : field('Package');
    const paths = dpkg('-c', deb)
      .toString()
      .split('\n')
      .map((line) => /\s\.(\/\S*?)\/?(?: -> .*| link to .*)?$/.exec(line)?.[1])
      .filter((file) => file !== undefined)
      .map((file) => (file === '' ? '/.' : file));
    info.push({ path: `var/lib/dpkg/info/${owner}.list`, content: `${paths.join('\n')}\n` });
  }
  const release = 'ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_CODENAME=trixie\n';
  return {
    files: debs.map((deb) => dpkg('--fsys-tarfile', deb)),
    base: layer([
      { path: 'etc/os-release', content: release },
      { path: 'var/lib/dpkg/status', content: `${stanzas.join('\n\n')}\n` },
      ...info,
    ]),
  };
}
