// What judging contents adds to a scan: the starter rules and the model against packages alone, plain and gzip, at default depth
// and with --deep.
//   npm run build && node bench/contents.ts [ROUNDS [IMAGE]]
// IMAGE: one of those that image-set.ts makes; `py` where none is named. With --deep, the sum of digests, rules and models over
// the bytes that were judged stands beside it, as bench/yara.ts, bench/webshell-views.ts and openssl measure them alone.
import { readFileSync, rmSync } from 'node:fs';
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
// Layers are read anew; what is compiled of rules is kept, as it is from the second scan on.
const prepare = (): void => rmSync(path.join(cache, 'layers'), { recursive: true, force: true });
const scan = (file: string, ...flags: string[]) => ({
  command: [
    process.execPath,
    path.join(root, 'bin/drydock.js'),
    'scan',
    '--offline',
    '-q',
    '--cache-dir',
    cache,
    '-o',
    `json=${output}`,
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
const { coverage } = JSON.parse(readFileSync(output, 'utf8')) as Report;
for (const [check, { judged, bytes }] of Object.entries(coverage.contents ?? {})) {
  console.log(`--deep, ${check}: ${judged} files, ${(bytes / 1e6).toFixed(0)} MB judged`);
}
