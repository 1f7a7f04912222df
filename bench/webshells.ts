import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { scriptJudge } from '../src/checks/webshells/judge-script.ts';
import { readModel } from '../src/checks/webshells/model-file.ts';
import { scriptLanguage } from '../src/checks/webshells/script-views.ts';

/**
 * How many scripts a second the models judge on one core, without the help of rules: gate, views, likeness, both models,
 * and loading them. CPU time of the process, helping threads of V8 included, so that other work on the machine counts little.
 * Run: `node bench/webshells.ts SOURCE [--split validation] [--every 1] [--model FILE]`.
 *
 * SOURCE is a folder, of which every file is taken that is a script, or holds corpus.bin and corpus.ndjson as
 * training/webshell/corpus.py packs them; then the files of a split are taken whose label is not noisy, in its mix.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    split: { type: 'string', default: 'validation' },
    every: { type: 'string', default: '1' },
    model: { type: 'string', default: path.join(import.meta.dirname, '../starter/models/webshells.bin') },
  },
});
const [source] = positionals;
if (source === undefined) throw new Error('usage: node bench/webshells.ts SOURCE [--split NAME] [--every N]');

interface Script {
  readonly name: string;
  readonly bytes: Buffer;
  readonly label: string;
}

interface Line {
  readonly path: string;
  readonly split: string;
  readonly label: string;
  readonly noisy?: boolean;
  readonly offset: number;
  readonly length: number;
}

const LARGEST = 4 * 1024 * 1024;
/** Bytes held at a time: the files are read before the clock runs. */
const BATCH = 64 * 1024 * 1024;

function* packed(folder: string, split: string): Iterable<Script> {
  const bin = openSync(path.join(folder, 'corpus.bin'), 'r');
  const lines = readFileSync(path.join(folder, 'corpus.ndjson'), 'utf8').split('\n');
  for (const line of lines) {
    if (line === '') continue;
    const { path: name, label, offset, length, ...one } = JSON.parse(line) as Line;
    if (one.split !== split || one.noisy) continue;
    const bytes = Buffer.alloc(length);
    readSync(bin, bytes, 0, length, offset);
    yield { name, bytes, label };
  }
  closeSync(bin);
}

function* scriptsOf(folder: string): Iterable<Script> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const name = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || statSync(name).size > LARGEST) continue;
    const bytes = readFileSync(name);
    if (scriptLanguage(name, bytes) !== undefined) yield { name, bytes, label: 'unknown' };
  }
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const isPacked = readdirSync(source).includes('corpus.ndjson');
const every = Number(values.every);
const began = cpu();
const judge = scriptJudge(readModel(readFileSync(values.model)));
// The first script takes up what is made when it is first needed.
judge.judge('first.php', Buffer.from('<?php eval($_POST["first"]); system($_GET["c"]);'));
const loaded = cpu() - began;

let spent = 0;
let asked = 0;
let bytes = 0;
let files = 0;
const mix = new Map<string, number>();
let batch: Script[] = [];
let held = 0;

function judgeBatch(): void {
  const begin = cpu();
  for (const { name, bytes: content, label } of batch) {
    const judged = judge.judge(name, content);
    if (judged?.evidence.network !== undefined) asked++;
    const kind = `${label} ${judged?.language ?? 'none'}`;
    mix.set(kind, (mix.get(kind) ?? 0) + 1);
  }
  spent += cpu() - begin;
  files += batch.length;
  bytes += held;
  batch = [];
  held = 0;
}

let number = 0;
for (const script of isPacked ? packed(source, values.split) : scriptsOf(source)) {
  if (number++ % every !== 0) continue;
  batch.push(script);
  held += script.bytes.length;
  if (held >= BATCH) judgeBatch();
}
judgeBatch();

const sorted = [...mix].toSorted(([a], [b]) => (a < b ? -1 : 1));
console.log(sorted.map(([kind, count]) => `${kind} ${count}`).join(', '));
console.log(`${files} scripts, ${(bytes / files / 1000).toFixed(1)} kB each; the network was asked of ${asked}`);
console.log(`loaded in ${loaded.toFixed(0)} ms of CPU, the first script included`);
console.log(
  `${Math.round((1000 * files) / (spent + loaded))} scripts/s, loading included (${(bytes / spent / 1000).toFixed(1)} MB/s)`,
);
