// Runs an image in a cage for some time, or until it is killed, and says the run when it is up.
// Arguments: docker or podman, the image, milliseconds.
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { openCage } from '../../src/runtime/cage/open-cage.ts';
import { reap } from '../../src/runtime/cage/reaper.ts';
import { beginRun } from '../../src/runtime/cage/run.ts';

const [kind, image, milliseconds] = process.argv.slice(2) as ['docker' | 'podman', string, string?];
const engine = await connectEngine(kind, { environment: process.env });
if (milliseconds !== undefined) await reap(engine);
const run = beginRun(engine, 600);
const start = { entrypoint: [], command: ['sleep', '600'], environment: [] };
try {
  const cage = await openCage(engine, {
    image,
    profile: 'default',
    network: kind === 'docker' ? 'internal' : 'none',
    start,
    run,
  });
  await cage.start();
  process.stdout.write(`${run.id}\n`);
  if (milliseconds === undefined) await cage.ended;
  else await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
} finally {
  await run.close(true);
}
