import type { Finding } from '../model/finding.ts';
import { compareSeverity } from '../model/severity.ts';
import { escapeSource } from './escape.ts';
import type { HistoryReport, HistoryStep } from './history-report.ts';
import { jsonText } from './json.ts';
import { Page } from './page.ts';
import { incompleteLines } from './table-problems.ts';
import { severityLabel } from './table-vulnerabilities.ts';
import { countWords, dayWords, listWords, numberWords, percentWords, sizeWords } from './words.ts';

/** Lines that one instruction may take: it is the image's text. */
const LINES = 6;
/** Wasted paths that are named. */
const PATHS = 5;
const INDENT = ' '.repeat(6);

/** The JSON form of `drydock history`. */
export function renderHistoryJson(report: HistoryReport): string {
  return jsonText(report);
}

/**
 * The build file of `drydock history`, safe for a terminal: a remark behind the first one says so where that changed it.
 * `dockerfile` of the JSON form has it as it was.
 */
export function renderHistoryDockerfile({ dockerfile }: HistoryReport): string {
  const text = escapeSource(dockerfile);
  if (text === dockerfile) return text;
  const words =
    '# Characters that a terminal would obey or hide are written as \\u001b: what is built differs there, save in JSON form.';
  return text.replace('\n', () => `\n${words}\n`);
}

/** The text form of `drydock history`: every instruction with its layer, and below it what is wrong with it. */
export function renderHistoryTable(
  report: HistoryReport,
  options: { readonly width: number; readonly colour: boolean; readonly program?: string },
): string {
  const page = new Page(options);
  const { image, steps, findings, unexplainedLayers } = report;
  const byStep = Map.groupBy(findings, ({ historyIndex }) => historyIndex);
  const elsewhere = findings.filter(
    ({ historyIndex }) => historyIndex === undefined || steps[historyIndex] === undefined,
  );
  const lines = [
    ...incompleteLines(report, page),
    page.paint('heading', page.fit(image.reference, page.width)),
    `  built by ${image.builder === 'unknown' ? 'a builder that is not known' : image.builder}${image.created === undefined ? '' : page.fit(`, created ${dayWords(image.created)}`, 40)}`,
    ...baseLines(report, page),
    ...efficiencyLines(report, page),
    '',
    ...steps.flatMap((step) => [
      ...seamLines(step, report, page),
      ...stepLines(step, byStep.get(step.index) ?? [], page),
    ]),
    ...(steps.length === 0 ? ['  The history is empty.', ''] : []),
    ...(unexplainedLayers.length > 0
      ? [
          ...page.paragraph(
            '  ',
            `No instruction is recorded for ${countWords(unexplainedLayers.length, 'layer')}: ${listWords(unexplainedLayers.map(String), 10)}.`,
          ),
          '',
        ]
      : []),
    ...(elsewhere.length > 0
      ? [page.paint('heading', 'THE IMAGE AS A WHOLE'), ...findingLines(elsewhere, page), '']
      : []),
    ...undecidedLines(report, page),
  ];
  return `${lines.join('\n')}\n`;
}

function baseLines({ image: { base } }: HistoryReport, page: Page): string[] {
  if (base === undefined || base.by === 'none') return [];
  return page.paragraph('  ', `base ${base.name ?? base.digest ?? ''}: ${base.reason}`, { lines: 4 });
}

/** Between the instructions of the base and the image's own. */
function seamLines({ index }: HistoryStep, { image: { base } }: HistoryReport, page: Page): string[] {
  if (base?.entries === undefined || base.entries !== index) return [];
  const name = base.name ?? base.digest ?? 'its base';
  return [...page.paragraph('', `WHAT FOLLOWS WAS BUILT ON ${name}`, { tone: 'heading', lines: 2 }), ''];
}

function efficiencyLines({ efficiency, steps, unexplainedLayers }: HistoryReport, page: Page): string[] {
  const { score, wasted, bytes, userWastedShare, paths } = efficiency;
  const layers = steps.filter(({ layer }) => layer !== undefined).length + unexplainedLayers.length;
  const share = wasted > 0 ? ` (${percentWords(userWastedShare)} of the size of what is above the first layer)` : '';
  const words = `${countWords(layers, 'layer')} with ${sizeWords(bytes)} of files, efficiency ${percentWords(score)}, ${sizeWords(wasted)} in paths that appear twice or more${share}`;
  return [
    ...page.paragraph('  ', words),
    ...paths
      .slice(0, PATHS)
      .map(({ path, appearances, bytes: all }) =>
        page.paint(
          'quiet',
          `    ${sizeWords(all).padStart(9)}  ${String(appearances).padStart(2)} times  ${page.fit(path, page.width - 28)}`,
        ),
      ),
  ];
}

function stepLines(step: HistoryStep, findings: readonly Finding[], page: Page): string[] {
  const { index, layer, certain, created, buildArguments = [] } = step;
  const place = layer === undefined ? '' : `layer ${layer.index}, ${sizeWords(layer.bytes)}: ${changeWords(layer)}`;
  const notes = [
    ...(place === '' ? [] : [place]),
    ...(created === undefined ? [] : [dayWords(created)]),
    ...(certain ? [] : ['not all of it is recorded']),
  ];
  return [
    ...page.paragraph(`${String(index).padStart(4)}  `, textOf(step), { lines: LINES }),
    ...(notes.length === 0 ? [] : page.paragraph(INDENT, notes.join('; '), { tone: 'quiet', lines: 2 })),
    ...(buildArguments.length === 0
      ? []
      : page.paragraph(INDENT, `build arguments: ${listWords(buildArguments, 8)}`, { tone: 'quiet', lines: 3 })),
    ...findingLines(findings, page),
    '',
  ];
}

/** Lines of here-documents stand behind each other. */
function textOf({ text, kind }: HistoryStep): string {
  if (text.trim() !== '') return text.replace(/\s*\n\s*/g, ' ; ');
  return kind === 'IMPORT' ? '(a file system was imported)' : '(no instruction recorded)';
}

function changeWords({ added, changed, removed, hidden }: NonNullable<HistoryStep['layer']>): string {
  const words = [
    ...(added > 0 ? [`${numberWords(added)} added`] : []),
    ...(changed > 0 ? [`${numberWords(changed)} changed`] : []),
    ...(removed > 0 ? [`${numberWords(removed)} removed`] : []),
    ...(hidden > 0 ? [`${sizeWords(hidden)} below hidden`] : []),
  ];
  return words.length === 0 ? 'no files' : words.join(', ');
}

function findingLines(findings: readonly Finding[], page: Page): string[] {
  return findings
    .toSorted((a, b) => compareSeverity(b.severity, a.severity))
    .flatMap(({ severity, id, title, evidence }) => {
      const label = severityLabel(severity);
      const words = page.paragraph(`${INDENT}${label}  `, `${title} [${id}]: ${evidence}`, { lines: 3 });
      const [first = '', ...rest] = words;
      return [INDENT + page.paint(severity, label) + first.slice(INDENT.length + label.length), ...rest];
    });
}

function undecidedLines({ problems }: HistoryReport, page: Page): string[] {
  const undecided = problems.filter(({ code }) => code === 'check.undecided' || code === 'image.limit');
  if (undecided.length === 0) return [];
  return [
    page.paint('heading', 'NOT DECIDED'),
    ...undecided.flatMap(({ message }) => page.paragraph('  - ', message, { lines: 4 })),
    '',
  ];
}
