import { FormatError } from '../../errors.ts';
import { asRecord, asText } from '../../formats/record.ts';
import type { AdvisoryState } from '../../model/advisory.ts';

/** What a document says of one vulnerability in one package. */
export interface PhotonRow {
  readonly id: string;
  readonly package: string;
  readonly score?: number;
  readonly state: AdvisoryState;
  /** The first version that is not vulnerable, where one is told. */
  readonly fixed?: string;
}

/** Rows that cannot be read, above which the document is another one than it should be. */
const TOLERATED_SHARE = 0.5;
const TOLERATED = 20;

/** CVEs, and advisories of Black Duck, which have no CVE. */
const ids = /^(?:CVE-\d{4}-\d{4,}|BDSA-\d{4}-\d{1,8})$/;

/**
 * Reads `cve_data_photonX.Y.json`: rows of `cve_id`, `pkg`, `cve_score`, `aff_ver`, `res_ver` and `status`.
 * @throws FormatError if it is no such document
 */
export function* readPhotonRows(document: Uint8Array): Generator<PhotonRow | { readonly skipped: string }> {
  const rows = parse(document);
  if (!Array.isArray(rows)) throw new FormatError('the document is no list of rows');
  let skipped = 0;
  for (const [index, item] of rows.entries()) {
    const row = readRow(item);
    if (typeof row === 'string') {
      skipped++;
      if (skipped > TOLERATED && skipped > rows.length * TOLERATED_SHARE) {
        throw new FormatError(`${skipped} of the first ${index + 1} rows cannot be read`);
      }
      yield { skipped: `row ${index + 1}: ${row}` };
    } else yield row;
  }
}

function parse(document: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(document.buffer, document.byteOffset, document.length).toString());
  } catch (error) {
    throw new FormatError('the document is no valid JSON', { cause: error });
  }
}

function readRow(item: unknown): PhotonRow | string {
  const row = asRecord(item);
  const id = asText(row?.['cve_id'], 60)?.trim() ?? '';
  const name = asText(row?.['pkg'], 200)?.trim();
  if (!ids.test(id)) return `${JSON.stringify(id)} is no id`;
  if (name === undefined) return `${id} names no package`;
  const score = row?.['cve_score'];
  const fixed = fixedVersion(row?.['res_ver'], row?.['aff_ver']);
  const state = stateOf(row?.['status'], fixed, row?.['aff_ver']);
  if (state === undefined) return `${id} says neither which versions of ${name} are affected nor that none is`;
  return {
    id,
    package: name,
    state,
    ...(typeof score === 'number' && score >= 0 && score <= 10 && { score }),
    ...(fixed !== undefined && state !== 'not-affected' && { fixed }),
  };
}

/** `res_ver`; what `aff_ver` says in English is the same. `NA` is none. */
function fixedVersion(resolved: unknown, affected: unknown): string | undefined {
  const version = asText(resolved, 200)?.trim();
  if (version !== undefined && version !== 'NA' && !/\s/.test(version)) return version;
  return /^all versions before (\S{1,200}) are vulnerable$/.exec(asText(affected, 400) ?? '')?.[1];
}

/** The status, which older documents do not have; `Fixed` without a version says nothing. */
function stateOf(status: unknown, fixed: string | undefined, affected: unknown): AdvisoryState | undefined {
  if (status === 'Not Affected') return 'not-affected';
  if (fixed !== undefined) return 'fixed';
  return /^all versions are vulnerable$/.test(asText(affected, 400) ?? '') ? 'affected' : undefined;
}
