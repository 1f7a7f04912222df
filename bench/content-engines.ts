// The engines that judge contents, each alone in a process, over the files that they are shown with --deep.
//   node bench/content-engines.ts gather IMAGE FOLDER    all files that are judged, unpacked, into one file; tells what that takes
//   node bench/content-engines.ts ENGINE FOLDER          malware, webshells: the engines of a check; sha256: a digest of each file
// Both print a line of JSON. bench/contents.ts runs them.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { malwareEngines } from '../src/checks/malware/engines.ts';
import { webshellEngines } from '../src/checks/webshells/engines.ts';
import type { Content } from '../src/contents/content.ts';
import { contentAnalyzer } from '../src/contents/content-analyzer.ts';
import { type ContentType, mayBeServed } from '../src/contents/content-type.ts';
import { type ContentEngine, NOTHING } from '../src/contents/engine.ts';
import type { ScanContext } from '../src/context.ts';
import { openImage } from '../src/image/open.ts';
import { defaultLimits } from '../src/limits.ts';
import { silent } from '../src/log.ts';
import type { CheckSettings } from '../src/model/check.ts';
import type { FileHeader } from '../src/model/file.ts';
import { readLayers } from '../src/reading/read-layers.ts';
import { starterModel, starterRules } from '../src/rules/starter.ts';

/** A file that was judged: its bytes stand one behind the other with those of all others. */
interface Gathered {
  readonly header: FileHeader;
  readonly type: ContentType;
  readonly size: number;
  readonly held: number;
}

const [engine, first = '', second = ''] = process.argv.slice(2);
if (engine === 'gather') await gather(first, second);
else await judge(engine as string, first);

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The way through an image with --deep, unpacking and all, with nobody who judges: what it takes without keeping the bytes, too. */
async function gather(image: string, folder: string): Promise<void> {
  const output = openSync(path.join(folder, 'files.bin'), 'w');
  const lines: string[] = [];
  const keeps: ContentEngine = {
    name: 'gather',
    rules: '',
    takes: () => true,
    judge: ({ header, type, size, bytes }) => {
      writeSync(output, bytes);
      const { path: name, name: base, mode, uid, gid, offset } = header;
      const told = { path: name, name: base, type: 'file', size, mode, uid, gid, offset };
      lines.push(JSON.stringify({ header: told, type, size, held: bytes.length }));
      return NOTHING;
    },
  };
  await walk(image, keeps);
  writeFileSync(path.join(folder, 'files.ndjson'), lines.join('\n'));
  closeSync(output);
  const before = cpu();
  await walk(image, { ...keeps, judge: () => NOTHING });
  console.log(JSON.stringify({ files: lines.length, seconds: cpu() - before }));
}

async function walk(reference: string, engine: ContentEngine): Promise<void> {
  const context: ScanContext = {
    limits: defaultLimits,
    signal: new AbortController().signal,
    temporary: path.dirname(path.resolve(reference)),
    log: silent,
    progress: { report: () => {} },
    now: new Date(),
  };
  const opened = await openImage(reference, { ...context, onSpool: () => {} });
  for (const image of opened.images) {
    await readLayers(image, [contentAnalyzer('gather', [engine], { deep: true })], context);
  }
  opened.close();
}

async function judge(name: string, folder: string): Promise<void> {
  const rules = starterRules();
  const model = starterModel();
  const settings: CheckSettings = {
    ruleSets: rules === undefined ? [] : [rules],
    ...(model && { webshellModel: model }),
    compiled: path.join(folder, 'rules'),
    deep: true,
    unwanted: false,
  };
  const engines =
    name === 'sha256' ? [] : name === 'malware' ? await malwareEngines(settings) : webshellEngines(settings);
  const lines = readFileSync(path.join(folder, 'files.ndjson'), 'utf8').split('\n');
  const input = openSync(path.join(folder, 'files.bin'), 'r');
  let [position, seconds, files, bytes] = [0, 0, 0, 0];
  for (const line of lines) {
    const { header, type, size, held } = JSON.parse(line) as Gathered;
    const all = Buffer.allocUnsafe(held);
    readSync(input, all, 0, held, position);
    position += held;
    const served = mayBeServed(type, header, all.subarray(0, 4096));
    const takers = engines.filter((one) => one.takes(type, header, served));
    if (name !== 'sha256' && takers.length === 0) continue;
    const content: Content = {
      header,
      path: header.path,
      type,
      size,
      bytes: all,
      start: 0,
      digest: () => '',
    };
    const before = cpu();
    if (name === 'sha256') createHash('sha256').update(all).digest('hex');
    for (const taker of takers) taker.judge(content);
    seconds += cpu() - before;
    files++;
    bytes += size;
  }
  closeSync(input);
  console.log(JSON.stringify({ files, bytes, seconds }));
}
