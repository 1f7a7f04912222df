/**
 * Proves that what ships says what was trained: `node verify.ts CORPUS MODELS MODEL`, behind ensemble.py.
 *
 * Reads expected.ndjson of MODELS, judges its files and writes verified.json: the largest differences, and how fast it
 * was with all views and models.
 */
import { openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { network } from '../../src/checks/webshells/cnn.ts';
import { scriptJudge } from '../../src/checks/webshells/judge-script.ts';
import { readModel } from '../../src/checks/webshells/model-file.ts';
import { cnnInput, scriptViews } from '../../src/checks/webshells/script-views.ts';

const [corpus, models, file] = process.argv.slice(2);
if (corpus === undefined || models === undefined || file === undefined) {
  throw new Error('usage: node verify.ts CORPUS MODELS MODEL');
}

interface Expected {
  readonly path: string;
  readonly webshell: boolean;
  readonly offset: number;
  readonly length: number;
  readonly whole: number;
  readonly window: number;
  readonly payload: number | null;
  readonly network: number;
}

const began = process.hrtime.bigint();
const model = readModel(readFileSync(file));
const judge = scriptJudge(model);
const bytes = network(model.network);
const loaded = Number(process.hrtime.bigint() - began) / 1e6;

const bin = openSync(path.join(corpus, 'corpus.bin'), 'r');
const expected = readFileSync(path.join(models, 'expected.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Expected)
  .map((line) => {
    const content = Buffer.alloc(line.length);
    readSync(bin, content, 0, line.length, line.offset);
    return { ...line, content };
  });

const differences = { linear: 0, network: 0 };
for (const one of expected) {
  const judged = judge.judge(one.path, one.content);
  if (judged === undefined) continue;
  const { whole, window, payload } = judged.evidence.linear;
  differences.linear = Math.max(
    differences.linear,
    Math.abs(whole - one.whole),
    Math.abs(window - one.window),
    Math.abs((payload ?? 0) - (one.payload ?? 0)),
  );
  const score = bytes.score(cnnInput(scriptViews(one.content, judged.language)));
  differences.network = Math.max(differences.network, Math.abs(score - one.network));
}

/** Webshells among the files of validation. */
const SHARE = 0.08;
/** Seconds of this process for each file of a label, of those that hold one in `SHARE`, and bytes. */
function cost(webshell: boolean): { seconds: number; bytes: number } {
  const files = expected.filter((one) => one.webshell === webshell);
  const before = process.cpuUsage();
  for (const { path: name, content } of files) judge.judge(name, content);
  const { user, system } = process.cpuUsage(before);
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  return { seconds: (user + system) / 1e6 / files.length, bytes: bytes / files.length };
}
cost(false);
const [bad, good] = [cost(true), cost(false)];
const seconds = SHARE * bad.seconds + (1 - SHARE) * good.seconds;
const size = SHARE * bad.bytes + (1 - SHARE) * good.bytes;
const verified = {
  files: expected.length,
  differences,
  loadMilliseconds: Math.round(loaded),
  filesPerSecond: Math.round(1 / seconds),
  megabytesPerSecond: Math.round(size / seconds / 1e5) / 10,
};
writeFileSync(path.join(models, 'verified.json'), `${JSON.stringify(verified, undefined, 2)}\n`);
process.stdout.write(`${JSON.stringify(verified)}\n`);
