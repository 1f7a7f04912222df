import type { ReportAttestation } from '../model/attestation.ts';
import type { Report } from '../model/report.ts';
import type { Page } from './page.ts';
import { countWords } from './words.ts';

const LABEL = 10;
/** Documents that are told one by one; anybody who may write to the repository can attach more. */
const TOLD = 20;

/** What the registry has attached to the image, and whether it may be believed. */
export function attestationLines({ attestations }: Report, page: Page): string[] {
  if (attestations === undefined) return [];
  const label = 'ATTACHED'.padEnd(LABEL);
  if (attestations.length === 0) return page.paragraph(label, 'nothing is attached to the image in its registry');
  const rest = attestations.length - TOLD;
  return [
    ...attestations.slice(0, TOLD).map(words),
    ...(rest > 0 ? [`and ${countWords(rest, 'more document')}`] : []),
  ].flatMap((line, index) => page.paragraph(index === 0 ? label : ' '.repeat(LABEL), line, { lines: 3 }));
}

const names: ReadonlyMap<string, string> = new Map([
  ['sbom', 'bill of materials'],
  ['vex', 'statements (VEX)'],
]);

function words({ kind, outcome, reason, predicateType, signer, digest }: ReportAttestation): string {
  const what = predicateType ?? names.get(kind) ?? kind;
  const by = signer?.key ?? signer?.identity;
  const who = outcome === 'verified' && by !== undefined ? `, signed by ${by}` : '';
  return `${outcome}: ${what}${who}${reason === undefined ? '' : `: ${reason}`} (${digest})`;
}
