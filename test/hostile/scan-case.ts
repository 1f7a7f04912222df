import { Readable } from 'node:stream';
import { checks } from '../../src/checks/index.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { defaultLimits } from '../../src/limits.ts';
import type { Report } from '../../src/model/report.ts';
import { scanImage } from '../../src/scan.ts';
import { testContext } from '../support/scan.ts';
import { writeTemporary } from '../support/temporary.ts';
import type { HostileCase } from './hostile-case.ts';
import { someAdvisories } from './some-advisories.ts';

/** A scan ends with reports or with an error; never with both. */
export interface Outcome {
  readonly reports: readonly Report[];
  readonly error?: unknown;
}

/** Scans bytes as a user would: from a file, or on standard input. */
export async function scanCase(hostile: HostileCase): Promise<Outcome> {
  const made = hostile.make();
  const streamed = hostile.via === 'stdin' && typeof made !== 'string';
  const reference = typeof made === 'string' ? made : streamed ? '-' : writeTemporary('image.tar', made);
  try {
    const reports = await scanImage(
      `${hostile.scheme ?? ''}${reference}`,
      {
        ecosystems,
        checks,
        advisories: someAdvisories,
        ...(hostile.verify === true && { verify: true }),
        ...(streamed && { stdin: Readable.from(pieces(made)) }),
        toolVersion: '0.0.0',
      },
      testContext({ limits: { ...defaultLimits, ...hostile.limits } }),
    );
    return { reports };
  } catch (error) {
    return { reports: [], error };
  }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_521) yield bytes.subarray(at, at + 65_521);
}
