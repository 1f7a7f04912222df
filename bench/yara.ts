import { closeSync, globSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRules } from '../src/contents/yara/open-rules.ts';
import { readTexts } from '../src/contents/yara/shared-rules.ts';
import type { CompiledRules, YaraRules } from '../src/contents/yara/yara-rules.ts';

/**
 * Measures YARA rules: compiled, taken up again, and how fast they look through programs and scripts.
 * Run: `node bench/yara.ts FOLDER [CORPUS]`, FOLDER with files of rules (`.yar`, `.yara`), CORPUS.bin a file of scripts
 * one behind the other and CORPUS.ndjson a line for each with `offset`, `size` and `language`.
 * `DRYDOCK_YARA=wasm` measures the WebAssembly.
 */
const [folder, corpus] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder of rules? node bench/yara.ts FOLDER [CORPUS]');

const PROGRAMS = '/usr/bin';
const PROGRAM_BYTES = 200e6;
const SCRIPTS = 2000;
const EMPTY_FILES = 1000;

const files = globSync('**/*.{yar,yara}', { cwd: folder }).map((file) => path.join(folder, file));
const compiled = mkdtempSync(path.join(tmpdir(), 'drydock-yara-'));
const sources = { digest: `bench ${folder}`, read: () => readTexts(files) };
const memory = (): number => process.memoryUsage().rss / 1e6;

/** Wall and processor time differ on a machine that others use, too. */
function time<T>(what: string, work: () => T): T {
  const { 0: begin, 1: cpu } = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  const wall = (performance.now() - begin) / 1000;
  console.log(`${what}: ${((user + system) / 1e6).toFixed(2)} s of a processor, ${wall.toFixed(2)} s`);
  return result;
}

const open = (): CompiledRules => openRules(sources, { maxSeconds: 60 }, compiled);
try {
  const before = memory();
  const first = time('compiled', open);
  console.log(
    `${first.count} rules, ${first.lost} lost, ${first.rules.engine}; ${(memory() - before).toFixed(0)} MB more`,
  );
  const reasons = Map.groupBy(first.losses, ({ reason }) => reason.replaceAll(/`[^`]*`|\brule \S+/g, '...'));
  for (const [reason, losses] of [...reasons].sort((a, b) => b[1].length - a[1].length).slice(0, 8)) {
    console.log(`  ${losses.length} x ${reason}`);
  }
  first.rules.close();
  const { rules } = time('opened again', open);
  time('  a script', () => rules.scan(Buffer.from('<?php echo 1;')));
  time('  a program of Linux', () => rules.scan(Buffer.from('\x7fELF\x02\x01\x01', 'latin1')));
  time('  a program of Windows', () => rules.scan(Buffer.from('MZ\x90\0', 'latin1')));
  console.log(`${(memory() - before).toFixed(0)} MB more`);
  scanPrograms(rules);
  scanScripts(rules);
  const small = Buffer.from('<?php echo 1;');
  time(`${EMPTY_FILES} files of ${small.length} bytes`, () => {
    for (let count = 0; count < EMPTY_FILES; count++) rules.scan(small);
  });
  rules.close();
} finally {
  rmSync(compiled, { recursive: true });
}

function scanPrograms(rules: YaraRules): void {
  const all = globSync(`${PROGRAMS}/*`).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  const programs: Buffer[] = [];
  let bytes = 0;
  for (const file of all) {
    if (bytes >= PROGRAM_BYTES) break;
    const program = readFileSync(file);
    bytes += program.length;
    programs.push(program);
  }
  report(rules, `${programs.length} files of ${PROGRAMS}`, programs);
}

function scanScripts(rules: YaraRules): void {
  if (corpus === undefined) return;
  const lines = readFileSync(`${corpus}.ndjson`, 'utf8').trimEnd().split('\n');
  const php = lines
    .map((line) => JSON.parse(line) as { offset: number; size: number; language: string; label?: string })
    .filter(({ language, label }) => language === 'php' && label !== 'webshell');
  const step = Math.max(1, Math.floor(php.length / SCRIPTS));
  const descriptor = openSync(`${corpus}.bin`, 'r');
  const scripts = php
    .filter((_, at) => at % step === 0)
    .map(({ offset, size }) => {
      const bytes = Buffer.alloc(size);
      readSync(descriptor, bytes, 0, size, offset);
      return bytes;
    });
  closeSync(descriptor);
  report(rules, `${scripts.length} PHP files`, scripts);
}

function report(rules: YaraRules, what: string, contents: readonly Buffer[]): void {
  const bytes = contents.reduce((sum, { length }) => sum + length, 0);
  const cpu = process.cpuUsage();
  let matches = 0;
  for (const content of contents) matches += rules.scan(content).matches.length;
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (user + system) / 1e6;
  const speed = (bytes / 1e6 / seconds).toFixed(1);
  console.log(`${what}: ${speed} MB/s (${(bytes / 1e6).toFixed(0)} MB, ${seconds.toFixed(2)} s), ${matches} matches`);
}
