// Drydock against other scanners and against the floors below which nobody can get, as ratios.
//   npm run build && node bench/image-set.ts && node bench/peers.ts && node bench/compare.ts [OPTIONS]
//     --rounds N          counted rounds, each in a random order, after one that does not count (5)
//     --jobs LIST         IMAGE-FORM of min, py, app, layer (py's largest alone) and plain, gz, zst: py-gz,app-plain (all)
//     --against LIST      of trivy-os, trivy, snyk, floor, inflate, trivy-warm, drydock-warm (trivy-os,floor,inflate)
//     --database FILE     an advisory database (drydock db import); without it the starter set is loaded at every start
//     --checkout FOLDER   another checkout whose Drydock, built, is measured (this one)
// Needs /usr/bin/time (Debian: time) for memory, igzip (Debian: isal) and zstd for the floors.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type ContenderName,
  contender,
  contenderNames,
  contenderTitles,
  type Form,
  forms,
  type Job,
  resultFile,
  type ScanOptions,
  subjects,
} from './contenders.ts';
import { readFound } from './found.ts';
import { folder, isBuilt } from './image-set.ts';
import { type Contender, median, type Run, runRounds } from './measure.ts';
import { bringPeers, type PeerName, peerVersions } from './peers.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    jobs: { type: 'string' },
    against: { type: 'string', default: 'trivy-os,floor,inflate' },
    database: { type: 'string' },
    checkout: { type: 'string', default: path.resolve(import.meta.dirname, '..') },
  },
});

const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is no number of rounds`);

function oneOf<T extends string>(word: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === word);
  if (found === undefined) throw new Error(`${word} is not one of ${allowed.join(', ')}`);
  return found;
}

const names: readonly ContenderName[] = [
  ...new Set(['drydock' as const, ...values.against.split(',').map((word) => oneOf(word, contenderNames))]),
];

const isThere = (image: Job['image']): boolean => isBuilt(image === 'layer' ? 'py' : image);

const jobs: readonly Job[] =
  values.jobs?.split(',').map((word) => {
    const [image = '', form = ''] = word.split('-');
    return { image: oneOf(image, subjects), form: oneOf(form, forms) };
  }) ?? subjects.filter(isThere).flatMap((image) => forms.map((form) => ({ image, form })));

const options: ScanOptions = {
  checkout: path.resolve(values.checkout),
  database: values.database === undefined ? undefined : path.resolve(values.database),
  results: path.join(folder, 'results'),
};

const seconds = (value: number): string => value.toFixed(value < 1 ? 3 : 2);
const column = (runs: readonly Run[], of: (run: Run) => number): number[] => runs.map(of);

function figures(runs: readonly Run[]): string {
  const walls = column(runs, (one) => one.wall);
  const cpu = seconds(median(column(runs, (one) => one.cpu)));
  const memory = median(column(runs, (one) => one.memory ?? Number.NaN)).toFixed(0);
  return `${cpu} / ${seconds(Math.min(...walls))}..${seconds(median(walls))} / ${memory}`;
}

/** Ratios within a round, so that a machine that slows down for a while does not favour either. */
function ratio(ours: readonly Run[], theirs: readonly Run[], of: (run: Run) => number): string {
  const ratios = theirs.map((other, round) => of(ours[round] as Run) / of(other)).toSorted((a, b) => a - b);
  const [least = Number.NaN, most = Number.NaN] = [ratios[0], ratios.at(-1)];
  return `${median(ratios).toFixed(3)} (${least.toFixed(2)}..${most.toFixed(2)})`;
}

const table = { figures: [] as string[], ratios: [] as string[], found: [] as string[] };

function runJob(job: Job): void {
  const contenders = new Map<ContenderName, Contender>();
  for (const name of names) {
    const one = contender(name, job, options);
    if (one !== undefined) contenders.set(name, one);
  }
  const title = `${job.image} ${formTitles[job.form]}`;
  console.error(`${title} ...`);
  const runs = runRounds(Object.fromEntries(contenders) as Record<ContenderName, Contender>, rounds);
  const ours = runs.get('drydock') ?? [];
  for (const [name, theirs] of runs) {
    const what = name === 'floor' ? `floor: ${floorTitles[job.form]}` : contenderTitles[name];
    table.figures.push(`| ${title} | ${what} | ${figures(theirs)} |`);
    if (name !== 'drydock') {
      const cells = [ratio(ours, theirs, (one) => one.cpu), ratio(ours, theirs, (one) => one.wall)];
      cells.push(ratio(ours, theirs, (one) => one.memory ?? Number.NaN));
      table.ratios.push(`| ${title} | ${what} | ${cells.join(' | ')} |`);
    }
    const found = readFound(name, resultFile(name, job, options));
    if (found === undefined) continue;
    const counts = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${type} ${count}`);
    table.found.push(`| ${title} | ${what} | ${counts.join(', ')} |`);
  }
}

const formTitles: Readonly<Record<Form, string>> = { plain: 'plain', gz: 'gzip', zst: 'zstd' };
const floorTitles: Readonly<Record<Form, string>> = { plain: 'header walk', gz: 'igzip -dc', zst: 'zstd -dc' };

function versionOf(program: string, ...words: readonly string[]): string {
  const said = execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? said.trim();
}

/** Date, versions and machine: figures without them say nothing. */
function conditions(): string {
  const programs = [
    `Node.js ${versionOf(process.execPath, '--version')}`,
    ...Object.entries(peerVersions).map(([name, version]) => `${name} ${version}`),
    `igzip ${versionOf('igzip', '--version')}`,
    `zstd ${versionOf('zstd', '--version')}`,
  ];
  const drydock = versionOf(process.execPath, path.join(options.checkout, 'bin/drydock.js'), 'version');
  const advisories = options.database === undefined ? 'the starter set' : path.basename(options.database);
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, drydock ${drydock} with ${advisories}, ${programs.join(', ')}; ${machine}; ${rounds} rounds, warm.`;
}

const peersAsked = new Set<PeerName>();
for (const name of names) {
  if (name.startsWith('trivy')) peersAsked.add('trivy');
  if (name === 'snyk') peersAsked.add('snyk');
}
bringPeers(peersAsked);
for (const { image } of jobs) if (!isThere(image)) throw new Error(`Build ${image} first: node bench/image-set.ts`);
if (!existsSync(path.join(options.checkout, 'dist/bundle/main.js')))
  throw new Error('Build Drydock first: npm run build');
mkdirSync(options.results, { recursive: true });
for (const job of jobs) runJob(job);

console.log(`${conditions()}\n`);
console.log('| image | drydock against | CPU | wall | peak memory |\n|---|---|---|---|---|');
console.log(`${table.ratios.join('\n')}\n`);
console.log('| image | what | CPU s median / wall s min..median / MB |\n|---|---|---|');
console.log(`${table.figures.join('\n')}\n`);
console.log('| image | scanner | packages found |\n|---|---|---|');
console.log(table.found.join('\n'));
