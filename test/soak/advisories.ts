// Whatever writes the advisory database is killed at random moments: build, import of a folder, of an artefact and of a
// delta, update from a mirror, pull from a registry. After each the database must be whole and say what it said before or
// what it was to say; then the same command must succeed, and leave nothing beside the database.
//   node test/soak/advisories.ts [--kills 50] [--seed N]     (about four minutes)
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openAdvisories } from '../../src/advisories/database.ts';
import { openForReading } from '../../src/advisories/sqlite.ts';
import { FakeRegistry } from '../support/fake-registry.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { projectRoot, runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { Random } from './fuzz/random.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    records: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const kills = Number(values.kills);
const random = new Random(Number(values.seed));
console.log(`seed ${values.seed}, ${kills} kills`);

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);
const failures: string[] = [];

/** The data of a publisher on one of two days: most records stay, some change, some are new. */
function tracker(day: 1 | 2): string {
  const count = Number(values.records) + day * 100;
  const packages: Record<string, Record<string, unknown>> = {};
  for (let i = 0; i < count; i++) {
    const fixed = `1.${i}-${i % 50 === 0 ? day : 1}`;
    const releases = { bookworm: { status: 'resolved', fixed_version: fixed, urgency: 'high', repositories: {} } };
    const of = `package-${i % 500}`;
    packages[of] = { ...packages[of], [`CVE-2099-${10_000 + i}`]: { releases } };
  }
  return JSON.stringify(packages);
}

for (const day of [1, 2] as const) {
  mkdirSync(file(`feeds-${day}/debian-tracker`), { recursive: true });
  writeFileSync(file(`feeds-${day}/debian-tracker/tracker.json`), tracker(day));
}
const mirror = await startFeedMirror();
mirror.set('tracker/data/json', tracker(2));
const registry = await FakeRegistry.start();
const reference = `${registry.host}/soak/advisories:1`;

const today = Math.floor(Date.now() / 1000) - 1000;
const environment = (day: number): Record<string, string> => ({
  SOURCE_DATE_EPOCH: String(today + day),
  DRYDOCK_MIRROR: mirror.url,
  DRYDOCK_DB_KEY: file('key.pub'),
});

async function db(day: number, ...args: string[]): Promise<void> {
  const { status, stderr } = await runDrydock(['db', ...args], { folder, environment: environment(day) });
  if (status !== 0) throw new Error(`db ${args.join(' ')} ended with ${status}: ${stderr}`);
}

await db(1, 'keygen', 'key');
await db(1, 'build', '--from', 'feeds-1', '--db', 'publisher.db');
await db(1, 'export', '1.drydock', '--db', 'publisher.db', '--sign-key', 'key.pem');
await db(1, 'import', '1.drydock', '--db', 'first.db');
await db(2, 'import', 'feeds-2', '--db', 'publisher.db');
await db(2, 'export', '2.drydock', '--db', 'publisher.db', '--sign-key', 'key.pem');
await db(2, 'export', 'delta.drydock', '--db', 'publisher.db', '--sign-key', 'key.pem', '--delta-from', '1.drydock');
await db(2, 'push', reference, '2.drydock', 'delta.drydock');

/** What a database says now, and whether its pages hang together. */
async function look(name: string): Promise<string> {
  const plain = await openForReading(name);
  const [result] = Object.values(plain.prepare('PRAGMA integrity_check').get() as object);
  plain.close();
  if (result !== 'ok') failures.push(`${name}: ${String(result)}`);
  const database = await openAdvisories(name);
  const records = [...database.records()].map((record) => JSON.stringify(record)).sort();
  database.close();
  return hash('sha256', records.join('\n'));
}

const before = await look(file('first.db'));
const after = await look(file('publisher.db'));
if (before === after) throw new Error('both days say the same');

const commands: readonly (readonly [string, ...string[]])[] = [
  ['build', '--from', 'feeds-2'],
  ['import', 'feeds-2'],
  ['import', '2.drydock'],
  ['import', 'delta.drydock'],
  ['update', 'debian-tracker'],
  ['pull', reference],
];

/** How long each takes when nobody ends it. */
const usual: number[] = [];
for (const [i, command] of commands.entries()) {
  copyFileSync(file('first.db'), file('usual.db'));
  const started = performance.now();
  await db(2, ...command, '--db', 'usual.db');
  usual[i] = performance.now() - started;
  if ((await look(file('usual.db'))) !== after) failures.push(`${command.join(' ')} does not lead to the second day`);
}
console.log(commands.map((command, i) => `${command.join(' ')}: ${Math.round(usual[i]!)} ms`).join('\n'));

/** What `runDrydock` has too, so that both take the same time to start. */
const compiled = path.join(projectRoot, 'node_modules/.cache/drydock-test');
const ends = { before: 0, after: 0, finished: 0 };
for (let round = 0; round < kills; round++) {
  const which = round % commands.length;
  const command = commands[which]!;
  const home = temporaryFolder();
  const target = path.join(home, 'advisories.db');
  copyFileSync(file('first.db'), target);
  const args = [path.join(projectRoot, 'src/cli/main.ts'), 'db', ...command, '--db', target];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/dev/null/home', NODE_COMPILE_CACHE: compiled, ...environment(2) },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  // The beginning is the start of Node.js, in which nothing is written.
  await Promise.race([sleep(usual[which]! * (0.35 + (0.7 * random.below(1000)) / 1000)), ended]);
  child.kill('SIGKILL');
  await ended;
  if (child.signalCode === null) ends.finished++;
  const words = `${command.join(' ')}, round ${round}`;
  try {
    const content = await look(target);
    if (content === before) ends.before++;
    else if (content === after) ends.after++;
    else failures.push(`${words}: neither what it was nor what it was to be`);
    const again = performance.now();
    await db(2, ...command, '--db', target);
    // What else the machine does changes: the next kill goes by the last time.
    usual[which] = performance.now() - again;
    if ((await look(target)) !== after) failures.push(`${words}: not as it was to be after another try`);
    const left = readdirSync(home).filter((name) => name !== 'advisories.db');
    if (left.length > 0) failures.push(`${words}: left ${left.join(', ')}`);
  } catch (error) {
    failures.push(`${words}: ${(error as Error).message}`);
  }
}
mirror.close();
registry.close();
console.log(`as before ${ends.before}, as it was to be ${ends.after}, of which ${ends.finished} ended by themselves`);
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? 'old or new after every kill' : `${failures.length} failures`);
process.exitCode = failures.length === 0 ? 0 : 1;
