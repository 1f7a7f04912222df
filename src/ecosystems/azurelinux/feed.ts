import type { FeedDocument } from '../../feeds/documents.ts';
import { type OvalRecord, ovalFeed } from '../../feeds/oval.ts';
import type { OvalDefinition, OvalLeaf } from '../../formats/oval/model.ts';
import { type OvalMeaning, oddityWords, walkOval } from '../../formats/oval/walk.ts';
import { asMoment } from '../../formats/record.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { AdvisoryState, Affected, VersionRange } from '../../model/advisory.ts';
import type { Feed } from '../../model/feed.ts';
import { azureLinuxReleases } from './releases.ts';

/** Documents by the namespace that they are about: nothing in them asks for a release. */
const documents: readonly FeedDocument[] = azureLinuxReleases.map(({ id, version }) => {
  const namespace = `${id}:${version}`;
  return {
    path: `${id === 'mariner' ? 'cbl-mariner' : id}-${version}-oval.xml`,
    prefix: `${namespace}/`,
    required: true,
    concerns: (other) => other === namespace,
  };
});

/** `azurelinux-3.0-oval.xml`, and early forms as `cbl-mariner-2.0-preview-oval.xml`. */
function documentAt(path: string): FeedDocument | undefined {
  const plain = path.replace('-preview-oval.xml', '-oval.xml');
  return documents.find((document) => document.path === plain);
}

/** What Microsoft says of each CVE in each of its packages (github.com/microsoft/AzureLinuxVulnerabilityData). */
export const azureLinuxOval: Feed = ovalFeed({
  name: 'azurelinux-oval',
  version: 1,
  title: 'Azure Linux vulnerability data (OVAL)',
  url: 'https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main',
  mirrorPath: 'azurelinux-oval',
  licence: 'MIT, Microsoft Corporation',
  folder: 'azurelinux-oval',
  documents: () => documents,
  documentAt,
  recordOf,
});

const cve = /^CVE-\d{4}-\d{4,}$/;

function recordOf(definition: OvalDefinition, document: FeedDocument): OvalRecord {
  const { id, criteria, references, fields, description } = definition;
  const name = references.find(({ source }) => source === 'CVE')?.id.trim();
  if (name === undefined || !cve.test(name)) return { notes: [`${id} names no CVE`] };
  if (criteria === undefined) return { notes: [`${id} has no criteria`] };
  const { ways, oddities } = walkOval(criteria, meaningOf);
  const notes = oddities.map((oddity) => `${id}: ${oddityWords[oddity]}`);
  const namespace = document.prefix.slice(0, -1);
  const patchable = fields.get('patchable');
  const affected: Affected[] = [];
  for (const { packages } of ways) {
    for (const { name: pkg, values } of packages) {
      const range: VersionRange = Object.assign({}, ...values);
      const state = stateOf(patchable, range);
      affected.push({
        namespace,
        package: pkg,
        // Names are those of specs, that is of source packages, although the tests are written for rpms of that name.
        nameKind: 'source',
        state,
        ranges: state === 'not-affected' ? [] : [range],
      });
    }
  }
  if (affected.length === 0) return { notes: [...notes, `${id} asks for no package`] };
  const published = asMoment(fields.get('advisory_date'));
  const severity = severityOfWord(definition.severity);
  return {
    notes,
    advisory: {
      key: `${document.prefix}${id.slice(id.lastIndexOf(':') + 1)}`,
      id: name,
      aliases: [],
      severity,
      // Nearly all say what the row says already, and would hide what others know of the vulnerability.
      ...(!/^(?:$|CVE-\S+ affecting package )/.test(description) && { description }),
      urls: [`https://nvd.nist.gov/vuln/detail/${name}`],
      ...(published !== undefined && { published }),
      affected,
    },
  };
}

/** `patchable` is true, false, or "Not Applicable" for a CVE that "either no longer is or was never applicable". */
function stateOf(patchable: string | undefined, range: VersionRange): AdvisoryState {
  if (patchable === 'Not Applicable') return 'not-affected';
  return range.fixed === undefined ? 'affected' : 'fixed';
}

function meaningOf({ test }: OvalLeaf): OvalMeaning<VersionRange, never> {
  const condition = test?.conditions[0];
  if (test?.name === undefined || condition?.property !== 'evr' || test.conditions.length !== 1) {
    return { kind: 'fails' };
  }
  const range = rangeOf(condition.operation, condition.value);
  return range === undefined ? { kind: 'fails' } : { kind: 'package', name: test.name, value: range };
}

function rangeOf(operation: string, evr: string): VersionRange | undefined {
  switch (operation) {
    case 'less than':
      return { fixed: evr };
    case 'less than or equal':
      return { lastAffected: evr };
    case 'greater than or equal':
      return { introduced: evr };
    case 'greater than':
      // A caret sorts right behind what it follows and before everything longer (rpm-version(7)): the next version.
      return { introduced: `${evr}^` };
    default:
      return undefined;
  }
}
