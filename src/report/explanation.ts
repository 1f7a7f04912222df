import type {
  ExplainedPackage,
  ExplainedRecord,
  ExplainedSource,
  ExplainedVerdict,
  Explanation,
  NamedElsewhere,
} from '../match/explanation.ts';
import type { VersionRange } from '../model/advisory.ts';
import type { Problem } from '../model/problem.ts';
import type { ComparisonStep, VersionScheme } from '../model/version-scheme.ts';
import { columnLines } from './columns.ts';
import { escapeLine } from './escape.ts';
import { Page } from './page.ts';
import { stateWords } from './state-words.ts';
import { incompleteLines, noteLines } from './table-problems.ts';
import { listWords, percentWords } from './words.ts';

const verdicts: Readonly<Record<ExplainedVerdict | 'unknown', string>> = {
  affected: 'AFFECTED',
  'not-affected': 'NOT AFFECTED',
  unjudged: 'COULD NOT JUDGE',
  unknown: 'NO RECORD',
};

const elsewhereWords: Readonly<Record<NamedElsewhere['why'], string>> = {
  absent: 'the image has no such package',
  'other-release': 'another release than that of the image',
  unrelated: 'nothing that the image uses',
};

/** Records named elsewhere that are told one by one. */
const TOLD = 20;

/** The text form of `drydock explain`: the verdict first, then every record with the comparison that decided. */
export function renderExplanation(
  explanation: Explanation,
  options: {
    readonly width: number;
    readonly colour: boolean;
    readonly program?: string;
    /** What of the image or the advisories it could not know, and what is worth a look. */
    readonly problems?: readonly Problem[];
  },
): string {
  const page = new Page(options);
  const { id, ids, title, verdict, reason, sources, weaknesses, packages, elsewhere } = explanation;
  const problems = { problems: options.problems ?? [] };
  const others = ids.filter((other) => other !== id);
  // The empty line at their end is for what comes behind them in a report.
  const notes = noteLines(problems, page).slice(0, -1);
  const lines = [
    ...incompleteLines(problems, page),
    ...page.paragraph('', `${id}: ${verdicts[verdict]}`, { tone: 'heading' }),
    ...(others.length === 0 ? [] : page.paragraph('  ', `also ${listWords(others, 20)}`)),
    ...(title === undefined ? [] : page.paragraph('  ', title, { lines: 2 })),
    ...page.paragraph('  ', reason),
    ...packages.flatMap((pkg) => ['', ...packageLines(pkg, page)]),
    ...(sources.length === 0 ? [] : ['', ...sourceLines(sources, page)]),
    ...weaknesses.flatMap(({ id: number, name }) =>
      name === undefined ? [] : page.paragraph('  - ', `${number}: ${name}`, { lines: 2 }),
    ),
    ...(elsewhere.length === 0 ? [] : ['', ...elsewhereLines(elsewhere, page)]),
    ...notes.flatMap((line, at) => (at === 0 ? ['', line] : [line])),
  ];
  return `${lines.join('\n')}\n`;
}

function packageLines(explained: ExplainedPackage, page: Page): string[] {
  const { package: pkg, source, layer, verdict, reason, severity, severitySource, records } = explained;
  const decided = severitySource === undefined ? '' : ` (${severitySource} decided)`;
  const from = source === undefined ? '' : `, source ${source.name} ${source.version}`;
  return [
    ...page.paragraph('', `${pkg.name} ${pkg.version} (layer ${layer}${from}): ${verdicts[verdict]}`, {
      tone: 'heading',
    }),
    ...page.paragraph('  ', reason),
    ...(severity === undefined ? [] : page.paragraph('  ', `severity: ${severity.toUpperCase()}${decided}`)),
    ...acceptanceLines(explained, page),
    ...records.flatMap((record) => recordLines(record, page)),
  ];
}

/** Whether a scan counts it, and what VEX says of it. */
function acceptanceLines({ suppressed, vex }: ExplainedPackage, page: Page): string[] {
  if (suppressed !== undefined) {
    const until = suppressed.expires === undefined ? '' : `, until ${suppressed.expires}`;
    const owner = suppressed.owner === undefined ? '' : `, ${suppressed.owner}`;
    const text = `a scan does not count it: ${suppressed.reason} (${suppressed.by}${until}${owner})`;
    return page.paragraph('  ', text, { lines: 4 });
  }
  if (vex === undefined) return [];
  const words = vex.statement === undefined ? '' : `: ${vex.statement}`;
  return page.paragraph('  ', `VEX says ${vex.status.replaceAll('_', ' ')}${words} (${vex.by})`, { lines: 4 });
}

function recordLines(record: ExplainedRecord, page: Page): string[] {
  const { feed, id, url, namespace, state, note, ranges, listed, compared, steps, verdict, reason } = record;
  const versions = ranges.map(rangeWords);
  if (listed > 0) versions.push(`${listed} listed versions`);
  const why =
    compared.kind === 'source' ? 'the record names the source package' : 'the record names the package itself';
  return [
    ...page.paragraph('  - ', `${feed} ${id} for ${namespace}: ${verdicts[verdict]}`),
    ...(url === undefined ? [] : page.paragraph('    ', url, { lines: 2 })),
    ...page.paragraph('    ', `state: ${stateWords[state]}${note === undefined ? '' : ` (${note})`}`, { lines: 3 }),
    ...page.paragraph('    ', `affected versions: ${versions.length === 0 ? 'all' : listWords(versions, 10)}`),
    ...page.paragraph('    ', `compared: ${compared.name} ${compared.version}, because ${why}`),
    ...page.paragraph('    ', `outcome: ${reason}`),
    ...stepLines(steps, '      ', page.width),
  ];
}

/** Vectors of one source that are told. */
const VECTORS = 20;

function sourceLines(sources: readonly ExplainedSource[], page: Page): string[] {
  return [
    page.paint('heading', 'What is said of it'),
    ...sources.flatMap((source) => {
      const { feed, id } = source;
      const words = sourceWords(source);
      const name = id === undefined ? feed : `${feed} ${id}`;
      return page.paragraph('  - ', `${name}: ${words.length === 0 ? 'it is known' : words.join('; ')}`, { lines: 12 });
    }),
  ];
}

function sourceWords(source: ExplainedSource): string[] {
  const { severity, cvss = [], cwes, exploited, epss, rejected, cpes, published } = source;
  const words: string[] = [];
  if (rejected !== undefined) words.push(`rejected${rejected.reason === undefined ? '' : `: ${rejected.reason}`}`);
  if (severity !== undefined) words.push(severity.toUpperCase());
  for (const { score, vector, version, source: author } of cvss.slice(0, VECTORS)) {
    const whole = vector.startsWith('CVSS:') ? vector : `CVSS:${version} ${vector}`;
    words.push(`${score ?? 'no score'} ${whole} (${author})`);
  }
  if (exploited !== undefined) words.push(`known to be exploited since ${exploited.added}${exploitedWords(exploited)}`);
  if (epss !== undefined) words.push(epssWords(epss));
  if (cwes !== undefined) words.push(listWords(cwes, 10));
  if (cpes !== undefined) words.push(listWords(cpes, 10));
  if (published !== undefined) words.push(`published ${published.slice(0, 10)}`);
  return words;
}

function exploitedWords({ due, ransomware }: NonNullable<ExplainedSource['exploited']>): string {
  const words: string[] = [];
  if (due !== undefined) words.push(`to be mended by ${due}`);
  if (ransomware === true) words.push('used by ransomware');
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function epssWords({ score, percentile, date }: NonNullable<ExplainedSource['epss']>): string {
  const rank = percentile === undefined ? '' : `, more than ${percentWords(percentile)} of all`;
  return `exploited within 30 days with a probability of ${percentWords(score)}${rank}${date === undefined ? '' : ` (${date})`}`;
}

function rangeWords({ introduced, fixed, lastAffected }: VersionRange): string {
  const from = introduced === undefined || introduced === '0' ? '' : `>= ${introduced}`;
  const to = fixed !== undefined ? `< ${fixed}` : lastAffected !== undefined ? `<= ${lastAffected}` : '';
  return [from, to].filter((part) => part !== '').join(' and ') || 'all';
}

function elsewhereLines(elsewhere: readonly NamedElsewhere[], page: Page): string[] {
  const lines = elsewhere.slice(0, TOLD).flatMap(({ namespace, package: name, nameKind, state, why }) => {
    const kind = nameKind === 'source' ? 'source package' : 'package';
    return page.paragraph('  - ', `${namespace}: ${kind} ${name}, ${stateWords[state]} (${elsewhereWords[why]})`, {
      lines: 2,
    });
  });
  if (elsewhere.length > TOLD) lines.push(`  - and ${elsewhere.length - TOLD} more`);
  return [page.paint('heading', 'The records also name'), ...lines];
}

const signs = { '-1': '<', '0': '=', '1': '>' } as const;

/**
 * Two versions compared: the sign alone on the first line, for programs; with `steps` what decided on the next ones.
 * @throws VersionError if a version is invalid.
 */
export function renderComparison(
  scheme: VersionScheme,
  left: string,
  right: string,
  options: { readonly steps?: boolean; readonly width?: number } = {},
): string {
  const sign = signs[scheme.compare(left, right)];
  const steps = options.steps === true ? stepLines(scheme.explain(left, right), '  ', options.width ?? 100) : [];
  return `${[sign, ...steps].join('\n')}\n`;
}

/** Steps in columns: part, left, sign, right, reason. */
function stepLines(steps: readonly ComparisonStep[], indent: string, width: number): string[] {
  const rows = steps.map(({ part, left, right, result, why }) =>
    [part, shown(left), signs[result], shown(right), why].map(escapeLine),
  );
  return columnLines(rows, width - indent.length).map((line) => indent + line);
}

/** An empty part would be invisible. */
function shown(part: string): string {
  return part === '' ? '(none)' : part;
}
