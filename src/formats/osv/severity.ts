import type { CvssScore } from '../../model/cvss.ts';
import type { Severity } from '../../model/severity.ts';
import { scoreCvss, severityOfScore } from '../cvss/score.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';
import { severityOfWord } from '../severity-word.ts';

/** Versions of CVSS, the one that decides first. */
const preference = ['4.0', '3.1', '3.0', '2.0'];

/** CVSS vectors of an OSV `severity` list, the version that decides first; what is no vector is left out. */
export function readCvss(severity: unknown, source: string): CvssScore[] {
  const scores: CvssScore[] = [];
  for (const item of asList(severity)) {
    const vector = asText(asRecord(item)?.['score'], 512);
    const scored = vector === undefined ? undefined : scoreCvss(vector);
    if (vector === undefined || scored === undefined) continue;
    if (!scores.some((score) => score.vector === vector)) scores.push({ ...scored, vector, source });
  }
  return scores.sort((a, b) => preference.indexOf(a.version) - preference.indexOf(b.version));
}

/**
 * The severity of an OSV record: the publisher's word, else its CVSS, else a bare score as RubySec keeps it.
 * The word stands in `severity` with a type of its own (`Ubuntu`) or in `database_specific`.
 */
export function readSeverity(record: JsonRecord, cvss: readonly CvssScore[]): Severity {
  const own = readOwnSeverity(record, cvss);
  if (own !== 'unknown') return own;
  const specific = asRecord(record['database_specific']);
  for (const key of ['cvss_v4_score', 'cvss_v3_score', 'cvss_v2_score']) {
    const score = specific?.[key];
    if (typeof score === 'number') return severityOfScore(score, key === 'cvss_v2_score' ? '2.0' : undefined);
  }
  return 'unknown';
}

/** The severity that an entry of `affected` has for itself; `unknown` where it says nothing. */
export function readOwnSeverity(entry: JsonRecord, cvss: readonly CvssScore[]): Severity {
  for (const item of asList(entry['severity'])) {
    const type = asRecord(item)?.['type'];
    if (typeof type !== 'string' || type.startsWith('CVSS')) continue;
    const severity = severityOfWord(asRecord(item)?.['score']);
    if (severity !== 'unknown') return severity;
  }
  const database = asRecord(entry['database_specific']);
  const ecosystem = asRecord(entry['ecosystem_specific']);
  for (const word of [
    database?.['severity'],
    ecosystem?.['severity'],
    ecosystem?.['urgency'],
    ecosystem?.['ubuntu_priority'],
  ]) {
    const severity = severityOfWord(word);
    if (severity !== 'unknown') return severity;
  }
  const best = cvss[0];
  return best?.score === undefined ? 'unknown' : severityOfScore(best.score, best.version);
}
