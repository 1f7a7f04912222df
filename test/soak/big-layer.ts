// A layer of 5 GB, plain and gzip, scanned with a heap of 256 MB: it must end, and memory must stay flat.
//   node test/soak/big-layer.ts     (Linux; 6 GB of room in the temporary folder; some minutes)
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { debianFiles, debianPackages } from '../support/root-file-systems.ts';
import { projectRoot } from '../support/run.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';

const MB = 1_000_000;
const SMALL_FILES = 100_000;
const SMALL = 30_000;
const LARGE = 2_000 * MB;
const HEAP_MB = 256;
/** Largest resident set that passes, and how much it may grow from the first quarter of the scan to the last. */
const CEILING = 300 * MB;
const GROWTH = 50 * MB;

/** Half noise, half repetition, so that gzip has something to do. */
const pattern = Buffer.alloc(1 << 20);
for (let i = 0; i < pattern.length; i++) {
  pattern[i] = (i >> 9) % 2 === 0 ? i & 0xff : (Math.imul(i, 2_654_435_761) >>> 13) & 0xff;
}

function* body(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= pattern.length) yield pattern.subarray(0, Math.min(left, pattern.length));
  yield Buffer.alloc(-bytes & 511);
}

/** Many small files, one of 2 GB, and the root file system at the end, so that all of it must be passed. */
function* members(): Generator<Buffer> {
  for (let i = 0; i < SMALL_FILES; i++) {
    const entry = { path: `srv/d${i % 500}/f${i}`, declaredSize: SMALL };
    yield tar([entry], { endBlocks: 0 });
    yield* body(SMALL);
  }
  yield tar([{ path: 'srv/large', declaredSize: LARGE }], { endBlocks: 0 });
  yield* body(LARGE);
  yield tar(debianFiles());
}

async function write(file: string, compressed: boolean): Promise<void> {
  const stages = compressed ? [createGzip({ level: 1 })] : [];
  await pipeline([Readable.from(members()), ...stages, createWriteStream(file)]);
}

/** Resident set in bytes; undefined once the process is gone. */
function residentSet(child: ChildProcess): number | undefined {
  try {
    const text = readFileSync(`/proc/${child.pid}/status`, 'latin1');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

const average = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const inMb = (bytes: number): string => `${Math.round(bytes / MB)} MB`;

async function scan(file: string, folder: string): Promise<boolean> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      'src/cli/main.ts',
      'scan',
      `layer:${file}`,
      '--format',
      'json',
      '--cache-dir',
      folder,
    ],
    {
      cwd: projectRoot,
      env: { PATH: process.env['PATH'], HOME: folder, DRYDOCK_OFFLINE: 'true', TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const samples: number[] = [];
  const sampling = setInterval(() => {
    const bytes = residentSet(child);
    if (bytes !== undefined) samples.push(bytes);
  }, 50);
  const [status] = (await once(child, 'close')) as [number | null];
  clearInterval(sampling);
  const seconds = (performance.now() - start) / 1000;
  // The first tenth is the start of Node.js.
  const running = samples.slice(Math.ceil(samples.length / 10));
  const quarter = Math.ceil(running.length / 4);
  const growth = average(running.slice(-quarter)) - average(running.slice(0, quarter));
  const peak = Math.max(...samples);
  const report = JSON.parse(Buffer.concat(output).toString() || '{}');
  const names: string[] = (report.packages ?? []).map((pkg: { name: string }) => pkg.name);
  const found = debianPackages.filter(({ name }) => names.includes(name)).length;
  const files: number = report.coverage?.files ?? 0;
  console.log(
    `${path.basename(file)}: status ${status}, ${seconds.toFixed(1)} s, ${files} files, ${found} of ${debianPackages.length} packages, ` +
      `memory ${inMb(peak)} at most, ${growth < 0 ? '' : '+'}${inMb(growth)} from the first quarter to the last (${samples.length} samples)`,
  );
  const done = (status === 0 || status === 4) && files > SMALL_FILES && found === debianPackages.length;
  return done && peak <= CEILING && growth <= GROWTH;
}

const folder = temporaryFolder();
let passed = true;
for (const [name, compressed] of [
  ['plain.tar', false],
  ['gzip.tar.gz', true],
] as const) {
  const file = path.join(folder, name);
  await write(file, compressed);
  console.log(`${name}: ${(statSync(file).size / 1e9).toFixed(2)} GB written`);
  passed = (await scan(file, folder)) && passed;
}
console.log(passed ? 'flat' : 'NOT AS IT SHOULD BE');
process.exitCode = passed ? 0 : 1;
