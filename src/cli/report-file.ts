import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { UsageError } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { looksLikeReport, readReports } from '../report/read-report.ts';

/** More than the report of the largest image there is; a guard against files that are no reports. */
const MAXIMUM = 1024 * 1024 * 1024;
const START = 512;

const tooLarge = (word: string): UsageError =>
  new UsageError('usage.option', `${word} has more than 1 GiB: no report is that large.`);

/**
 * The reports of a file in JSON. Undefined where the file is something else, or is not there: an image, perhaps.
 * @param word how the user named it, for messages
 * @throws UsageError if it is JSON, but no report
 */
export async function readReportFile(file: string, word: string): Promise<readonly Report[] | undefined> {
  const text = await readReportText(file, word);
  return text === undefined ? undefined : readReports(text, word);
}

/** Why there is no report in a file that was to be one. */
export function notAReport(file: string, word: string): string {
  return existsSync(file) ? `${word} is not a report in JSON` : `no such file: ${word}`;
}

/** The text of such a file, as long as it can be one by how it begins. */
export async function readReportText(file: string, word: string): Promise<string | undefined> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch {
    // Whoever reads images says what is wrong with it.
    return undefined;
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START), 0, START, 0);
    if (!looksLikeReport(buffer.toString('utf8', 0, bytesRead))) return undefined;
    if (stat.size > MAXIMUM) throw tooLarge(word);
    return (await handle.readFile()).toString().replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}

/**
 * The text of a report that comes through a pipe.
 * @throws UsageError if it is more than any report has; the reason of the signal
 */
export async function readPipedReport(input: Readable, word: string, signal: AbortSignal): Promise<string> {
  addAbortSignal(signal, input);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of input) {
      size += (chunk as Buffer).length;
      if (size > MAXIMUM) throw tooLarge(word);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    throw new UsageError('usage.option', `${word} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  return Buffer.concat(chunks)
    .toString()
    .replace(/^\uFEFF/, '');
}
