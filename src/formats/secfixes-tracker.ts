import { FormatError } from '../errors.ts';
import type { CvssScore } from '../model/cvss.ts';
import { scoreCvss } from './cvss/score.ts';
import { asList, asRecord, asText } from './record.ts';

/** A vulnerability that a version of a package in a repository of Alpine has, or has not any more. */
export interface TrackedState {
  /** `3.13-community`, `edge-main`. */
  readonly repository: string;
  readonly package: string;
  /** The version that the repository has. */
  readonly version: string;
  readonly fixed: boolean;
}

/** What Alpine's secfixes-tracker says of a vulnerability (its JSON-LD, type `Vulnerability`). */
export interface TrackedVulnerability {
  readonly id: string;
  readonly description?: string;
  readonly cvss?: Omit<CvssScore, 'source'>;
  readonly urls: readonly string[];
  readonly states: readonly TrackedState[];
}

const STATES = 5000;
const URLS = 8;
const DESCRIPTION = 4000;

/**
 * Reads one vulnerability of the tracker.
 * @throws FormatError if it is none
 */
export function readTrackedVulnerability(document: Uint8Array): TrackedVulnerability {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(document.buffer, document.byteOffset, document.length).toString());
  } catch (error) {
    throw new FormatError('it is no valid JSON', { cause: error });
  }
  const record = asRecord(value);
  const id = asText(record?.['id'], 100);
  if (record === undefined || id === undefined || !/^CVE-\d{4}-\d{4,19}$/.test(id)) {
    throw new FormatError('it names no CVE');
  }
  const description = asText(record['description'], 1_000_000)?.slice(0, DESCRIPTION);
  const vector = asText(asRecord(record['cvss3'])?.['vector'], 200);
  const scored = vector === undefined ? undefined : scoreCvss(vector);
  return {
    id,
    states: asList(record['state']).slice(0, STATES).flatMap(readState),
    urls: asList(record['ref'])
      .map((reference) => asText(asRecord(reference)?.['rel'], 500))
      .filter((url) => url !== undefined && /^https?:\/\/\S+$/.test(url))
      .slice(0, URLS) as string[],
    ...(description !== undefined && { description }),
    ...(vector !== undefined && scored !== undefined && { cvss: { ...scored, vector } }),
  };
}

function readState(value: unknown): TrackedState[] {
  const state = asRecord(value);
  const repository = asText(state?.['repo'], 100);
  const name = asText(state?.['packageName'], 200);
  const version = asText(state?.['packageVersion'], 200);
  if (repository === undefined || name === undefined || version === undefined) return [];
  return [{ repository, package: name, version, fixed: state?.['fixed'] !== false }];
}
