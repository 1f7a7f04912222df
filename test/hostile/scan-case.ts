import { createReadStream, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { checks } from '../../src/checks/index.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import type { Report } from '../../src/model/report.ts';
import { scanImage } from '../../src/scan.ts';
import { testContext } from '../support/scan.ts';
import { writeTemporary } from '../support/temporary.ts';
import type { HostileCase } from './hostile-case.ts';
import { someAdvisories } from './some-advisories.ts';

/** A scan as plain data, so that another process can be told to do it. */
export interface ScanOrder {
  readonly reference: string;
  /** File whose bytes come on standard input. */
  readonly stdin?: string;
  readonly verify?: boolean;
  readonly platform?: string;
  readonly limits?: Partial<Limits>;
  readonly temporary?: string;
}

/** A scan ends with reports or with an error; never with both. */
export interface Outcome {
  readonly reports: readonly Report[];
  readonly error?: unknown;
}

/** Odd, so that no piece ends where a block does. */
const PIECE = 65_521;

/** Makes what a case scans: a file with its bytes, unless it wrote one itself. */
export function orderOf(hostile: HostileCase): ScanOrder {
  const made = hostile.make();
  const file = typeof made === 'string' ? made : writeTemporary('image.tar', made);
  const streamed = hostile.via === 'stdin';
  return {
    reference: `${hostile.scheme ?? ''}${streamed ? '-' : file}`,
    ...(streamed && { stdin: file }),
    ...(hostile.verify === true && { verify: true }),
    ...(hostile.platform !== undefined && { platform: hostile.platform }),
    ...(hostile.limits !== undefined && { limits: hostile.limits }),
    ...(hostile.temporary !== undefined && { temporary: hostile.temporary() }),
  };
}

/** Scans as a user would: a file, a folder, or standard input. */
export async function runScan({ reference, stdin, limits, temporary, ...options }: ScanOrder): Promise<Outcome> {
  try {
    const reports = await scanImage(
      reference,
      {
        ...options,
        ecosystems,
        checks,
        advisories: someAdvisories,
        ...(stdin !== undefined && { stdin: standardInput(stdin) }),
        toolVersion: '0.0.0',
      },
      testContext({ limits: { ...defaultLimits, ...limits }, ...(temporary !== undefined && { temporary }) }),
    );
    return { reports };
  } catch (error) {
    return { reports: [], error };
  }
}

/** Opened at once: a scan that ends before it reads must not leave a stream that opens a file which is removed by then. */
function standardInput(file: string): Readable {
  return createReadStream(file, { fd: openSync(file, 'r'), highWaterMark: PIECE });
}

/** Makes a case and scans it in this process. */
export async function scanCase(hostile: HostileCase): Promise<Outcome> {
  return await runScan(orderOf(hostile));
}
