// What judging contents adds to a scan: the starter rules and the model against packages alone, plain and gzip, at default depth
// and with --deep.
//   npm run build && node bench/contents.ts [ROUNDS [IMAGE]]
// IMAGE: one of those that image-set.ts makes; `py` where none is named. Beside --deep stands what the engines take alone, over
// the same files (content-engines.ts, which needs room for these in the temporary folder), and what unpacking takes without them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../src/model/report.ts';
import { benchImage, buildImages, folder, type ImageName } from './image-set.ts';
import { median, runRounds } from './measure.ts';

const [rounds = '5', name = 'py'] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
await buildImages([name as ImageName]);
const image = benchImage(name as ImageName);
const cache = path.join(folder, 'caches', 'contents');
const output = path.join(folder, 'contents.json');
const deepOutput = path.join(folder, 'contents-deep.json');
// Layers are read anew; what is compiled of rules is kept, as it is from the second scan on.
const prepare = (): void => rmSync(path.join(cache, 'layers'), { recursive: true, force: true });
const scan = (file: string, ...flags: string[]) => ({
  // As people start it in a checkout, with less memory than bin/drydock.js by itself (docs/decisions/0002-start-up.md).
  command: [
    path.join(root, 'drydock'),
    'scan',
    '--offline',
    '-q',
    '--cache-dir',
    cache,
    '-o',
    `json=${flags.includes('--deep') ? deepOutput : output}`,
    ...flags,
    file,
  ],
  prepare,
});
const packages = ['--checks', 'vulnerability'];
const all = ['--checks', 'vulnerability,malware,webshells'];

const runs = runRounds(
  {
    'plain, packages': scan(image.plain, ...packages),
    'plain, contents': scan(image.plain, ...all),
    'gzip, packages': scan(image.gzip, ...packages),
    'gzip, contents': scan(image.gzip, ...all),
    'plain, contents, --deep': scan(image.plain, ...all, '--deep'),
  },
  Number(rounds),
);

console.log(`${'scan'.padEnd(26)} cpu s   wall s     MB`);
const cpus = new Map<string, number>();
for (const [what, list] of runs) {
  const cpu = median(list.map((one) => one.cpu));
  cpus.set(what, cpu);
  const figures = [cpu.toFixed(2), median(list.map((one) => one.wall)).toFixed(2)];
  const most = Math.max(...list.map((one) => one.memory ?? 0));
  console.log(
    `${what.padEnd(26)}${figures.map((value) => value.padStart(6)).join('  ')}  ${most.toFixed(0).padStart(5)}`,
  );
}
const of = (what: string): number => cpus.get(what) ?? Number.NaN;
console.log(`plain: + ${(of('plain, contents') - of('plain, packages')).toFixed(2)} s of CPU (goal 1.5)`);
console.log(`gzip: ${(of('gzip, contents') / of('gzip, packages')).toFixed(2)} times (goal 2.2)`);
const { coverage } = JSON.parse(readFileSync(deepOutput, 'utf8')) as Report;
for (const [check, { judged, bytes }] of Object.entries(coverage.contents ?? {})) {
  console.log(`--deep, ${check}: ${judged} files, ${(bytes / 1e6).toFixed(0)} MB judged`);
}

const bytesOf = mkdtempSync(path.join(folder, 'engines-'));
try {
  const alone = (...words: string[]): { readonly files: number; readonly bytes: number; readonly seconds: number } => {
    const command = [path.join(import.meta.dirname, 'content-engines.ts'), ...words, bytesOf];
    const { stdout, stderr, status } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const walk = alone('gather', image.plain);
  let sum = 0;
  for (const engine of ['malware', 'webshells']) {
    const { files, bytes, seconds } = alone(engine);
    console.log(`${engine} alone: ${seconds.toFixed(1)} s of CPU, ${files} files, ${(bytes / 1e6).toFixed(0)} MB`);
    sum += seconds;
  }
  const digests = alone('sha256');
  console.log(`digests alone: ${digests.seconds.toFixed(1)} s, where a list of digests asks for them; not in the sum`);
  const all = of('plain, contents, --deep');
  console.log(`--deep: ${(all / sum).toFixed(2)} times what the engines take alone (goal 1.2)`);
  console.log(
    `  finding and unpacking these files takes ${walk.seconds.toFixed(1)} s; with it: ${(all / (sum + walk.seconds)).toFixed(2)}`,
  );
} finally {
  rmSync(bytesOf, { recursive: true });
}
