// Runs images of real services in the cage, as Debian's packages or the well-known images start them, and programs that are
// no good servers; says of each what is not told as it is: how the tries ended, ports with owner, package and version as dpkg
// has them, what is open, that no rule on calls fires, that no call was lost, that nothing is left. As root on Debian with
// mmdebstrap, strace, and an engine; two at the same time:
//   node test/soak/observe-services.ts [--engines docker,podman] [--images NAME,...] [--folder FOLDER] [--show]
//     --folder  keeps the layers of Debian's packages (1.5 GB), which take five minutes to build
//     --show    tells all that was found
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type JudgeOptions, judgeServiceImage, loadServiceImages } from '../support/observe-service-image.ts';
import { type RealEngine, startDocker, startPodman } from '../support/real-engines.ts';
import { datagramImages, oddImages, serviceImages } from '../support/service-images.ts';

const { values } = parseArgs({
  options: {
    engines: { type: 'string', default: 'docker,podman' },
    images: { type: 'string' },
    folder: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const wanted = values.images?.split(',');
const all = [...serviceImages, ...datagramImages, ...oddImages];
const unknown = (wanted ?? []).filter((name) => !all.some((image) => image.name === name));
if (unknown.length > 0) throw new Error(`There is no image ${unknown.join(', ')}.`);
const images = all.filter(({ name }) => wanted?.includes(name) ?? true);
const folder = values.folder ?? path.join(tmpdir(), `observe-services-${process.pid}`);
mkdirSync(folder, { recursive: true });
type EngineKind = 'docker' | 'podman';

let count = 0;
let failed = 0;
const began = performance.now();
const kinds = values.engines.split(',') as EngineKind[];
try {
  console.log('| engine | image | tries | ports | findings | calls | s | verdict |\n|---|---|---|---|---|---|---|---|');
  const engines = await Promise.all(kinds.map(async (kind) => ({ kind, real: await start(kind) })));
  try {
    loadServiceImages(
      images,
      folder,
      engines.map(({ real }) => real),
    );
    console.log(`loaded after ${seconds()} s`);
    // Most of a run is waiting: what is at the same time with another engine takes little longer.
    await Promise.all(engines.map(async ({ kind, real }) => await judgeAll(kind, real)));
  } finally {
    await Promise.all(engines.map(async ({ real }) => await real.stop()));
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
console.log(`${count - failed} of ${count} right, ${seconds()} s`);
process.exitCode = failed === 0 ? 0 : 1;

async function start(kind: EngineKind): Promise<RealEngine> {
  return kind === 'docker' ? await startDocker('overlay') : await startPodman('overlay');
}

function optionsOf(kind: EngineKind, real: RealEngine): JudgeOptions {
  return { kind, real, folder, timeout: 240_000 };
}

function seconds(): number {
  return Math.round((performance.now() - began) / 1000);
}

async function judgeAll(kind: EngineKind, real: RealEngine): Promise<void> {
  for (const image of images) {
    count++;
    const judged = await judgeServiceImage(image, optionsOf(kind, real));
    const { observation, findings, wrong } = judged;
    const cells = [
      kind,
      image.name,
      observation?.attempts.map(({ outcome, milliseconds }) => `${outcome} ${milliseconds}`).join(', '),
      observation?.ports
        .map(({ port, protocol, state }) => `${port}/${protocol}${state === 'dead' ? ' dead' : ''}`)
        .join(', '),
      findings
        .filter((one) => one.kind === 'service')
        .map(({ id }) => id.replace('service.', ''))
        .join(', '),
      observation?.coverage.calls,
      judged.seconds,
      wrong.length === 0 ? 'right' : 'WRONG',
    ];
    console.log(`| ${cells.join(' | ')} |`);
    if (wrong.length > 0) failed++;
    for (const line of wrong) console.log(`    ${line}`);
    if (values.show) console.log(JSON.stringify(judged, undefined, 1));
  }
}
