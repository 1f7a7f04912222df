import { FormatError } from '../../errors.ts';
import { isCveId } from '../cve-id.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';

/** One vulnerability of a library, as RetireJS has it; what it says of several ranges is several records. */
export interface RetireRecord {
  /** Name of the library there: `jquery`, `tinyMCE`. */
  readonly component: string;
  /** Its name at npm, where the repository tells it. */
  readonly npmName?: string;
  /** The first version that has it; absent: all versions do, from the first one on. */
  readonly atOrAbove?: string;
  /** The first version without it. */
  readonly below: string;
  /** Versions in between that do not have it. */
  readonly excludes: readonly string[];
  readonly severity?: string;
  readonly summary?: string;
  readonly details?: string;
  readonly cves: readonly string[];
  readonly ghsa?: string;
  /** What the repository calls it where nobody gave it a name: `retid 62`, `issue 162`, `osvdb 94317`. */
  readonly own?: string;
  readonly cwes: readonly string[];
  readonly urls: readonly string[];
}

/** A record, or something that was left out, and why. */
export type RetireItem = RetireRecord | { readonly skipped: string };

const MAX_COMPONENTS = 5000;
const MAX_RECORDS = 5000;
const MAX_LIST = 50;

/** Components that are there for tests of the tool. */
const examples: ReadonlySet<string> = new Set(['retire-example', 'dont check']);

/** Names of identifiers by which a record without a CVE is called, the repository's own first. */
const ownNames = ['retid', 'issue', 'bug', 'PR', 'osvdb', 'gist', 'tenable', 'blog', 'release'] as const;

/**
 * Reads the repository of RetireJS (`jsrepository-v*.json` of RetireJS/retire.js; its `validate` says what a record has).
 * @throws FormatError if the document is none
 */
export function* readRetireRepository(text: string): Generator<RetireItem> {
  let repository: JsonRecord | undefined;
  try {
    repository = asRecord(JSON.parse(text));
  } catch (error) {
    throw new FormatError('the repository is no valid JSON', { cause: error });
  }
  if (repository === undefined) throw new FormatError('the repository is no list of components');
  const components = Object.entries(repository);
  if (components.length > MAX_COMPONENTS) {
    yield { skipped: `the repository has ${components.length} components, ${MAX_COMPONENTS} of them are read` };
  }
  for (const [component, value] of components.slice(0, MAX_COMPONENTS)) {
    if (!examples.has(component)) yield* readComponent(component, asRecord(value));
  }
}

function* readComponent(component: string, record: JsonRecord | undefined): Generator<RetireItem> {
  const shown = JSON.stringify(component.slice(0, 60));
  if (component.length > 100 || !Array.isArray(record?.['vulnerabilities'])) {
    yield { skipped: `${shown} is no component with vulnerabilities` };
    return;
  }
  const npmName = asText(record['npmname'], 214);
  const vulnerabilities = asList(record['vulnerabilities']);
  if (vulnerabilities.length > MAX_RECORDS) {
    yield { skipped: `${shown} has ${vulnerabilities.length} records, ${MAX_RECORDS} of them are read` };
  }
  for (const vulnerability of vulnerabilities.slice(0, MAX_RECORDS)) {
    const one = asRecord(vulnerability) ?? {};
    const below = asText(one['below'], 100);
    // Without an end it would be every version, which the repository never means.
    if (below === undefined) {
      yield { skipped: `a record of ${shown} does not tell which version is the first without it` };
      continue;
    }
    yield { component, ...(npmName !== undefined && { npmName }), below, ...readRest(one) };
  }
}

function readRest(one: JsonRecord): Omit<RetireRecord, 'component' | 'npmName' | 'below'> {
  const ids = asRecord(one['identifiers']) ?? {};
  const atOrAbove = asText(one['atOrAbove'], 100);
  const severity = asText(one['severity'], 40);
  const summary = asText(ids['summary'], 100_000);
  const details = asText(one['details'], 1_000_000);
  const ghsa = texts(ids['githubID']).find((id) => /^GHSA(?:-[0-9a-z]{4}){3}$/.test(id));
  const own = ownNameOf(ids);
  return {
    ...(atOrAbove !== undefined && { atOrAbove }),
    ...(severity !== undefined && { severity }),
    ...(summary !== undefined && { summary }),
    ...(details !== undefined && { details }),
    ...(ghsa !== undefined && { ghsa }),
    ...(own !== undefined && { own }),
    excludes: texts(one['excludes']),
    cves: texts(ids['CVE']).filter(isCveId),
    cwes: texts(one['cwe']).filter((cwe) => /^CWE-\d{1,6}$/.test(cwe)),
    urls: texts(one['info'], 500).filter((url) => /^https?:\/\/[^\s]{3,490}$/.test(url)),
  };
}

function ownNameOf(ids: JsonRecord): string | undefined {
  for (const name of ownNames) {
    const values = texts(ids[name]);
    if (values.length > 0) return `${name} ${values[0]}`;
  }
  return undefined;
}

/** One text or several; some records have a number in its place. */
function texts(value: unknown, maximum = 100): string[] {
  const list = Array.isArray(value) ? value.slice(0, MAX_LIST) : [value];
  return [
    ...new Set(
      list
        .map((item) => asText(typeof item === 'number' ? String(item) : item, maximum)?.trim())
        .filter((item) => item !== undefined),
    ),
  ];
}
