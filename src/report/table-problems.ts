import { isIncomplete, type Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { Page } from './page.ts';
import { countWords, nameProgram } from './words.ts';

/** Problems that are told one by one; the rest is counted. */
const TOLD = 12;
/** Of one code. */
const SAME = 3;
/** Lines that one problem may take. */
const LINES = 4;

/** What makes the result incomplete: the first thing a reader must know. Nothing when it is complete. */
export function incompleteLines(report: Pick<Report, 'problems'>, page: Page): string[] {
  const problems = report.problems.filter(isIncomplete);
  if (problems.length === 0) return [];
  const head = `! INCOMPLETE: ${countWords(problems.length, 'thing')} could not be read or judged. Findings may be missing.`;
  return [
    ...page.paragraph('', head, { tone: 'warning' }),
    ...listed(problems, page, page.paint('warning', '!'), '! '.length),
    '',
  ];
}

/** Problems that hide nothing, but are worth a look. */
export function noteLines(report: Pick<Report, 'problems'>, page: Page): string[] {
  const notes = report.problems.filter((problem) => !isIncomplete(problem));
  if (notes.length === 0) return [];
  return [page.paint('heading', 'NOTES'), ...listed(notes, page, ' ', '  '.length), ''];
}

/** One problem an item; `mark` stands in the margin of every line and is `margin` - 1 columns wide. */
function listed(problems: readonly Problem[], page: Page, mark: string, margin: number): string[] {
  const told = toldOf(problems);
  const lines = told.flatMap((problem) => {
    const text = `${nameProgram(problem.message, page.program)} ${placeOf(problem)}`;
    return page.paragraph(`${' '.repeat(margin)}- `, text, { lines: LINES });
  });
  const rest = problems.filter((problem) => !told.includes(problem));
  if (rest.length > 0) {
    const counts = [...Map.groupBy(rest, ({ code }) => code)].map(([code, group]) => `${group.length} ${code}`);
    const text = `and ${rest.length} more, all in the JSON report: ${counts.join(', ')}`;
    lines.push(...page.paragraph(`${' '.repeat(margin)}- `, text));
  }
  return lines.map((line) => mark + line.slice(1));
}

/**
 * A few of every code, so that a crowd of one does not hide the others. What is undecided is for another reason each time, of
 * which there are few.
 */
function toldOf(problems: readonly Problem[]): readonly Problem[] {
  const counts = new Map<string, number>();
  const few = problems.filter(({ code }) => {
    if (code === 'check.undecided') return true;
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= SAME;
  });
  return few.slice(0, TOLD);
}

function placeOf({ code, layer, path, message }: Problem): string {
  const parts: string[] = [code];
  if (layer !== undefined) parts.push(`layer ${layer}`);
  if (path !== undefined && !message.includes(path)) parts.push(path);
  return `[${parts.join(', ')}]`;
}
