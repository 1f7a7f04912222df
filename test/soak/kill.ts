// Ends 50 scans with SIGKILL at random moments, all with one layer cache, then runs 8 at once: no half record may be
// left where it counts, and every scan that ends must say what one without a cache says.
//   node test/soak/kill.ts [--seed N]     (about five minutes)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { decodeReading } from '../../src/reading/layer-record.ts';
import { dockerArchive, layer, ociLayout } from '../support/image.ts';
import { alpineLayer, debianLayer } from '../support/root-file-systems.ts';
import { projectRoot, runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';
import { Random } from './fuzz/random.ts';

const KILLS = 50;
const AT_ONCE = 8;

const { values } = parseArgs({ options: { seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });
const random = new Random(Number(values.seed));
console.log(`seed ${values.seed}`);

/** Layers that are large enough to be kept, of members that do not compress. */
function bulky(number: number): Buffer {
  const entries = Array.from({ length: 4000 }, (_, i) => ({
    path: `srv/l${number}/d${i % 40}/f${i}`,
    content: Buffer.from(Array.from({ length: 400 }, () => random.below(256))),
  }));
  return layer(entries);
}

const layers = Array.from({ length: 8 }, (_, i) => bulky(i));
const base = debianLayer({ more: [{ path: 'srv/base', content: Buffer.concat(layers).subarray(0, 1_000_000) }] });

/** Images that share their layers in different orders. */
const images = Array.from({ length: AT_ONCE }, (_, i) => {
  const own = layers.map((_, j) => layers[(i + j * 3) % layers.length]!).slice(0, 5);
  const all = [i % 3 === 0 ? alpineLayer() : base, ...own];
  const compression = i % 2 === 0 ? 'gzip' : 'zstd';
  const bytes =
    i < 4 ? ociLayout({ layers: all, compression }) : dockerArchive({ layers: all, layout: 'blobs', compression });
  return writeTemporary(`image-${i}.tar`, bytes);
});

const environment = { SOURCE_DATE_EPOCH: '1700000000', DRYDOCK_OFFLINE: 'true' };
const args = (image: string, cache: string, ...more: readonly string[]): string[] => [
  'scan',
  image,
  '--format',
  'json',
  '--cache-dir',
  cache,
  ...more,
];

async function report(image: string, cache: string, ...more: readonly string[]): Promise<string> {
  const { status, signal, stdout, stderr } = await runDrydock(args(image, cache, ...more), { environment });
  if (status === undefined || status > 4) throw new Error(`a scan ended with ${status ?? signal}: ${stderr}`);
  return stdout;
}

interface Kept {
  readonly records: number;
  readonly unfinished: number;
  readonly broken: readonly string[];
}

/** Opens every record as a scan would. */
function look(cache: string): Kept {
  const folder = path.join(cache, 'layers');
  let records = 0;
  let unfinished = 0;
  const broken: string[] = [];
  for (const shelf of readdirSync(cache).includes('layers') ? readdirSync(folder) : []) {
    if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
    for (const name of readdirSync(path.join(folder, shelf))) {
      if (name.endsWith('.tmp')) {
        unfinished++;
        continue;
      }
      records++;
      const [hex, readers] = name.split('-');
      try {
        decodeReading(`sha256:${shelf}${hex} ${readers}`, readFileSync(path.join(folder, shelf, name)));
      } catch (error) {
        broken.push(`${shelf}/${name}: ${String(error)}`);
      }
    }
  }
  return { records, unfinished, broken };
}

const failures: string[] = [];
const check = (holds: boolean, what: string): void => {
  if (!holds) failures.push(what);
};

const start = performance.now();
const references = new Map<string, string>();
for (const image of images) references.set(image, await report(image, temporaryFolder(), '--layer-cache-size', '0'));
const usual = (performance.now() - start) / images.length;
console.log(`${images.length} images, ${Math.round(usual)} ms a scan without a cache`);

let cache = temporaryFolder();
let killed = 0;
let leftUnfinished = 0;
let mostRecords = 0;
let brokenRecords = 0;
for (let round = 0; round < KILLS; round++) {
  // Now and then from nothing, so that most of what is written is written while it is killed.
  if (round % 5 === 0) {
    rmSync(cache, { recursive: true, force: true });
    cache = temporaryFolder();
  }
  const image = random.pick(images);
  const child = spawn(process.execPath, ['src/cli/main.ts', ...args(image, cache)], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], HOME: '/dev/null/home', ...environment },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([sleep(random.fraction() * usual * 1.1), ended]);
  child.kill('SIGKILL');
  if ((await ended)[1] === 'SIGKILL') killed++;
  const { records, unfinished, broken } = look(cache);
  leftUnfinished += unfinished > 0 ? 1 : 0;
  mostRecords = Math.max(mostRecords, records);
  brokenRecords += broken.length;
  for (const one of broken) check(false, `after round ${round}: ${one}`);
  check((await report(image, cache)) === references.get(image), `after round ${round}: another report`);
}
console.log(
  `${killed} of ${KILLS} scans killed; unfinished records after ${leftUnfinished} of them; up to ${mostRecords} records, ${brokenRecords} broken`,
);
check(killed >= KILLS / 2, `only ${killed} scans were killed`);
check(mostRecords > 0, 'nothing was ever kept');

rmSync(cache, { recursive: true, force: true });
for (const state of ['empty', 'filled']) {
  const reports = await Promise.all(images.map((image) => report(image, cache)));
  const same = reports.filter((text, i) => text === references.get(images[i]!)).length;
  const { records, broken } = look(cache);
  console.log(`${AT_ONCE} scans at once, cache ${state}: ${same} equal, ${records} records`);
  check(same === AT_ONCE, `${AT_ONCE - same} scans at once gave another report (cache ${state})`);
  for (const one of broken) check(false, `after scans at once: ${one}`);
}

for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(failures.length === 0 ? 'intact' : `${failures.length} failures`);
process.exitCode = failures.length === 0 ? 0 : 1;
