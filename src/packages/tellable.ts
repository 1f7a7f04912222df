import type { PackageRecord } from '../model/fact.ts';
import { withoutSecrets } from '../secrets/without-secrets.ts';

/** Texts that were looked at, since most packages of an image have the same few. */
const known: Map<string, string> = new Map();
const MOST_KNOWN = 1000;
/** Characters of one of them. */
const MOST_TEXT = 200;

/**
 * A package whose texts may be told: facts lie in the cache, reports and bills of materials list them. Whoever made the
 * package wrote its licence and its builder as it liked, and names and versions of sources may be addresses with a password.
 */
export function tellable(record: PackageRecord): PackageRecord {
  const { name, version, licences = [], vendor, maintainer } = record;
  if (!isAddress(name) && !isAddress(version) && ![...licences, vendor, maintainer].some(mayTell)) return record;
  return {
    ...record,
    name: isAddress(name) ? told(name) : name,
    version: isAddress(version) ? told(version) : version,
    ...(record.licences !== undefined && { licences: licences.map(told) }),
    ...(vendor !== undefined && { vendor: told(vendor) }),
    ...(maintainer !== undefined && { maintainer: told(maintainer) }),
  };
}

function told(text: string): string {
  if (text.length > MOST_TEXT) return withoutSecrets(text);
  let clean = known.get(text);
  if (clean === undefined) {
    clean = withoutSecrets(text);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, clean);
  }
  return clean;
}

/** Whether a text of a package or a release needs a look: it is no command, so that fewer signs count than elsewhere. */
export function mayTell(text: string | undefined): boolean {
  return text !== undefined && /\w{20,}|:\/\/[^/\s@]{1,200}@|passw|secret|token/i.test(text);
}

/** Names and versions are what advisories are asked for: nothing else in them is touched. */
function isAddress(text: string): boolean {
  return text.includes('://');
}
