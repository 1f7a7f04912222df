import { open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { looksLikeReport, readReports } from '../report/read-report.ts';

/** More than the report of the largest image there is; a guard against files that are no reports. */
const MAXIMUM = 1024 * 1024 * 1024;
const START = 512;

/**
 * The reports of a file in JSON. Undefined where the file is something else, or is not there: an image, perhaps.
 * @param word how the user named it, for messages
 * @throws UsageError if it is JSON, but no report
 */
export async function readReportFile(file: string, word: string): Promise<readonly Report[] | undefined> {
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
    if (stat.size > MAXIMUM)
      throw new UsageError('usage.option', `${word} has more than 1 GiB: no report is that large.`);
    return readReports((await handle.readFile()).toString().replace(/^\uFEFF/, ''), word);
  } finally {
    await handle.close();
  }
}
