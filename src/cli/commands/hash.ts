import { closeSync, fstatSync, openSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { exitStatus, LimitError, SourceError, UsageError } from '../../errors.ts';
import { FileSource } from '../../formats/byte-source.ts';
import { compareDigests } from '../../formats/ssdeep/compare.ts';
import { fuzzyDigest, fuzzyDigestOf } from '../../formats/ssdeep/digest.ts';
import { type KnownDigest, readDigestFile } from '../../formats/ssdeep/digest-file.ts';
import { buildDigestIndex } from '../../formats/ssdeep/digest-index.ts';
import { parseDigest } from '../../formats/ssdeep/parsed-digest.ts';
import { escapeText } from '../../report/escape.ts';
import { jsonText } from '../../report/json.ts';
import type { Command, Invocation } from '../command.ts';
import { readWhole } from '../policy-file.ts';
import { checkStandardInput } from '../standard-input.ts';

/** A million digests, for which the index takes half a gigabyte of memory. */
const MOST_LIST_BYTES = 100 * 1024 * 1024;
/** Of what is like a file so many are told. */
const MOST_MATCHES = 10;

/** What became of one word. */
type Hashed = { readonly path: string; readonly digest: string } | { readonly path: string; readonly error: string };

/** @throws SourceError */
async function digestOfFile(word: string, { io }: Invocation): Promise<string> {
  io.signal.throwIfAborted();
  if (word === '-') return fuzzyDigest(await buffer(process.stdin));
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path.resolve(io.folder, word), 'r');
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) {
      throw new SourceError('source.unreadable', `${word} is a folder. Name the files in it: ${word}/*`);
    }
    if (!stat.isFile()) {
      throw new SourceError('source.unreadable', `${word} is no file; what a program writes is read from -`);
    }
    return fuzzyDigestOf(new FileSource(descriptor));
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (error instanceof LimitError)
      throw new SourceError('source.limit', `${word}: ${error.message}`, { cause: error });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOENT' ? 'is not there' : `could not be read (${code})`;
    throw new SourceError('source.unreadable', `${word} ${why}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The files one by one. One that cannot be read is told at once, and does not end it. */
async function* hashFiles(invocation: Invocation): AsyncGenerator<Hashed> {
  for (const word of invocation.words) {
    try {
      yield { path: word, digest: await digestOfFile(word, invocation) };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      invocation.io.error(escapeText(error.message));
      yield { path: word, error: error.message };
    }
  }
}

async function hash(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const files: Hashed[] = [];
  for await (const file of hashFiles(invocation)) {
    files.push(file);
    if (configuration.settings.format === 'json' || 'error' in file) continue;
    await io.stdout.write(`${file.digest}  ${escapeText(file.path)}\n`);
  }
  if (configuration.settings.format === 'json') await io.stdout.write(jsonText({ schemaVersion: 1, files }));
  return statusOf(files);
}

function statusOf(files: readonly Hashed[]): number {
  return files.some((file) => 'error' in file) ? exitStatus.source : exitStatus.done;
}

async function compare(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const [a, b, ...others] = words;
  if (a === undefined || b === undefined || others.length > 0) {
    throw new UsageError('usage.option', '--compare needs two words, each a digest or a file.');
  }
  const digests: string[] = [];
  for (const word of [a, b]) {
    digests.push(parseDigest(word) === undefined ? await digestOfFile(word, invocation) : word);
  }
  const score = compareDigests(digests[0]!, digests[1]!);
  await io.stdout.write(configuration.settings.format === 'json' ? jsonText({ score, digests }) : `${score}\n`);
  return exitStatus.done;
}

async function match(list: string, invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { format, threshold } = configuration.settings;
  const known = readDigestFile((await readWhole(list, list, MOST_LIST_BYTES)).toString('utf8'));
  for (const { line, message } of known.problems) io.log.warn({}, `${escapeText(list)}:${line}: ${message}`);
  const index = buildDigestIndex(known.digests.map(({ digest }) => digest));
  const files: (Hashed & { readonly matches: readonly (KnownDigest & { readonly score: number })[] })[] = [];
  for await (const file of hashFiles(invocation)) {
    const found = 'error' in file ? [] : index.query(file.digest, threshold).slice(0, MOST_MATCHES);
    const matches = found.map(({ id, score }) => ({ score, ...known.digests[id]! }));
    files.push({ ...file, matches });
    if (format === 'json') continue;
    const lines = matches.map(({ score, name }) => `${score}  ${escapeText(file.path)}  ${escapeText(name)}\n`);
    await io.stdout.write(lines.join(''));
  }
  if (format === 'json') {
    await io.stdout.write(jsonText({ schemaVersion: 1, known: index.size, unusableLines: known.unusable, files }));
  }
  return statusOf(files);
}

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  checkStandardInput(words, io, 'Pipe a file into "drydock hash -".');
  if (settings.compare && settings.match !== undefined) {
    throw new UsageError('usage.option', '--compare and --match are two questions: ask one of them.');
  }
  if (settings.compare) return await compare(invocation);
  return await (settings.match === undefined ? hash(invocation) : match(settings.match, invocation));
}

export const command: Command = {
  name: 'hash',
  summary: 'Print digests of files that are alike for files that are alike, and compare them.',
  description:
    'The digests are those of ssdeep (CTPH). With --compare two digests or files are given a score from 0 (nothing in common) to 100. With --match each file is looked for in a list that "ssdeep FILE..." wrote: SCORE, FILE and the known name, ten a file at the most. Exit status 3: a file could not be read.',
  arguments: [{ name: 'file', description: 'what to read; - is standard input', several: true, offers: 'files' }],
  options: ['format', 'compare', 'match', 'threshold'],
  formats: ['table', 'json'],
  examples: [
    'drydock hash upload.php',
    'drydock hash --compare old.php new.php',
    'drydock hash --match known.ssdeep --threshold 60 *.php',
  ],
  run,
};
