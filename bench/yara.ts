import { closeSync, globSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRules } from '../src/contents/yara/open-rules.ts';
import { readTexts } from '../src/contents/yara/shared-rules.ts';
import type { CompiledRules, YaraRules } from '../src/contents/yara/yara-rules.ts';

/**
 * Measures YARA rules: compiled, taken up again up to the first file that is judged, and how fast they look through
 * programs and scripts, in seconds of a processor (the wall tells little on a machine that does other things).
 * Run: `node bench/yara.ts FOLDER [CORPUS]`, FOLDER with files of rules (`.yar`, `.yara`). CORPUS is a folder with PHP files,
 * or CORPUS.bin a file of scripts one behind the other and CORPUS.ndjson a line for each with `offset`, `size` and
 * `language`. `DRYDOCK_YARA=wasm` measures the WebAssembly.
 *
 * For instance, about 6,000 rules and 14,000 files of PHP:
 *
 *     git clone --depth 1 https://github.com/Neo23x0/signature-base /tmp/rules
 *     cd /tmp; apt-get download phpmyadmin wordpress roundcube-core mediawiki php-tcpdf phpunit cacti composer
 *     for package in *.deb; do dpkg -x "$package" php; done
 *     node bench/yara.ts /tmp/rules/yara /tmp/php
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
function time<T>(what: string, work: () => T): { readonly result: T; readonly seconds: number } {
  const { 0: begin, 1: cpu } = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  const wall = (performance.now() - begin) / 1000;
  const seconds = (user + system) / 1e6;
  console.log(`${what}: ${seconds.toFixed(2)} s of a processor, ${wall.toFixed(2)} s`);
  return { result, seconds };
}

const open = (): CompiledRules => openRules(sources, { maxSeconds: 60 }, compiled);
try {
  const before = memory();
  const first = time('compiled', open).result;
  console.log(
    `${first.count} rules, ${first.lost} lost, ${first.rules.engine}; ${(memory() - before).toFixed(0)} MB more`,
  );
  const reasons = Map.groupBy(first.losses, ({ reason }) => reason.replaceAll(/`[^`]*`|\brule \S+/g, '...'));
  for (const [reason, losses] of [...reasons].sort((a, b) => b[1].length - a[1].length).slice(0, 8)) {
    console.log(`  ${losses.length} x ${reason}`);
  }
  first.rules.close();
  const again = time('opened again', open);
  const { rules } = again.result;
  const script = time('  a script', () => rules.scan(Buffer.from('<?php echo 1;')));
  console.log(`from opened again to the first script: ${(again.seconds + script.seconds).toFixed(2)} s of a processor`);
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
  const scripts = statSync(corpus, { throwIfNoEntry: false })?.isDirectory()
    ? scriptsIn(corpus)
    : packedScripts(corpus);
  report(rules, `${scripts.length} PHP files`, scripts);
}

/** Every so many, so that they are of everything there is. */
function chosen<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / SCRIPTS));
  return all.filter((_, at) => at % step === 0);
}

function scriptsIn(folder: string): readonly Buffer[] {
  const all = globSync('**/*.php', { cwd: folder }).sort();
  const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  return chosen(all.map((file) => path.join(folder, file)).filter(isFile)).map((file) => readFileSync(file));
}

function packedScripts(corpus: string): readonly Buffer[] {
  const lines = readFileSync(`${corpus}.ndjson`, 'utf8').trimEnd().split('\n');
  const php = lines
    .map((line) => JSON.parse(line) as { offset: number; size: number; language: string; label?: string })
    .filter(({ language, label }) => language === 'php' && label !== 'webshell');
  const descriptor = openSync(`${corpus}.bin`, 'r');
  const scripts = chosen(php).map(({ offset, size }) => {
    const bytes = Buffer.alloc(size);
    readSync(descriptor, bytes, 0, size, offset);
    return bytes;
  });
  closeSync(descriptor);
  return scripts;
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
