import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { VexMismatch, VexOutcome } from '../model/vex.ts';
import type { Page } from './page.ts';
import { severityLabel } from './table-vulnerabilities.ts';
import { countWords, numberWords } from './words.ts';

const LABEL = 10;

const mismatchWords: Readonly<Record<VexMismatch, string>> = {
  'other-image': 'on another image',
  'image-without-name': 'on an image by its name, which this one does not have',
  'no-such-package': 'on packages that the image does not have',
  'other-version': 'on another version',
  'other-build': 'on another build',
  'not-a-part': 'on what is not known to be a part of the product',
  'no-such-vulnerability': 'on vulnerabilities that were not found',
  'unknown-product': 'on products that cannot be told from their names',
  'without-version': 'that call something fixed without its version',
  later: 'of a day to come',
  unreadable: 'that cannot be read',
};

/** Findings that a policy or VEX suppresses, where they are asked for. */
export function suppressedLines(findings: readonly Finding[], page: Page): string[] {
  if (findings.length === 0) return [];
  return [
    page.paint('heading', `SUPPRESSED  ${numberWords(findings.length)}`),
    ...findings.flatMap((finding) => {
      const { by, reason, expires, owner } = finding.suppressed!;
      const ends = [
        by,
        ...(expires === undefined ? [] : [`until ${expires}`]),
        ...(owner === undefined ? [] : [owner]),
      ];
      return page.paragraph('  ', `${nameOf(finding)}: ${reason} (${ends.join(', ')})`, { lines: 2 });
    }),
    '',
  ];
}

/** How many findings are accepted and how many do not concern the image, in words; nothing where there are none. */
export function suppressedWords(findings: readonly Finding[]): string[] {
  const isVex = ({ suppressed }: Finding): boolean => suppressed!.by.startsWith('vex:');
  const accepted = findings.filter((finding) => !isVex(finding));
  const ends = accepted.flatMap(({ suppressed }) => suppressed!.expires ?? []).sort();
  const [first, last] = [ends[0], ends.at(-1)];
  const until = first === undefined ? '' : first === last ? ` (until ${first})` : ` (until ${first} to ${last})`;
  const others = findings.length - accepted.length;
  return [
    ...(accepted.length > 0 ? [`${numberWords(accepted.length)} accepted${until}`] : []),
    ...(others > 0 ? [`${numberWords(others)} ruled out by VEX`] : []),
  ];
}

/** What statements say of findings that they do not rule out. */
export function statedLines(findings: readonly Finding[], page: Page): string[] {
  const stated = findings.filter(({ vex }) => vex !== undefined);
  if (stated.length === 0) return [];
  return [
    page.paint('heading', `VEX  ${numberWords(stated.length)}`),
    ...stated.flatMap((finding) => {
      const { status, by, statement } = finding.vex!;
      const words = statement === undefined ? '' : `: ${statement}`;
      return page.paragraph('  ', `${nameOf(finding)}: ${status.replaceAll('_', ' ')}${words} (${by})`, { lines: 2 });
    }),
    '',
  ];
}

/** How many statements of each source say something of the image, and why the others do not. */
export function vexLines({ vex = [] }: Report, page: Page, explain: boolean): string[] {
  return vex.flatMap((outcome) => {
    const { unmatched } = outcome;
    const left = outcome.statements - outcome.matched - unmatched.length;
    const more = left > 0 ? [`and ${countWords(left, 'more statement')}`] : [];
    return [
      ...page.paragraph('VEX'.padEnd(LABEL), outcomeWords(outcome, explain), { lines: 4 }),
      ...(explain ? [...unmatched.map(unmatchedWords), ...more] : []).flatMap((line) =>
        page.paragraph(`${' '.repeat(LABEL)}- `, line, { lines: 3 }),
      ),
    ];
  });
}

function outcomeWords(
  { source, signed, statements, matched, findings, mismatches }: VexOutcome,
  explain: boolean,
): string {
  const reasons = Object.entries(mismatches).map(
    ([mismatch, count]) => `${numberWords(count)} ${mismatchWords[mismatch as VexMismatch]}`,
  );
  const rest = reasons.length === 0 ? '' : `; ${reasons.join(', ')}${explain ? '' : ' (--explain-vex)'}`;
  const trust =
    signed === undefined ? '' : signed ? ' (signed by a key that was given)' : ' (nobody who is trusted signed it)';
  return `${source}${trust}: ${numberWords(matched)} of ${countWords(statements, 'statement')} on ${countWords(findings, 'finding')}${rest}`;
}

function unmatchedWords({ index, vulnerability, product, reason }: VexOutcome['unmatched'][number]): string {
  const about = [vulnerability, product].filter((word) => word !== undefined).join(' in ');
  return `statement ${index}${about === '' ? '' : `, ${about}`}: ${reason}`;
}

function nameOf(finding: Finding): string {
  const place = finding.package?.name ?? finding.location?.path ?? '';
  return `${severityLabel(finding.severity)} ${finding.id} ${place}`.trim();
}
