// What is large: a layer of 5 GB, plain and gzip; a war of 200 MB with 50 deflated jars and a jar that stands in four others, and
// 100,000 node_modules, in compressed layers; a bill of materials of 500,000 components, of which half are read, and the report
// says so. All must be found, and memory must stay bounded.
//   node test/soak/big.ts [--modules 100000]     (Linux; 6 GB of room in the temporary folder; five minutes)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import type { ProblemCode } from '../../src/model/problem.ts';
import type { Report } from '../../src/model/report.ts';
import { noise } from '../support/noise.ts';
import { debianFiles, debianPackages } from '../support/root-file-systems.ts';
import { projectRoot } from '../support/run.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { zip } from '../support/zip.ts';
import { asShipped } from './scan-report.ts';

const MB = 1_000_000;
const JARS = 50;
const DEPTH = 5;
const HEAP_MB = 256;
const SMALL_FILES = 100_000;
const SMALL = 30_000;
const LARGE = 2_000 * MB;
const LAYER_CEILING = 300 * MB;
/** Largest resident sets that pass. Of the second, the packages are 50 MB, and the report is 30 MB, a few times. */
const ARCHIVES_CEILING = 200 * MB;
const MODULES_CEILING = 420 * MB;
/** A bill of materials is held as a whole, and a quarter of a million packages of it. */
const BOM_HEAP_MB = 512;
const BOM_CEILING = 800 * MB;
const COMPONENTS = 500_000;
const MOST_COMPONENTS = 250_000;

const { values } = parseArgs({ options: { modules: { type: 'string', default: '100000' } } });
const modules = Number(values.modules);

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

function jar(artifact: string, padding: number, seed: number): Buffer {
  const name = `META-INF/maven/soak/${artifact}/pom.properties`;
  return zip([
    { name, content: `groupId=soak\nartifactId=${artifact}\nversion=1.0\n` },
    { name: 'pad', content: noise(padding, seed), stored: true },
  ]);
}

function* archives(): Generator<Buffer> {
  yield tar(debianFiles(), { endBlocks: 0 });
  const jars = Array.from({ length: JARS }, (_, i) => ({
    name: `WEB-INF/lib/j${i}.jar`,
    content: jar(`j${i}`, 4 * MB, i),
  }));
  yield tar([{ path: 'srv/app.war', content: zip(jars) }], { endBlocks: 0 });
  let nested = jar('deep', 1000, 0);
  for (let i = 1; i < DEPTH; i++) nested = zip([{ name: `lib/n${i}.jar`, content: nested }]);
  yield tar([{ path: 'srv/nested.jar', content: nested }]);
}

function* folders(): Generator<Buffer> {
  yield tar(debianFiles(), { endBlocks: 0 });
  for (let i = 0; i < modules; i++) {
    const content = JSON.stringify({ name: `m${i}`, version: '1.0.0' });
    yield tar([{ path: `srv/node_modules/m${i}/package.json`, content }], { endBlocks: 0 });
  }
  yield Buffer.alloc(1024);
}

/** The largest resident set so far, in bytes; 0 once the process is gone. */
function peakOf(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

const folder = temporaryFolder();

interface Expected {
  readonly type: string;
  readonly count: number;
  readonly ceiling: number;
  /** Code of a problem that must be told. */
  readonly problem?: ProblemCode;
}

/** A layer of these members. */
async function layerOf(members: Generator<Buffer>, isCompressed = true): Promise<string> {
  const file = path.join(folder, 'layer.tar');
  const stages = isCompressed ? [createGzip({ level: 1 })] : [];
  await pipeline([Readable.from(members), ...stages, createWriteStream(file)]);
  return `layer:${file}`;
}

function* components(): Generator<string> {
  yield '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[';
  for (let i = 0; i < COMPONENTS; i++) {
    const component = { type: 'library', 'bom-ref': `r${i}`, name: `n${i}`, version: '1', purl: `pkg:npm/n${i}@1` };
    yield `${i > 0 ? ',' : ''}${JSON.stringify(component)}`;
  }
  yield ']}';
}

/** A bill of materials with more components than are read. */
async function document(): Promise<string> {
  const file = path.join(folder, 'bom.json');
  await pipeline([Readable.from(components()), createWriteStream(file)]);
  return `sbom:${file}`;
}

/** True where so many packages of a type are found and memory stays below the ceiling. */
async function scan(reference: string, heap: number, expected: Expected): Promise<boolean> {
  const start = performance.now();
  const words = ['scan', reference, '--format', 'json', '--quiet', '--cache-dir', folder];
  const options = [...asShipped.words, `--max-old-space-size=${heap}`];
  const child = spawn(process.execPath, [...options, 'src/cli/main.ts', ...words], {
    cwd: projectRoot,
    env: { ...asShipped.environment, PATH: process.env['PATH'], HOME: folder, DRYDOCK_OFFLINE: 'true', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, 50);
  await once(child, 'close');
  clearInterval(sampling);
  const seconds = (performance.now() - start) / 1000;
  const { packages = [], problems = [] } = JSON.parse(Buffer.concat(output).toString() || '{}') as Partial<Report>;
  const { type, count, ceiling, problem } = expected;
  const found = packages.filter((pkg) => pkg.type === type).length;
  const memory = `memory ${Math.round(peak / MB)} MB at most`;
  console.log(`${reference.slice(0, 5)} ${type}: ${seconds.toFixed(1)} s, ${found} of ${count} packages, ${memory}`);
  const isTold = problem === undefined || problems.some(({ code }) => code === problem);
  return found === count && peak <= ceiling && isTold;
}

const large = { type: 'deb', count: debianPackages.length, ceiling: LAYER_CEILING };
const jars = { type: 'maven', count: JARS + 1, ceiling: ARCHIVES_CEILING };
const cut = { type: 'npm', count: MOST_COMPONENTS, ceiling: BOM_CEILING, problem: 'sbom.component' } as const;
const passed = [
  await scan(await layerOf(members(), false), HEAP_MB, large),
  await scan(await layerOf(members()), HEAP_MB, large),
  await scan(await layerOf(archives()), HEAP_MB, jars),
  await scan(await layerOf(folders()), HEAP_MB, { type: 'npm', count: modules, ceiling: MODULES_CEILING }),
  await scan(await document(), BOM_HEAP_MB, cut),
];
console.log(passed.every(Boolean) ? 'found, and bounded' : 'NOT AS IT SHOULD BE');
process.exitCode = passed.every(Boolean) ? 0 : 1;
