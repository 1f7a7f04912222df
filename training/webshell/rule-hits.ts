/**
 * Which starter rules hit which files of a corpus, and in which view of them:
 * `node rule-hits.ts CORPUS OUT [first-last]`.
 *
 * CORPUS holds corpus.bin and corpus.ndjson as corpus.py writes them. OUT gets a line for each line of corpus.ndjson, in
 * its order: `{"sha256":"..","rules":{"php-eval-request":["raw","payload"]}}`. `first-last` are lines, from 0, of which the
 * last is not done: so that several processes can share the work. What the rules are worth is printed at the end, and
 * to OUT.summary.json: for each rule how many files hit, webshells without the noisy ones and benign ones, by split.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type ScriptLanguage, scriptLanguage, scriptViews } from '../../src/checks/webshells/script-views.ts';
import { openRules } from '../../src/contents/yara/open-rules.ts';

interface Line {
  readonly path: string;
  readonly sha256: string;
  readonly language: ScriptLanguage;
  readonly label: 'webshell' | 'benign';
  readonly split: 'train' | 'validation';
  readonly noisy?: boolean;
  readonly offset: number;
  readonly length: number;
}

type Count = Record<`${Line['split']} ${Line['label']}`, number>;

const [corpus, out, part] = process.argv.slice(2);
if (corpus === undefined || out === undefined) throw new Error('usage: node rule-hits.ts CORPUS OUT [first-last]');

const folder = path.join(import.meta.dirname, '../../starter/rules');
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.yar'))
  .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
const { rules, losses } = openRules({ digest, read: () => texts }, { maxMatches: 50 });
if (losses.length > 0) throw new Error(losses.map(({ file, line, reason }) => `${file}:${line} ${reason}`).join('\n'));

const lines = readFileSync(path.join(corpus, 'corpus.ndjson'), 'utf8').trimEnd().split('\n');
const [first, last] = part === undefined ? [0, lines.length] : (part.split('-').map(Number) as [number, number]);
const bin = openSync(path.join(corpus, 'corpus.bin'), 'r');
const sink = openSync(out, 'w');
const counts: Map<string, Count> = new Map();
const total = none();
/** Rules that were met and are not weak. */
const strong: Set<string> = new Set();

for (const text of lines.slice(first, last)) {
  const line = JSON.parse(text) as Line;
  const hits = hitsOf(line);
  writeSync(sink, `${JSON.stringify({ sha256: line.sha256, rules: hits })}\n`);
  if (line.noisy) continue;
  const key = `${line.split} ${line.label}` as const;
  total[key]++;
  const names = Object.keys(hits);
  for (const name of names.length > 0 ? [...names, '(any)', ...(names.some(isStrong) ? ['(any strong)'] : [])] : []) {
    const count = counts.get(name) ?? none();
    count[key]++;
    counts.set(name, count);
  }
}
closeSync(sink);
rules.close();
const summary = {
  total,
  rules: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
};
writeFileSync(`${out}.summary.json`, JSON.stringify(summary, undefined, 1));
for (const [name, count] of Object.entries(summary.rules)) say(name, count);
say('of', total);

function say(name: string, count: Count): void {
  process.stdout.write(`${name.padEnd(32)} ${JSON.stringify(count)}\n`);
}

function none(): Count {
  return { 'train webshell': 0, 'train benign': 0, 'validation webshell': 0, 'validation benign': 0 };
}

function isStrong(name: string): boolean {
  return strong.has(name);
}

function hitsOf({ path: name, language, offset, length }: Line): Record<string, string[]> {
  const content = Buffer.alloc(length);
  readSync(bin, content, 0, length, offset);
  const hits: Record<string, string[]> = {};
  for (const view of scriptViews(content, scriptLanguage(name, content) ?? language)) {
    for (const { meta } of rules.scan(view.bytes).matches) {
      const id = String(meta['id']);
      if (meta['weight'] !== 'weak') strong.add(id);
      const views = hits[id] ?? [];
      if (!views.includes(view.name)) views.push(view.name);
      hits[id] = views;
    }
  }
  return hits;
}
