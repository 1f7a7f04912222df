// Archives and folders that are large, in compressed layers: a war of 200 MB with 50 deflated jars and a jar that stands in four
// others; 100,000 node_modules. All must be found, and memory must stay bounded. Then a bill of materials of 500,000 components,
// of which half are read, and the report says so.
//   node test/soak/big-archives.ts [--modules 100000]     (Linux; 1 GB of room in the temporary folder; two minutes)
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
import { debianFiles } from '../support/root-file-systems.ts';
import { projectRoot } from '../support/run.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { zip } from '../support/zip.ts';
import { asShipped } from './scan-report.ts';

const MB = 1_000_000;
const JARS = 50;
const DEPTH = 5;
const HEAP_MB = 256;
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

/** A compressed layer of these members. */
async function layerOf(members: Generator<Buffer>, name: string): Promise<string> {
  const file = path.join(folder, `${name}.tar.gz`);
  await pipeline([Readable.from(members), createGzip({ level: 1 }), createWriteStream(file)]);
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

const passed = [
  await scan(await layerOf(archives(), 'archives'), HEAP_MB, {
    type: 'maven',
    count: JARS + 1,
    ceiling: ARCHIVES_CEILING,
  }),
  await scan(await layerOf(folders(), 'folders'), HEAP_MB, { type: 'npm', count: modules, ceiling: MODULES_CEILING }),
  await scan(await document(), BOM_HEAP_MB, {
    type: 'npm',
    count: MOST_COMPONENTS,
    ceiling: BOM_CEILING,
    problem: 'sbom.component',
  }),
];
console.log(passed.every(Boolean) ? 'found, and bounded' : 'NOT AS IT SHOULD BE');
process.exitCode = passed.every(Boolean) ? 0 : 1;
