// The whole scan of a minimal Debian image as people run it, warm, and what start-up takes of it.
//   npm run build && node bench/scan.ts [ROUNDS [DATABASE]]
// DATABASE: an advisory database (drydock db import); without it the starter set is loaded at every start.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { baseLayer, benchImage, buildImages, folder } from './image-set.ts';
import { median, runRounds } from './measure.ts';

const [rounds = '15', database] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
await buildImages(['min']);
const image = benchImage('min');
const node = [process.execPath, path.join(root, 'bin/drydock.js')];
const launcher = path.join(root, 'drydock');
// Not in the users' cache, and gone before each run: a layer that is known already is not read.
const cache = path.join(folder, 'caches', 'scan');
const prepare = (): void => rmSync(cache, { recursive: true, force: true });
const scan = ['scan', '--checks', 'vulnerability', '--offline', '-f', 'json', '--cache-dir', cache];
if (database !== undefined) scan.push('--db', database);

// A scan that fails to read the layer is fast.
for (const file of [image.plain, image.gzip, image.zstd]) {
  const [program, ...words] = [...node, ...scan, '-q', file];
  const report = execFileSync(program as string, words, { encoding: 'utf8' });
  const { packages, problems } = JSON.parse(report) as Readonly<Record<'packages' | 'problems', readonly unknown[]>>;
  if (packages.length === 0 || problems.length > 0) {
    throw new Error(`${file}: ${packages.length} packages, ${problems.length} problems`);
  }
}

const runs = runRounds(
  {
    'node, empty': { command: [process.execPath, '-e', '0'] },
    version: { command: [...node, 'version'] },
    'launcher, version': { command: [launcher, 'version'] },
    'scan, plain': { command: [...node, ...scan, image.plain], prepare },
    'launcher, scan, plain': { command: [launcher, ...scan, image.plain], prepare },
    'scan, gzip': { command: [...node, ...scan, image.gzip], prepare },
    'scan, zstd': { command: [...node, ...scan, image.zstd], prepare },
    'floor: tar -t of the layer': { command: ['tar', '-tf', baseLayer()] },
  },
  Number(rounds),
);

let first: number | undefined;
console.log(`${'command'.padEnd(28)} cpu s   wall min  wall med  cpu ratio`);
for (const [name, list] of runs) {
  const cpu = median(list.map((one) => one.cpu));
  first ??= cpu;
  const walls = list.map((one) => one.wall);
  const figures = [cpu, Math.min(...walls), median(walls), cpu / first].map((value) => value.toFixed(3).padStart(8));
  console.log(`${name.padEnd(28)}${figures.join('  ')}`);
}
