// Runs an image in a cage until it is killed. Arguments: docker or podman, the image. Says the run when it is up.
import { connectEngine } from '../../src/net/container-engine/engine.ts';
import { openCage } from '../../src/runtime/cage/open-cage.ts';
import { beginRun } from '../../src/runtime/cage/run.ts';

const [kind, image] = process.argv.slice(2) as ['docker' | 'podman', string];
const engine = await connectEngine(kind, { environment: process.env });
const run = beginRun(engine, 600);
const start = { entrypoint: [], command: ['sleep', '600'], environment: [] };
const cage = await openCage(engine, { image, profile: 'default', start, run });
await cage.start();
process.stdout.write(`${run.id}\n`);
await cage.ended;
