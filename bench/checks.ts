// What the checks that need no rules add to a scan: configuration, history, secrets, persistence, evasion and end of life against
// packages alone, plain and gzip, at default depth and with --deep; and what each adds alone.
//   npm run build && node bench/checks.ts [ROUNDS [IMAGE]]
// IMAGE: one of those that image-set.ts makes; `py` where none is named.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { benchImage, buildImages, folder, type ImageName } from './image-set.ts';
import { median, type Run, runRounds } from './measure.ts';

const [rounds = '5', name = 'py'] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
await buildImages([name as ImageName]);
const image = benchImage(name as ImageName);
const cache = path.join(folder, 'caches', 'checks');
const prepare = (): void => rmSync(path.join(cache, 'layers'), { recursive: true, force: true });
const output = path.join(folder, 'checks.json');
const checks = ['configuration', 'history', 'secrets', 'persistence', 'evasion', 'end-of-life'];
const scan = (file: string, some: readonly string[], ...flags: string[]) => ({
  // As people start it in a checkout.
  command: [path.join(root, 'drydock'), 'scan', '--offline', '-q', '--cache-dir', cache, '-o', `json=${output}`].concat(
    ['--checks', ['vulnerability', ...some].join(',')],
    flags,
    file,
  ),
  prepare,
});

const runs = runRounds(
  {
    'plain, packages': scan(image.plain, []),
    'plain, all': scan(image.plain, checks),
    'gzip, packages': scan(image.gzip, []),
    'gzip, all': scan(image.gzip, checks),
    'plain, packages, --deep': scan(image.plain, [], '--deep'),
    'plain, all, --deep': scan(image.plain, checks, '--deep'),
    ...Object.fromEntries(checks.map((check) => [`plain, ${check}`, scan(image.plain, [check])])),
  },
  Number(rounds),
);

console.log(`${'scan'.padEnd(26)} cpu s   wall s     MB`);
const cpus = new Map<string, number>();
for (const [what, list] of runs) {
  // What ended otherwise was no scan.
  if (list.some(({ status }) => status !== 0)) throw new Error(`${what}: exit status ${list.map(statusOf).join(', ')}`);
  const cpu = median(list.map((one) => one.cpu));
  cpus.set(what, cpu);
  const figures = [cpu.toFixed(2), median(list.map((one) => one.wall)).toFixed(2)];
  const most = Math.max(...list.map((one) => one.memory ?? 0));
  console.log(
    `${what.padEnd(26)}${figures.map((value) => value.padStart(6)).join('  ')}  ${most.toFixed(0).padStart(5)}`,
  );
}
const of = (what: string): number => cpus.get(what) ?? Number.NaN;
console.log(`plain: + ${(of('plain, all') - of('plain, packages')).toFixed(2)} s of CPU (goal 1.0)`);
console.log(`gzip: ${(of('gzip, all') / of('gzip, packages')).toFixed(2)} times (goal 2.0)`);
console.log(`--deep: + ${(of('plain, all, --deep') - of('plain, packages, --deep')).toFixed(2)} s of CPU`);

function statusOf({ status }: Run): number {
  return status;
}
