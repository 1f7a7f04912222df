import type { Finding } from '../model/finding.ts';
import { comparableId } from '../model/finding-id.ts';
import type { Report } from '../model/report.ts';
import type { Witness, WitnessEngine, WitnessPlace } from '../model/witness.ts';
import { Page } from './page.ts';
import { placeLines } from './table-findings.ts';
import { severityLabel } from './table-vulnerabilities.ts';
import { listWords, numberWords } from './words.ts';

const engines: Readonly<Record<WitnessEngine, string>> = {
  digest: 'digest of a known file',
  clamav: 'ClamAV signature',
  yara: 'YARA rule',
  fuzzy: 'resemblance to a known file',
  model: 'learned model',
};

const weights: Readonly<Record<Witness['weight'], string>> = {
  certain: 'settles it',
  strong: 'makes it likely',
  weak: 'supports others',
};

/** Places of a witness, and of a finding, that are told one by one. */
const TOLD = 20;

/**
 * The findings that a word means: an id, another name, a path, or the name of whatever speaks against a file. The path of an
 * archive means what was found in it, too.
 */
export function findingsNamed(report: Report, word: string): readonly Finding[] {
  const wanted = comparableId(word);
  const path = word.replace(/^\//, '');
  return report.findings.filter(
    ({ id, aliases, location, locations = [], witnesses = [] }) =>
      [id, ...aliases, ...witnesses.map(({ rule }) => rule)].some((name) => comparableId(name) === wanted) ||
      [location, ...locations].some((place) => place?.path === path || place?.path?.startsWith(`${path}!/`)),
  );
}

/** The text form of `drydock explain finding`: each finding with everything that is known of why. */
export function renderFindings(
  findings: readonly Finding[],
  options: { readonly width: number; readonly colour: boolean },
): string {
  const page = new Page(options);
  return `${findings.map((finding) => findingText(finding, page).join('\n')).join('\n\n')}\n`;
}

function findingText(finding: Finding, page: Page): string[] {
  const { id, title, severity, confidence, kind, locations = [], witnesses = [], suppressed, remediation } = finding;
  const head = `${id}: ${title} (${kind}, ${severityLabel(severity).toLowerCase()}, confidence: ${confidence})`;
  const others = locations.slice(1, TOLD + 1).map(({ path, layer }) => `layer ${layer}: ${path}`);
  const untold = locations.length - 1 - others.length;
  return [
    ...page.paragraph('', head, { tone: 'heading' }),
    ...placeLines(finding).flatMap((line) => page.paragraph('  ', line)),
    ...(others.length === 0 ? [] : page.paragraph('  also ', listWords(others, TOLD))),
    ...(untold > 0 ? page.paragraph('  ', `and in ${numberWords(untold)} more places`) : []),
    '',
    ...(witnesses.length === 0
      ? page.paragraph('  ', finding.evidence)
      : witnesses.flatMap((one) => witnessLines(one, page))),
    ...(suppressed === undefined ? [] : page.paragraph('  ', `SUPPRESSED by ${suppressed.by}: ${suppressed.reason}`)),
    ...(remediation === undefined ? [] : page.paragraph('  -> ', remediation)),
  ];
}

function witnessLines(witness: Witness, page: Page): string[] {
  const { engine, rule, set, weight, kind, description, score, view, places = [], allowedBy } = witness;
  const { author, licence, reference, tags = [] } = witness;
  const measure =
    score === undefined ? '' : engine === 'model' ? `, probability ${(score * 100).toFixed(1)} %` : `, ${score} of 100`;
  const origin = [author && `by ${author}`, licence, reference, tags.length > 0 && `tags ${tags.join(', ')}`];
  const about = origin.filter((part): part is string => typeof part === 'string' && part !== '').join('; ');
  const through = view === undefined ? '' : ` in its ${view} form`;
  return [
    ...page.paragraph('  - ', `${engines[engine]} ${rule} of ${set}: ${kind}, ${weights[weight]}${measure}`),
    ...(description === undefined ? [] : page.paragraph('    ', description)),
    ...(about === '' ? [] : page.paragraph('    ', about, { tone: 'quiet' })),
    ...(allowedBy === undefined ? [] : page.paragraph('    ', `${allowedBy} lists the file as harmless`)),
    ...places
      .slice(0, TOLD)
      .flatMap((place) => page.paragraph('    ', `${placeWords(place)}${through}: ${place.excerpt}`)),
  ];
}

function placeWords({ offset, line }: WitnessPlace): string {
  return line === undefined ? `byte ${offset}` : `line ${line}, byte ${offset}`;
}
