import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './run.ts';
import type { TarEntry } from './tar.ts';
import { temporaryFolder } from './temporary.ts';

/** Why images that act cannot be built here, or undefined where they can. */
export function whyNoActs(): string | undefined {
  if (spawnSync('cc', ['--version']).status !== 0) return 'there is no C compiler';
  return spawnSync('dpkg-query', ['-s', 'busybox-static']).status === 0
    ? undefined
    : 'busybox-static is no package here';
}

let compiled: Buffer | undefined;

/** The program that does what rules look for (inert-acts.c): it needs no libraries. */
export function actsProgram(): Buffer {
  if (compiled === undefined) {
    const file = path.join(temporaryFolder(), 'acts');
    execFileSync('cc', ['-O1', '-static', '-pthread', '-o', file, path.join(projectRoot, 'test/support/inert-acts.c')]);
    compiled = readFileSync(file);
  }
  return compiled;
}

/** What dpkg of this machine says of busybox, for an image that has it from there. */
export function busyboxPackage(): { readonly version: string; readonly entries: readonly TarEntry[] } {
  const status = execFileSync('dpkg-query', ['-s', 'busybox-static'], { encoding: 'utf8' });
  return {
    version: /^Version: (.+)$/m.exec(status)![1]!,
    entries: [
      { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n' },
      { path: 'var/lib/dpkg/status', content: status },
      { path: 'var/lib/dpkg/info/busybox-static.list', content: '/.\n/bin\n/bin/busybox\n' },
    ],
  };
}

const file = (place: string, content: string | Buffer = 'x\n', mode = 0o644): TarEntry => ({
  path: place,
  content,
  mode,
});

/** Files that the acts are about, and a script that does them one after the other and then serves. */
export function actingFiles(script: readonly string[]): readonly TarEntry[] {
  const acts = actsProgram();
  return [
    ...busyboxPackage().entries,
    file('opt/acts', acts, 0o755),
    file('opt/worker', acts, 0o755),
    file('usr/sbin/nginx', acts, 0o755),
    ...['sbin/apk', 'usr/bin/nmap', 'usr/bin/dpkg'].map((name) => file(name, acts, 0o755)),
    file('usr/bin/tool', acts, 0o755),
    ...['etc/cron.d/image', 'etc/shadow', 'root/.bash_history', 'root/.ssh/id_rsa', 'var/log/wtmp', 'etc/app.conf'].map(
      (name) => file(name),
    ),
    ...Array.from({ length: 50 }, (_, index) => file(`srv/data/${index}.txt`)),
    // Where it runs is no folder for temporary files.
    { path: 'var/lib/work', type: 'directory', mode: 0o777 },
    file('start.sh', `#!/bin/sh\ncd /var/lib/work\n${script.join('\n')}\nexec httpd -f -p 8080\n`, 0o755),
  ];
}
