/**
 * What the models see of the files of a corpus, made by the code that ships: `node features.ts CORPUS FEATURES`.
 *
 * CORPUS holds corpus.bin and corpus.ndjson as corpus.py writes them. In FEATURES come to be:
 * - rows.ndjson: a line for each file and each change of one, with where its texts stand;
 * - tokens.bin: the token hashes of all texts, little-endian, 32 bits each;
 * - bytes.bin: what the network reads, `cnnBytes` a row.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import {
  cnnBytes,
  cnnInput,
  readTokens,
  scriptLanguage,
  scriptViews,
  tokenRoom,
} from '../../src/checks/webshells/script-views.ts';
import { type Row, rowsOf } from './rows.ts';

const [corpus, features] = process.argv.slice(2);
if (corpus === undefined || features === undefined) throw new Error('usage: node features.ts CORPUS FEATURES');
mkdirSync(features, { recursive: true });

const out = {
  rows: openSync(path.join(features, 'rows.ndjson'), 'w'),
  tokens: openSync(path.join(features, 'tokens.bin'), 'w'),
  bytes: openSync(path.join(features, 'bytes.bin'), 'w'),
};
const room = tokenRoom();
let tokensAt = 0;
let spent = 0n;

/** Writes a row. `language` is what the gate says; where it does not take the file, what the index says. */
function write({ index, variant, name, content, ...row }: Row): void {
  const begin = process.hrtime.bigint();
  const gate = scriptLanguage(name, content);
  const language = gate ?? row.language;
  const views = scriptViews(content, language);
  const text = views.findLastIndex((view) => view.name !== 'payload');
  const texts: { offset: number; tokens: number; payload: boolean }[] = [];
  for (const [i, view] of views.entries()) {
    if (view.name !== 'payload' && i !== text) continue;
    const { count, hashes } = readTokens(view.bytes, language, room);
    const part = new Uint8Array(hashes.buffer, hashes.byteOffset, count * 4);
    for (let at = 0; at < part.length; ) at += writeSync(out.tokens, part, at);
    texts.push({ offset: tokensAt, tokens: count, payload: view.name === 'payload' });
    tokensAt += count;
  }
  const bytes = cnnInput(views);
  spent += process.hrtime.bigint() - begin;
  for (let at = 0; at < cnnBytes; ) at += writeSync(out.bytes, bytes, at);
  writeSync(
    out.rows,
    `${JSON.stringify({ index, variant, taken: gate !== undefined, language, size: content.length, texts })}\n`,
  );
}

for (const row of rowsOf(corpus)) write(row);
for (const file of Object.values(out)) closeSync(file);
process.stdout.write(`${tokensAt} tokens; ${(Number(spent) / 1e9).toFixed(1)} s for gate, views, tokens and bytes\n`);
