/**
 * What others than the models say of the files of a corpus: `node witnesses.ts CORPUS FEATURES`.
 *
 * In FEATURES comes to be witnesses.ndjson, a line for each row of `rowsOf`: names of the starter rules that match a view
 * of the file, the fuzzy digest of its text without comments where it is long enough for one, and `idle` where the models
 * alone are not heard.
 * Goes on where it was interrupted.
 */
import { closeSync, existsSync, globSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isCapable } from '../../src/checks/webshells/capability.ts';
import { scriptLanguage, scriptViews } from '../../src/checks/webshells/script-views.ts';
import { openRules } from '../../src/contents/yara/open-rules.ts';
import { fuzzyDigest } from '../../src/formats/ssdeep/digest.ts';
import { rowsOf } from './rows.ts';

const [corpus, features] = process.argv.slice(2);
if (corpus === undefined || features === undefined) throw new Error('usage: node witnesses.ts CORPUS FEATURES');

const folder = path.join(import.meta.dirname, '../../starter/rules');
const texts = globSync('webshells-*.yar', { cwd: folder })
  .sort()
  .map((file) => ({
    file,
    text: readFileSync(path.join(folder, file), 'utf8'),
  }));
const { rules, lost } = openRules({ digest: 'training', read: () => texts }, { maxMatches: 4 });
if (lost > 0) throw new Error(`${lost} starter rules are not taken by the engine`);
const file = path.join(features, 'witnesses.ndjson');
const done = existsSync(file) ? readFileSync(file, 'latin1').split('\n').length - 1 : 0;
const out = openSync(file, 'a');
/** Shorter texts have too little to be alike. */
const LEAST_FUZZY = 256;

let number = 0;
for (const { name, content, language, variant, train } of rowsOf(corpus)) {
  if (number++ < done) continue;
  if (train && variant !== '') {
    // Rules and digests do not learn from changed files.
    writeSync(out, '{"rules":[]}\n');
    continue;
  }
  const spoken = scriptLanguage(name, content) ?? language;
  const views = scriptViews(content, spoken);
  const found = new Set<string>();
  for (const { bytes } of views) {
    for (const { rule } of rules.scan(bytes).matches) found.add(rule);
  }
  const stripped = views.find((view) => view.name === 'stripped');
  const fuzzy =
    stripped !== undefined && stripped.bytes.length >= LEAST_FUZZY ? fuzzyDigest(stripped.bytes) : undefined;
  const idle = found.size === 0 && !isCapable(name, content, spoken, views);
  writeSync(out, `${JSON.stringify({ rules: [...found], fuzzy, ...(idle && { idle }) })}\n`);
}
closeSync(out);
rules.close();
