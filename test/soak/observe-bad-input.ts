// Interrupts `drydock observe` at every stage, and says how long that took and what was left; lets an image write a log without
// end, and says how much memory and disk that took. As root, with busybox-static and an engine:
//   node test/soak/observe-bad-input.ts [docker|podman] [megabytes of the log] [interruptions|log]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../../src/model/report.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { interruptions, interruptRun } from '../support/interrupted-run.ts';
import { startDocker, startPodman } from '../support/real-engines.ts';
import { projectRoot, runProgram } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const [kind = 'docker', megabytes = '2000', only] = process.argv.slice(2) as ['docker' | 'podman', string?, string?];
const real = kind === 'docker' ? await startDocker('overlay') : await startPodman('overlay');
const server = ['httpd', '-f', '-p', '8080', '-h', '/srv'];
const loud = `httpd -p 8080 -h /srv; yes 0123456789012345678901234567890123456789 | head -c ${megabytes}000000; echo; echo last; sleep 600`;
let failed = 0;
try {
  const images = busyboxArchive(
    { tag: 'web:1', config: { Cmd: server } },
    { tag: 'slow:1', config: { Cmd: ['sleep', '600'] } },
    { tag: 'loud:1', config: { Cmd: ['sh', '-c', loud] } },
  );
  real.load(writeTemporary('images.tar', images));
  if (only !== 'log') await interruptAll();
  if (only !== 'interruptions') await readLongLog();
} finally {
  await real.stop();
}
process.exitCode = failed === 0 ? 0 : 1;

async function interruptAll(): Promise<void> {
  const archive = writeTemporary('given.tar', busyboxArchive({ tag: 'given:1', config: { Cmd: [...server, '-v'] } }));
  console.log(
    '| stage | signals | status | ms to its end | ms until nothing is left | left |\n|---|---|---|---|---|---|',
  );
  for (const one of interruptions(archive)) {
    const { result, took, left, gone } = await interruptRun(kind, real, one);
    const wanted = one.signals[0] === 'SIGINT' ? 130 : 143;
    const isRight = result.status === wanted && took !== undefined && left.length === 0;
    if (!isRight) failed++;
    const cells = [
      one.stage,
      one.signals.join(),
      result.status,
      Math.round(took ?? Number.NaN),
      Math.round(gone),
      left,
    ];
    console.log(`| ${cells.join(' | ')} |${isRight ? '' : ` WRONG\n${result.stderr}`}`);
  }
}

async function readLongLog(): Promise<void> {
  const hook = path.join(temporaryFolder(), 'peak.mjs');
  writeFileSync(
    hook,
    `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + ' kB\\n'));`,
  );
  let disk = 0;
  const folder = path.dirname(real.socket);
  const look = setInterval(() => {
    const { stdout } = spawnSync('du', ['-sk', folder], { encoding: 'utf8' });
    disk = Math.max(disk, Number.parseInt(stdout, 10));
  }, 2000);
  const began = performance.now();
  const fixed = ['--offline', '--engine', kind, '--checks', 'none', '--cache-dir', temporaryFolder(), '-f', 'json'];
  const { status, stdout, stderr } = await runProgram(
    process.execPath,
    ['--import', hook, path.join(projectRoot, 'src/cli/main.ts'), 'observe', 'loud:1', '--duration', '60s', ...fixed],
    { environment: real.environment, timeout: 600_000 },
  );
  clearInterval(look);
  const { observation, problems } = JSON.parse(stdout === '' ? '{}' : stdout) as Report;
  const peak = Number(/peak (\d+) kB/.exec(stderr)?.[1] ?? Number.NaN);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `log of ${megabytes} MB: status ${status}, ${seconds} s, peak ${Math.round(peak / 1000)} MB, all of the engine's disk ${Math.round(disk / 1000)} MB at most, ports ${observation?.ports.map(({ port }) => port)}, problems ${problems?.map(({ code }) => code)}`,
  );
  if (status !== 0 || !(peak < 400_000) || observation?.ports[0]?.port !== 8080) failed++;
}
