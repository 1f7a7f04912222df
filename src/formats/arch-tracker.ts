import { FormatError } from '../errors.ts';
import { asList, asRecord, asText } from './record.ts';

/** A group of Arch's tracker: vulnerabilities that one version of some packages has (security.archlinux.org/all.json). */
export interface ArchGroup {
  /** `AVG-1234`. */
  readonly name: string;
  readonly packages: readonly string[];
  /** `Vulnerable`, `Testing`, `Fixed`, `Not affected`, `Unknown`. */
  readonly status: string;
  readonly severity: string;
  /** `arbitrary code execution`. */
  readonly type?: string;
  readonly fixed?: string;
  /** CVEs. */
  readonly issues: readonly string[];
  /** `ASA-202401-1`. */
  readonly advisories: readonly string[];
}

/** A group, or something that was left out, and why. */
export type ArchItem = ArchGroup | { readonly skipped: string };

/** Entries of a list. */
const MAX_LIST = 1000;

/**
 * Reads the groups of the tracker.
 * @throws FormatError if the document is no list
 */
export function* readArchGroups(document: Uint8Array): Generator<ArchItem> {
  let groups: unknown;
  try {
    groups = JSON.parse(Buffer.from(document.buffer, document.byteOffset, document.length).toString());
  } catch (error) {
    throw new FormatError('the document is no valid JSON', { cause: error });
  }
  if (!Array.isArray(groups)) throw new FormatError('the document is no list of groups');
  for (const item of groups) yield readGroup(item);
}

function readGroup(value: unknown): ArchItem {
  const group = asRecord(value);
  const name = asText(group?.['name'], 100);
  if (group === undefined || name === undefined || !/^AVG-\d{1,9}$/.test(name)) {
    return { skipped: `${JSON.stringify(group?.['name'] ?? null).slice(0, 100)} is no name of a group` };
  }
  const packages = texts(group['packages']).filter((pkg) => /^[a-z0-9@._+][a-zA-Z0-9@._+-]*$/.test(pkg));
  if (packages.length === 0) return { skipped: `${name} names no package` };
  const fixed = asText(group['fixed'], 200);
  const type = asText(group['type'], 200);
  return {
    name,
    packages,
    status: asText(group['status'], 100) ?? 'Unknown',
    severity: asText(group['severity'], 100) ?? 'Unknown',
    issues: texts(group['issues']).filter((id) => /^CVE-\d{4}-\d{4,19}$/.test(id)),
    advisories: texts(group['advisories']).filter((id) => /^ASA-\d{6}-\d{1,4}$/.test(id)),
    ...(type !== undefined && { type }),
    ...(fixed !== undefined && { fixed }),
  };
}

function texts(value: unknown): string[] {
  const found = asList(value)
    .slice(0, MAX_LIST)
    .map((item) => asText(item, 200))
    .filter((item) => item !== undefined);
  return [...new Set(found)];
}
