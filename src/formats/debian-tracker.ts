import { FormatError } from '../errors.ts';
import { isCveId } from './cve-id.ts';
import { type JsonMember, jsonMembers } from './json-members.ts';
import { asRecord, asText } from './record.ts';

/** What the tracker says of one issue of one source package in one release. */
export interface TrackerRelease {
  readonly codename: string;
  readonly status: 'open' | 'resolved' | 'undetermined';
  /** `0` for a release that never was affected. */
  readonly fixedVersion?: string;
  readonly urgency?: string;
  /** Why there will be no security advisory, in the words of the team. */
  readonly nodsa?: string;
  /** `ignored`, `postponed` or empty. */
  readonly nodsaReason?: string;
}

/** One issue of one source package. */
export interface TrackerIssue {
  readonly package: string;
  /** `CVE-...`, or `TEMP-...` until it has one. */
  readonly id: string;
  readonly description?: string;
  readonly releases: readonly TrackerRelease[];
}

/** Name of an issue that has no CVE: it ends when it gets one (security-team.debian.org/security_tracker.html). */
const temporary = /^TEMP-\d{1,10}-[0-9A-F]{1,20}$/;

/** An issue, or the reason why one was left out. */
export type TrackerItem = TrackerIssue | { readonly skipped: string };

/**
 * Reads the data of the Debian security tracker (`/tracker/data/json`): source package, then issue, then release.
 * The document has some 70 MB, so it is parsed one package at a time.
 * @throws FormatError if the document is no such data
 */
export function* readDebianTracker(document: Uint8Array): Generator<TrackerItem> {
  for (const member of jsonMembers(document)) {
    const name = asText(member.name);
    const issues = asRecord(parse(member));
    if (name === undefined || issues === undefined) {
      yield { skipped: `${member.name.slice(0, 100)}: no list of issues` };
      continue;
    }
    for (const [id, issue] of Object.entries(issues)) yield readIssue(name, id, issue);
  }
}

function parse(member: JsonMember): unknown {
  try {
    return JSON.parse(Buffer.from(member.value.buffer, member.value.byteOffset, member.value.length).toString());
  } catch (error) {
    throw new FormatError(`package ${member.name.slice(0, 100)} is no valid JSON`, { cause: error });
  }
}

function readIssue(name: string, id: string, value: unknown): TrackerItem {
  const releases = asRecord(asRecord(value)?.['releases']);
  const isKnown: boolean = temporary.test(id) || isCveId(id);
  if (!isKnown) return { skipped: `${name}: ${JSON.stringify(id.slice(0, 100))} is no id` };
  if (releases === undefined) return { skipped: `${name} ${id}: no releases` };
  const description = asText(asRecord(value)?.['description'], 10_000);
  const read: TrackerRelease[] = [];
  for (const [codename, release] of Object.entries(releases)) {
    const state = asRecord(release);
    const status = state?.['status'];
    if (status !== 'open' && status !== 'resolved' && status !== 'undetermined') {
      return { skipped: `${name} ${id}: unknown status in ${codename.slice(0, 100)}` };
    }
    const fixedVersion = asText(state?.['fixed_version']);
    const urgency = asText(state?.['urgency']);
    const nodsa = asText(state?.['nodsa']);
    const nodsaReason = state?.['nodsa_reason'];
    read.push({
      codename,
      status,
      ...(fixedVersion !== undefined && { fixedVersion }),
      ...(urgency !== undefined && { urgency }),
      ...(nodsa !== undefined && { nodsa }),
      ...(typeof nodsaReason === 'string' && { nodsaReason }),
    });
  }
  return { package: name, id, releases: read, ...(description !== undefined && { description }) };
}
