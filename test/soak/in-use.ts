// Runs nginx, redis and memcached of Debian by `drydock observe`, while fanotify writes down from outside what the container
// opens and starts. The packages of those files, as dpkg says, are to be those that the report calls in use. Root, Debian:
//   node test/soak/in-use.ts [docker|podman] [TAR OF THE ROOT] [OPTION...]
// Exit status 1: they differ.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../../src/model/report.ts';
import { debianRoot } from '../support/debian.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { type WatchedOpen, watchOpens, whyNoOpenWatcher } from '../support/open-watcher.ts';
import { startDocker, startPodman } from '../support/real-engines.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

const start = `#!/bin/sh
memcached -u nobody &
redis-server --protected-mode no --dir /tmp --daemonize no >/dev/null &
exec nginx -g 'daemon off;'
`;

const why = whyNoOpenWatcher();
if (why !== undefined) throw new Error(why);
const [kind = 'docker', given, ...more] = process.argv.slice(2);
const built = given === undefined ? debianRoot('trixie', ['nginx-light', 'redis-server', 'memcached']) : { tar: given };
if (built.tar === undefined) throw new Error(built.why);
const folder = temporaryFolder();
const archive = path.join(folder, 'image.tar');
writeFileSync(
  archive,
  dockerArchive({
    layers: [readFileSync(built.tar), layer([{ path: 'start.sh', content: start, mode: 0o755 }])],
    repoTags: ['services:1'],
    config: { Cmd: ['/start.sh'], ExposedPorts: { '80/tcp': {} } },
  }),
);
const root = path.join(folder, 'root');
mkdirSync(root);
execFileSync('tar', ['-xf', built.tar, '-C', root]);

const real = await (kind === 'podman' ? startPodman('overlay') : startDocker('overlay'));
try {
  real.load(archive);
  const watcher = await watchOpens(path.dirname(real.environment['HOME']!));
  const file = path.join(folder, 'report.json');
  const args = ['observe', 'services:1', '--offline', '--engine', kind, '-o', `json=${file}`, '--checks', 'none'];
  const { status, stderr } = await runDrydock(
    [...args, '--duration', '3s', ...more, '--cache-dir', temporaryFolder()],
    {
      environment: real.environment,
      timeout: 240_000,
    },
  );
  const opens = await watcher.stop();
  if (status !== 0 && status !== 1) throw new Error(`observe ended with ${status}: ${stderr}`);
  const { observation } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const { packagesInUse, coverage } = observation!;
  const told = new Map(packagesInUse.map((one) => [one.name, one.files]));
  const own = opens.filter(isOfTheImage);
  const seen = packagesOf([...new Set(own.map((one) => one.path))]);

  const only = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] =>
    [...a.keys()].filter((name) => !b.has(name)).sort();
  const [missed, invented] = [only(seen, told), only(told, seen)];
  console.log(
    `${kind}: ${own.length} opens of ${new Set(own.map((one) => one.path)).size} files, ${own.filter((one) => one.executed).length} of programs; ` +
      `${coverage.calls} calls, ${coverage.lost} lost, ${coverage.undecoded} undecoded`,
  );
  for (const spot of coverage.blindSpots) console.log(`  ${spot}`);
  console.log(`packages: ${seen.size} by fanotify and dpkg, ${told.size} by the report`);
  for (const name of missed) console.log(`  not in the report: ${name}: ${seen.get(name)!.join(' ')}`);
  for (const name of invented) console.log(`  only in the report: ${name}: ${told.get(name)!.join(' ')}`);
  if (missed.length + invented.length > 0 || seen.size < 10) process.exitCode = 1;
} finally {
  await real.stop();
}

/** The runtime begins the container with programs of its own, and the tracer is ours. */
function isOfTheImage({ program, executed }: WatchedOpen): boolean {
  if (/^\/memfd:|\/(?:runc|crun|conmon|catatonit)$/.test(program)) return false;
  return executed || !program.startsWith('/.s/');
}

/** Packages with the files of them, as dpkg says for the root: it keeps names of before directories were merged. */
function packagesOf(files: readonly string[]): ReadonlyMap<string, string[]> {
  const packages = new Map<string, string[]>();
  for (const file of files) {
    const names = /^\/usr\/(?:bin|sbin|lib|lib64)\//.test(file) ? [file, file.slice(4)] : [file];
    const patterns = names.map((name) => name.replaceAll(/[\\*?[]/g, '\\$&'));
    const { stdout } = spawnSync('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '-S', ...patterns], {
      encoding: 'utf8',
    });
    for (const line of stdout.split('\n')) {
      const found = /^([^/]+): (\/.*)$/.exec(line);
      if (found === null || !names.includes(found[2]!) || line.startsWith('diversion by')) continue;
      for (const name of found[1]!.split(', ')) {
        const plain = name.split(':')[0]!;
        packages.set(plain, [...new Set([...(packages.get(plain) ?? []), file])]);
      }
    }
  }
  return packages;
}
