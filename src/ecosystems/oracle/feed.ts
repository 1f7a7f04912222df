import type { FeedDocument } from '../../feeds/documents.ts';
import { type OvalRecord, ovalFeed } from '../../feeds/oval.ts';
import { ovalCvss } from '../../formats/oval/cvss.ts';
import type { OvalDefinition } from '../../formats/oval/model.ts';
import { asMoment } from '../../formats/record.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { Affected, BuildFilter } from '../../model/advisory.ts';
import type { Feed } from '../../model/feed.ts';
import { type OracleFix, readFixes } from './criteria.ts';

/** The first year that has a document. */
const FIRST_YEAR = 2007;

const NAME = 'oracle-oval';

function documentOf(year: string): FeedDocument {
  return {
    path: `com.oracle.elsa-${year}.xml.bz2`,
    prefix: year === 'all' ? '' : `ELSA-${year}-`,
    // The document of a year comes with its first errata.
    required: Number(year) < new Date().getUTCFullYear(),
    concerns: (namespace) => namespace.startsWith('oracle:'),
  };
}

/**
 * Oracle's security errata. There is one document of them all and one for each year: those of years are read, since
 * only that of this year changes often. Offline both do.
 */
export const oracleOval: Feed = ovalFeed({
  name: NAME,
  version: 1,
  title: 'Oracle Linux security errata (OVAL)',
  url: 'https://linux.oracle.com/security/oval',
  mirrorPath: 'oracle-oval',
  licence: 'free to use under the terms of Oracle America, Inc.',
  folder: 'oracle-oval',
  documents: () => {
    const years = new Date().getUTCFullYear() - FIRST_YEAR + 1;
    return Array.from({ length: years }, (_, index) => documentOf(String(FIRST_YEAR + index)));
  },
  documentAt: (path) => {
    const year = /^com\.oracle\.elsa-(all|\d{4})\.xml$/.exec(path.replace(/\.bz2$/, ''))?.[1];
    return year === undefined ? undefined : documentOf(year);
  },
  recordOf,
});

const cve = /^CVE-\d{4}-\d{4,}$/;

function recordOf(definition: OvalDefinition, document: FeedDocument): OvalRecord {
  const { id, criteria, references, description, cves } = definition;
  const reference = references.find(({ source }) => source === 'elsa');
  const name = reference?.id.trim() ?? '';
  if (!/^ELSA-\d{4}-\d{1,8}(?:-\d{1,3})?$/.test(name)) return { notes: [`${id} names no errata`] };
  if (!name.startsWith(document.prefix)) return { notes: [`${name} belongs into the document of another year`] };
  if (criteria === undefined) return { notes: [`${name} has no criteria`] };
  const { fixes, oddities } = readFixes(criteria);
  const notes = oddities.map((oddity) => `${name}: ${oddity}`);
  if (fixes.length === 0) return { notes: [...notes, `${name} asks for no package of a release`] };
  const told = references.filter(({ source }) => source === 'CVE').map((one) => one.id.trim());
  const aliases = [...new Set(told)].filter((one) => cve.test(one));
  const [first] = cves;
  const published = asMoment(definition.issued);
  // Scores are those of single CVEs: of an errata with several, none is the errata's own.
  const cvss = cves.length === 1 && first !== undefined ? ovalCvss([first], NAME) : [];
  const title = titleOf(definition.title, name);
  const systems = systemsOf(fixes);
  return {
    notes,
    advisory: {
      key: name,
      id: name,
      aliases,
      severity: severityOfWord(definition.severity),
      ...(title !== '' && { title }),
      ...(description !== '' && { description }),
      ...(cvss.length > 0 && { cvss }),
      urls: [reference?.url ?? `https://linux.oracle.com/errata/${name}.html`],
      ...(published !== undefined && { published }),
      affected: fixes.map((fix) => affectedOf(fix, systems.get(fix.release))),
    },
  };
}

/** `ELSA-2007-0057:  Moderate: bind security update  (MODERATE)` without the id and the word. */
function titleOf(title: string, name: string): string {
  const text = title.startsWith(`${name}:`) ? title.slice(name.length + 1) : title;
  return text.replace(/\([A-Z/ ]{1,20}\)\s*$/, '').trim();
}

/** Architectures of systems that an errata speaks of, by release. */
function systemsOf(fixes: readonly OracleFix[]): ReadonlyMap<string, ReadonlySet<string>> {
  const systems = new Map<string, Set<string>>();
  for (const { release, architectures } of fixes) {
    const known = systems.get(release) ?? new Set();
    systems.set(release, known);
    for (const one of architectures) known.add(one);
  }
  return systems;
}

function affectedOf(fix: OracleFix, systems: ReadonlySet<string> | undefined): Affected {
  const architectures = architecturesOf(fix, systems?.size ?? 0);
  const { module, flavour } = fix;
  const only: BuildFilter = {
    ...(module !== undefined && { module }),
    ...(architectures !== undefined && { architectures }),
    ...(flavour !== undefined && { flavour }),
  };
  return {
    namespace: `oracle:${fix.release}`,
    package: fix.name,
    nameKind: 'binary',
    state: 'fixed',
    ranges: [{ fixed: fix.evr }],
    ...(Object.keys(only).length > 0 && { only }),
  };
}

/** 32-bit packages that systems of 64 bits have beside their own. */
const beside: ReadonlyMap<string, readonly string[]> = new Map([
  ['x86_64', ['x86_64', 'i386', 'i586', 'i686']],
  ['i386', ['i386', 'i586', 'i686']],
]);

/**
 * Architectures of packages that a fix is for. The tests ask for the architecture of the system, on which packages of
 * another one may be too. None where a fix is for every system that the errata speaks of: most are.
 */
function architecturesOf(fix: OracleFix, systems: number): readonly string[] | undefined {
  if (fix.architectures.length === 0) return undefined;
  if (systems > 1 && fix.architectures.length === systems) return undefined;
  return [...new Set(fix.architectures.flatMap((one) => beside.get(one) ?? [one]))];
}
