/**
 * What public rules about webshells say of the files of validation: `node public-rules.ts CORPUS FEATURES MIRRORS`.
 *
 * Sets stand in public-rules.json, with their commits and licences. MIRRORS holds bare mirrors as those of the corpus; a set
 * whose mirror or commit is not there is left out, and that is said. The rules see the bytes of a file and its name, as
 * their authors meant it, and no views. In FEATURES comes to be public-rules.ndjson: the sets first, with how many rules the
 * engine took; then a line for each file of validation with the numbers of the sets of which a rule matches.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openRules } from '../../src/contents/yara/open-rules.ts';
import type { FileVariables, RuleText } from '../../src/contents/yara/yara-rules.ts';

const [corpus, features, mirrors] = process.argv.slice(2);
if (corpus === undefined || features === undefined || mirrors === undefined) {
  throw new Error('usage: node public-rules.ts CORPUS FEATURES MIRRORS');
}

interface RuleSet {
  readonly name: string;
  readonly repository: string;
  readonly commit: string;
  readonly licence: string;
  /** Paths in the repository, with `*` for a part of a name. */
  readonly files: readonly string[];
}

interface Line {
  readonly path: string;
  readonly split: string;
  readonly offset: number;
  readonly length: number;
}

/** The folder of git of a repository. */
function mirrorOf(repository: string): string | undefined {
  const folder = path.join(mirrors!, repository.replace('/', '+'));
  if (!existsSync(folder)) return undefined;
  const inner = readdirSync(folder).map((name) => path.join(folder, name));
  return [folder, ...inner].find((place) => existsSync(path.join(place, 'HEAD')));
}

function git(folder: string, ...words: string[]): string {
  const command = ['-c', 'safe.directory=*', '--git-dir', folder, ...words];
  return execFileSync('git', command, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
}

function textsOf({ repository, commit, files }: RuleSet): RuleText[] | undefined {
  const folder = mirrorOf(repository);
  if (folder === undefined) return undefined;
  try {
    const all = git(folder, 'ls-tree', '-r', '--name-only', commit).split('\n');
    const wanted = all.filter((name) => files.some((file) => path.matchesGlob(name, file)));
    return wanted.map((file) => ({ file, text: git(folder, 'show', `${commit}:${file}`) }));
  } catch {
    return undefined;
  }
}

function variablesOf(name: string): FileVariables {
  const filename = name.slice(name.lastIndexOf('/') + 1);
  const extension = path.extname(filename);
  const filetype = { '.php': 'PHP', '.jsp': 'JSP', '.asp': 'ASP', '.py': 'Python' }[extension.toLowerCase()] ?? '';
  return { filename, filepath: `/${path.dirname(name)}`, extension, filetype, owner: '' };
}

const sets = JSON.parse(readFileSync(path.join(import.meta.dirname, 'public-rules.json'), 'utf8')) as RuleSet[];
const opened = sets.flatMap((set) => {
  const texts = textsOf(set);
  if (texts === undefined)
    process.stdout.write(`left out: ${set.name}, no mirror of ${set.repository} at ${set.commit}\n`);
  return texts === undefined ? [] : [{ set, ...openRules({ digest: set.name, read: () => texts }, { maxMatches: 4 }) }];
});
const lines = readFileSync(path.join(corpus, 'corpus.ndjson'), 'utf8').trimEnd().split('\n');
const bin = openSync(path.join(corpus, 'corpus.bin'), 'r');
const out = [JSON.stringify(opened.map(({ set, count, lost }) => ({ ...set, rules: count, lost })))];
const hits = opened.map(() => 0);
let failed = 0;
for (const [index, text] of lines.entries()) {
  const { path: name, split, offset, length } = JSON.parse(text) as Line;
  if (split !== 'validation') continue;
  const content = Buffer.alloc(length);
  readSync(bin, content, 0, length, offset);
  const found = opened.flatMap(({ rules }, set) => {
    const { matches, timedOut, failure } = rules.scan(content, variablesOf(name));
    if (timedOut || failure !== undefined) failed++;
    return matches.length > 0 ? [set] : [];
  });
  for (const set of found) hits[set]!++;
  out.push(JSON.stringify({ index, sets: found }));
}
closeSync(bin);
for (const { rules } of opened) rules.close();
writeFileSync(path.join(features, 'public-rules.ndjson'), out.map((line) => `${line}\n`).join(''));
for (const [i, { set, count, lost }] of opened.entries()) {
  process.stdout.write(`${set.name}: ${count} rules, ${lost} lost; ${hits[i]} files\n`);
}
if (failed > 0) process.stdout.write(`${failed} scans did not end\n`);
