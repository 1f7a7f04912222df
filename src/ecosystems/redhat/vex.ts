import { FormatError } from '../../errors.ts';
import type { CsafReading } from '../../feeds/csaf.ts';
import type { CsafDocument, CsafRemark, CsafStatus, CsafVulnerability } from '../../formats/csaf/document.ts';
import { scoreCvss } from '../../formats/cvss/score.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { AdvisoryState } from '../../model/advisory.ts';
import type { CvssScore } from '../../model/cvss.ts';
import type { Severity } from '../../model/severity.ts';
import { componentOf } from './component.ts';
import { scopeOf } from './product.ts';
import { stateWithoutFix } from './states.ts';
import { rowsOf, type Statement } from './vex-rows.ts';

const cve = /^CVE-\d{4}-\d{4,}$/;

const states: ReadonlyMap<CsafStatus, AdvisoryState> = new Map([
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['known_not_affected', 'not-affected'],
  ['under_investigation', 'under-investigation'],
]);

/**
 * Reads a VEX document of Red Hat: one CVE, what it is to every product.
 * @throws FormatError if it is about no CVE
 */
export function readRedHatVex(document: CsafDocument, feed: string): CsafReading {
  const [vulnerability, ...others] = document.vulnerabilities;
  const id = vulnerability?.cve ?? document.id;
  if (!cve.test(id)) throw new FormatError(`${JSON.stringify(id)} is no id of a CVE`);
  if (vulnerability === undefined) return { notes: ['it says nothing of any product'] };
  const notes: string[] = [];
  if (others.length > 0) notes.push(`${others.length} vulnerabilities beside ${id} are left out`);
  const severity = severityFrom(document, vulnerability);
  const statements = statementsOf(document, vulnerability, severity, notes);
  const affected = rowsOf(statements, severity);
  if (affected.length === 0) return { notes };
  const title = [document.title, vulnerability.title].find((text) => text !== undefined && text !== id);
  const cvss = scoresOf(vulnerability, feed);
  const related = errataOf(vulnerability);
  const published = vulnerability.published ?? document.published;
  return {
    notes,
    advisory: {
      key: id,
      id,
      aliases: [],
      severity,
      urls: [`https://access.redhat.com/security/cve/${id}`],
      affected,
      ...(related.length > 0 && { related }),
      ...(title !== undefined && { title }),
      ...(vulnerability.description !== undefined && { description: vulnerability.description }),
      ...(cvss.length > 0 && { cvss }),
      ...(published !== undefined && { published }),
      ...(document.modified !== undefined && { modified: document.modified }),
    },
  };
}

function statementsOf(
  document: CsafDocument,
  vulnerability: CsafVulnerability,
  severity: Severity,
  notes: string[],
): readonly Statement[] {
  const impacts = byProduct(vulnerability.threats.filter(({ category }) => category === 'impact'));
  const remedies = byProduct(
    vulnerability.remediations.filter(({ category }) => category === 'no_fix_planned' || category === 'none_available'),
  );
  const leftOut = new Map<string, number>();
  const statements: Statement[] = [];
  for (const [status, ids] of vulnerability.status) {
    const said = states.get(status);
    if (said === undefined) continue;
    for (const id of ids) {
      const component = componentOf(id, document.products);
      if (typeof component === 'string') {
        if (component !== 'other') leftOut.set(component, (leftOut.get(component) ?? 0) + 1);
        continue;
      }
      const scope = scopeOf(component.product, component.version);
      if (scope === undefined) continue;
      const word = impacts.get(id)?.details;
      const remedy = remedies.get(id)?.details.trim();
      const state = said === 'affected' ? stateWithoutFix(remedy) : said;
      statements.push({
        component,
        scope,
        state,
        severity: word === undefined ? severity : severityOfWord(word),
        ...(said === 'affected' && remedy !== undefined && remedy !== 'Affected' && remedy !== '' && { note: remedy }),
      });
    }
  }
  for (const [reason, count] of [...leftOut].sort()) notes.push(`${count} products are left out (${reason})`);
  return statements;
}

function byProduct(remarks: readonly CsafRemark[]): ReadonlyMap<string, CsafRemark> {
  const result = new Map<string, CsafRemark>();
  for (const remark of remarks) for (const id of remark.products) if (!result.has(id)) result.set(id, remark);
  return result;
}

/** The word for the whole document, else the worst of those for products. */
function severityFrom(document: CsafDocument, { threats }: CsafVulnerability): Severity {
  const whole = severityOfWord(document.severity);
  if (whole !== 'unknown') return whole;
  const words = threats.filter(({ category }) => category === 'impact').map(({ details }) => severityOfWord(details));
  return (['critical', 'high', 'medium', 'low'] as const).find((word) => words.includes(word)) ?? 'unknown';
}

function scoresOf({ scores }: CsafVulnerability, source: string): CvssScore[] {
  return [...new Set(scores.map(({ vector }) => vector))].flatMap((vector) => {
    const scored = scoreCvss(vector);
    return scored === undefined ? [] : [{ ...scored, vector, source }];
  });
}

/** Ids of the errata that bring fixes: `RHSA-2024:6915`. */
function errataOf({ remediations }: CsafVulnerability): string[] {
  const ids = remediations.flatMap(({ category, url }) =>
    category === 'vendor_fix' ? (/\/(RH[SBE]A-\d{4}:\d{3,})$/.exec(url ?? '')?.[1] ?? []) : [],
  );
  return [...new Set(ids)].sort();
}
