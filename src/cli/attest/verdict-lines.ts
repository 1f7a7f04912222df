import { contentsOf } from '../../attest/contents.ts';
import type { Verdict } from '../../attest/verify.ts';
import { escapeText } from '../../report/escape.ts';
import { countWords } from '../../report/words.ts';

/** What came of an image, for people. Everything in it was written by strangers. */
export function verdictLines(
  result: { readonly digest: string; readonly verified: boolean; readonly faults: readonly string[] },
  verdicts: readonly Verdict[],
): string {
  const lines = [`${result.digest}: ${summary(result.verified, verdicts)}`];
  for (const verdict of verdicts) lines.push('', ...verdictWords(verdict, result.digest).map(escapeText));
  if (result.faults.length > 0) lines.push('', ...result.faults.map((fault) => `not read: ${escapeText(fault)}`));
  return `${lines.join('\n')}\n`;
}

function summary(isVerified: boolean, verdicts: readonly Verdict[]): string {
  if (isVerified) return 'verified';
  if (verdicts.length === 0) return 'nothing that was asked for is attached to it';
  const ofVariants = verdicts.some(({ outcome }) => outcome === 'verified');
  return ofVariants ? 'NOT VERIFIED. Something is verified of a variant: name a --platform' : 'NOT VERIFIED';
}

const names: ReadonlyMap<string, string> = new Map([
  ['sbom', 'bill of materials'],
  ['vex', 'statements (VEX)'],
]);

function verdictWords(
  { document, kind, outcome, refusal, reason, signer, statement }: Verdict,
  image: string,
): string[] {
  const what = kind === 'attestation' ? (statement?.predicateType ?? 'attestation') : (names.get(kind) ?? kind);
  const lines = [`${outcome === 'refused' ? `REFUSED (${refusal})` : outcome}: ${what}`];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) lines.push(`  ${name.padEnd(9)} ${value}`);
  };
  add('why', reason);
  // The names of a certificate are true where its chain is.
  const by =
    signer?.key ?? (signer?.identity === undefined ? undefined : `${signer.identity}${vouched(signer.issuer)}`);
  add(outcome === 'verified' ? 'signed by' : 'claims', by);
  if (statement !== undefined && outcome !== 'refused') {
    const { provenance, packages, scanner } = contentsOf(statement);
    add('builder', provenance?.builder);
    add('source', provenance?.source);
    add('made of', provenance === undefined ? undefined : countWords(provenance.materials, 'material'));
    add('lists', packages === undefined ? undefined : countWords(packages, 'package'));
    add('scanner', scanner);
  }
  if (document.about !== image) add('about', `the variant ${document.about}`);
  add('document', `${document.digest} (${document.attachment})`);
  return lines;
}

function vouched(issuer: string | undefined): string {
  return issuer === undefined ? '' : `, vouched for by ${issuer}`;
}
