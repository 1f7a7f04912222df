// Runs an image in cages again and again, and kills some of the runs with SIGKILL at any moment. Says what is left.
//   node test/soak/killed-runs.ts [docker|podman] [runs] [killed]
// Exit status 1: something is left after the next start.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { listImages } from '../../src/net/container-engine/image-store.ts';
import { listNetworks } from '../../src/net/container-engine/networks.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { runLabel } from '../../src/runtime/cage/labels.ts';
import { reap } from '../../src/runtime/cage/reaper.ts';
import { engineWith, runningEngines } from '../support/both-engines.ts';
import { projectRoot } from '../support/run.ts';

const [kind = 'docker', runs = '30', killed = '10'] = process.argv.slice(2);
const one = runningEngines.find((candidate) => candidate.kind === kind)!;
const image = 'docker.io/example/soak:1';
const { real, engine } = await engineWith(one, {
  tag: image,
  config: { Cmd: ['sh', '-c', 'exec httpd -f -p 8080'], Volumes: { '/data': {} } },
});
const program = path.join(projectRoot, 'test/support/caged-process.ts');
const toKill = new Set([...Array(Number(runs)).keys()].sort(() => Math.random() - 0.5).slice(0, Number(killed)));
const began = performance.now();
try {
  for (let i = 0; i < Number(runs); i += 1) {
    const child = spawn(process.execPath, [program, kind, image, '1000'], {
      env: { PATH: process.env['PATH'] ?? '', ...real.environment },
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (toKill.has(i)) {
      await sleep(Math.random() * 3000);
      child.kill('SIGKILL');
    }
    await gone;
  }
  const atOnce = await count();
  await reap(engine);
  const afterStart = await count();
  // Guardians look twice before they end.
  let guardians = guardiansOf();
  for (let waited = 0; waited < 30_000 && guardians > 0; waited += 500) {
    await sleep(500);
    guardians = guardiansOf();
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(
    `${kind}: ${runs} runs, ${toKill.size} killed, ${seconds} s. Left at once ${JSON.stringify(atOnce)}, after the next start ${JSON.stringify(afterStart)}, guardians ${guardians}\n`,
  );
  if (Object.values(afterStart).some((left) => left > 0) || guardians > 0) process.exitCode = 1;
} finally {
  await real.stop();
}

async function count(): Promise<Record<string, number>> {
  const labels = { [runLabel]: true } as const;
  return {
    containers: (await listContainers(engine, labels)).length,
    networks: (await listNetworks(engine, labels)).length,
    // Those of the image have no name and no label.
    volumes: (await listVolumes(engine, {})).length,
    images: (await listImages(engine, labels)).length,
  };
}

/** Guardians of this engine, which have its socket in their environment. */
function guardiansOf(): number {
  const socket = Object.values(real.environment)[0]!;
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('guardian-process') &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(socket)
      );
    } catch {
      return false;
    }
  }).length;
}
