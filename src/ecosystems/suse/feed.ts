import { type OvalRecord, ovalFeed } from '../../feeds/oval.ts';
import { ovalCvss } from '../../formats/oval/cvss.ts';
import type { OvalDefinition } from '../../formats/oval/model.ts';
import { asMoment } from '../../formats/record.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { Affected } from '../../model/advisory.ts';
import type { CvssScore } from '../../model/cvss.ts';
import type { Feed } from '../../model/feed.ts';
import { readRows, type SuseRow } from './criteria.ts';
import { type SuseDocument, suseDocument, suseDocuments } from './documents.ts';

const NAME = 'suse-oval';

/** What SUSE says of each CVE in each of its products. */
export const suseOval: Feed = ovalFeed({
  name: NAME,
  version: 1,
  title: 'SUSE security data (OVAL)',
  url: 'https://ftp.suse.com/pub/projects/security/oval',
  mirrorPath: 'suse-oval',
  licence: 'CC-BY 4.0, SUSE LLC',
  folder: 'suse-oval',
  documents: () => suseDocuments,
  documentAt: (path) => suseDocument(path.replace(/(?:\.xml)?(?:\.gz|\.bz2)?$/, '')),
  recordOf,
});

const cve = /^CVE-\d{4}-\d{4,}$/;

function recordOf(definition: OvalDefinition, document: SuseDocument): OvalRecord {
  const { id, criteria, description } = definition;
  const name = definition.title.trim();
  if (definition.class !== 'vulnerability') return { notes: [`${id} is no definition of a vulnerability`] };
  if (!cve.test(name)) return { notes: [`${id} is called ${JSON.stringify(name.slice(0, 60))}, which is no CVE`] };
  if (criteria === undefined) return { notes: [`${name} has no criteria`] };
  const { rows, oddities, unknown: recurring } = readRows(criteria, document);
  const notes = oddities.map((oddity) => `${name}: ${oddity}`);
  // Much is about products that are not watched.
  if (rows.length === 0) return { notes, recurring };
  const cvss = scoresOf(definition);
  const published = asMoment(definition.issued);
  const modified = asMoment(definition.updated);
  return {
    notes,
    recurring,
    advisory: {
      key: `${document.prefix}${name}`,
      id: name,
      aliases: [],
      severity: severityOfWord(definition.severity),
      ...(description !== '' && { description: description.replace(/\s+/g, ' ') }),
      ...(cvss.length > 0 && { cvss }),
      urls: [`https://www.suse.com/security/cve/${name}/`],
      ...(published !== undefined && { published }),
      ...(modified !== undefined && { modified }),
      affected: rows.map(affectedOf),
    },
  };
}

/** Scores of `CVE-2024-1000 at SUSE`, and of `CVE-2024-1000 at NVD` as those of NVD. */
function scoresOf({ cves }: OvalDefinition): CvssScore[] {
  const ofNvd = cves.filter(({ id }) => / at NVD$/.test(id));
  const own = cves.filter((one) => !ofNvd.includes(one));
  return [...ovalCvss(own, NAME), ...ovalCvss(ofNvd, 'nvd')];
}

function affectedOf({ namespace, name, state, fixed, architectures }: SuseRow): Affected {
  return {
    namespace,
    package: name,
    nameKind: 'binary',
    state,
    ranges: fixed === undefined ? [] : [{ fixed }],
    ...(architectures !== undefined && { only: { architectures } }),
  };
}
